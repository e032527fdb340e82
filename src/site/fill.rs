//! The `fill` filter: puts values into the gaps of a message, `{{ text.of_release | fill(release=site.release) }}`.

use tera::{Error, Kwargs, State, TeraResult, Value};

/// Replaces each `{name}` of `message` by the argument of that name.
///
/// A gap that stays open or an argument without a gap is an error: the message and the template disagree.
pub(super) fn fill(message: &str, values: Kwargs, _: &State) -> TeraResult<String> {
    let mut filled = message.to_owned();
    for (name, value) in values.iter() {
        filled = replace_gap(&filled, &name.to_string(), value)?;
    }
    match open_gap(&filled) {
        Some(gap) => Err(Error::message(format!(
            "the message has a gap `{gap}` that got no value"
        ))),
        None => Ok(filled),
    }
}

fn replace_gap(message: &str, name: &str, value: &Value) -> TeraResult<String> {
    let gap = format!("{{{name}}}");
    if message.contains(&gap) {
        Ok(message.replace(&gap, &value.to_string()))
    } else {
        Err(Error::message(format!("the message has no gap `{gap}`")))
    }
}

/// The first `{word}` in a text.
fn open_gap(text: &str) -> Option<&str> {
    let start = text.find('{')?;
    let end = start + text.get(start..)?.find('}')?;
    text.get(start..=end)
}
