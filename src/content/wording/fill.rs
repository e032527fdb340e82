//! The gaps of messages.

/// A text with its placeholders filled: `{number}` by the value of `number`. What looks like a placeholder inside a value
/// stays as it is.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut rest = text;
    let mut filled = String::with_capacity(rest.len() + 32);
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let value = values
            .iter()
            .find_map(|(name, value)| Some((*value, behind.strip_prefix(name)?.strip_prefix('}')?)));
        let (value, after) = value.unwrap_or(("{", behind));
        filled.push_str(value);
        rest = after;
    }
    filled.push_str(rest);
    filled
}
