//! The page of all keys of the files that people write, and the list of all schemas.

use super::Head;
use super::prose::{code, kept};
use super::schema_tree::{Key, keys, resolved, scalar, texts};
use super::words::Words;
use crate::cli::schema::{self, Named};
use crate::diag::Checked;
use crate::document::{Node, json};

/// Its place in the section.
const ORDER: u32 = 490;
/// So many of the schemas are of files that people write.
const WRITTEN_BY_PEOPLE: usize = 5;

const GENERATED: &str = "This page is generated: `stage6 manual --format markdown` writes it from the JSON Schemas that `stage6 schema` prints. `stage6 check` knows more than any schema can say, such as whether files that are named exist.";
const PATHS: &str = "In paths, `NAME` stands for a key that you choose, and `[]` for each entry of a list.";

/// Patterns that have a name.
const PATTERNS: [(&str, &str); 3] = [
    ("^\\d{4}-\\d{2}-\\d{2}$", "a day such as 2026-11-23"),
    (
        "^\\d{4}-\\d{2}-\\d{2}[Tt ]",
        "a moment with offset, such as 2026-11-23T09:00:00+01:00",
    ),
    ("^https?://", "an address"),
];
/// Units by the endings of keys.
const UNITS: [(&str, &str); 7] = [
    ("_bps", "basis points"),
    ("_ms", "milliseconds"),
    ("_seconds", "seconds"),
    ("_minutes", "minutes"),
    ("_hours", "hours"),
    ("_days", "days"),
    ("_usd", "US dollars"),
];

/// The head and the body of the page.
///
/// # Errors
/// A schema inside the program is not JSON.
pub(super) fn page(words: &Words) -> Checked<(Head, String)> {
    let schemas = schema::all();
    let mut text = String::new();
    for english in [GENERATED, PATHS] {
        text.push_str(&format!("\n{}\n", words.sentence(english)));
    }
    for named in schemas.iter().take(WRITTEN_BY_PEOPLE) {
        let root = json::read(&named.name, named.text.as_bytes()).map_err(|problem| vec![problem])?;
        file(&mut text, words, named, &root);
    }
    documents(&mut text, words, &schemas);
    let summary = words
        .say("Every key of the files that people write, with type, range and default, generated from their schemas");
    let head = Head {
        title: words.say("Configuration"),
        summary: summary + ".",
        order: ORDER,
    };
    Ok((head, text))
}

/// What the file of a schema is called, in a heading: `core.yaml`.
fn heading(name: &str) -> String {
    match name {
        "release" => "releases/<id>.yaml".to_owned(),
        name => format!("{name}.yaml"),
    }
}

fn file(text: &mut String, words: &Words, named: &Named, root: &Node) {
    let name = &named.name;
    text.push_str(&format!("\n## {} {{#{name}}}\n", code(&heading(name))));
    let about = root.text("description").unwrap_or_default();
    let title = root.text("title").unwrap_or_default();
    let line = format!("{} {}", words.sentence(title), words.sentence(about));
    text.push_str(&format!("\n{}\n", kept(line, words.language)));
    let rule = alternatives(words, root);
    if let Some(rule) = rule {
        text.push_str(&format!("\n{}.\n", capital(&rule)));
    }
    for key in keys(root) {
        // Every key has an anchor; the contents of a page show those of the first level.
        let level = if key.depth() == 1 { "###" } else { "####" };
        let id = anchor(name, &key.path);
        text.push_str(&format!("\n{level} {} {{#{id}}}\n", code(&key.path)));
        text.push_str(&format!("\n{}\n", entry(words, root, &key)));
        if let Some(path) = &key.same_as {
            let link = format!("[{}](#{})", code(path), anchor(name, path));
            let same = words.filled("The same keys as below {path}", &[("path", &link)]);
            text.push_str(&format!("\n{same}.\n"));
        }
    }
}

/// What a key is for, and below it what it may hold; each on a line of its own.
fn entry(words: &Words, root: &Node, key: &Key<'_>) -> String {
    let about = key.schema.text("description").map(|about| words.sentence(about));
    let rules = capital(&rules(words, root, key).join("; ")) + ".";
    let lines = about.into_iter().chain([rules]);
    let lines: Vec<String> = lines.map(|line| kept(line, words.language)).collect();
    lines.join("\\\n")
}

/// The anchor of a key: `core-stress-lab-scenarios-name`.
fn anchor(file: &str, path: &str) -> String {
    let path = path.replace("[]", "").to_lowercase();
    let path: String = path
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .collect();
    format!("{file}-{path}")
}

/// What a key may hold, each rule in a few words.
fn rules(words: &Words, root: &Node, key: &Key<'_>) -> Vec<String> {
    let schema = key.schema;
    let mut rules = vec![kind(words, root, schema)];
    if key.is_required {
        rules.push(words.say("required"));
    }
    rules.extend(value_rules(words, schema));
    rules.extend(alternatives(words, schema));
    rules.extend(items(words, root, schema));
    // A section may be called by the unit of what it is about, and has none itself.
    let is_section = schema.text("type") == Some("object");
    let unit = UNITS
        .iter()
        .find(|(ending, _)| !is_section && key.path.ends_with(ending));
    if let Some((_, unit)) = unit {
        rules.push(words.filled("unit: {unit}", &[("unit", &words.say(unit))]));
    }
    if let Some(value) = scalar(schema, "default") {
        rules.push(words.filled("default {value}", &[("value", &code(&value))]));
    }
    rules
}

/// The type of a value.
fn kind(words: &Words, root: &Node, schema: &Node) -> String {
    let types = match schema.get("type") {
        Some(list) if list.as_list().is_some() => texts(Some(list)),
        _ => schema.text("type").into_iter().collect(),
    };
    let kinds = types.iter().map(|kind| match *kind {
        "string" => words.say("text"),
        "number" => words.say("number"),
        "integer" => words.say("whole number"),
        "boolean" => format!("`true` {} `false`", words.say("or")),
        "null" => words.say("nothing"),
        "array" => list(words, root, schema),
        _ => match schema.get("properties") {
            Some(_) => words.say("section"),
            None => words.say("section with keys of your choice"),
        },
    });
    let kinds: Vec<String> = kinds.collect();
    let or = format!(" {} ", words.say("or"));
    match (kinds.is_empty(), schema.get("enum")) {
        (false, _) => kinds.join(&or),
        (true, Some(values)) => one_of(words, &texts(Some(values))),
        (true, None) => words.say("any value"),
    }
}

fn list(words: &Words, root: &Node, schema: &Node) -> String {
    let items = schema.get("items").map(|items| resolved(root, items));
    match items {
        Some(items) if items.get("properties").is_none() => {
            words.filled("list of {type}", &[("type", &kind(words, root, items))])
        }
        _ => words.say("list"),
    }
}

fn one_of(words: &Words, values: &[&str]) -> String {
    let values: Vec<String> = values.iter().map(|value| code(value)).collect();
    words.filled("one of {values}", &[("values", &values.join(", "))])
}

/// Ranges, lengths and patterns of a value.
fn value_rules(words: &Words, schema: &Node) -> Vec<String> {
    let mut rules = Vec::new();
    rules.extend(range(words, schema));
    if let Some(value) = scalar(schema, "const") {
        rules.push(words.filled("always {value}", &[("value", &code(&value))]));
    }
    let pattern = schema.text("pattern");
    match (pattern, scalar(schema, "minLength").as_deref()) {
        (Some(text), _) => rules.extend(pattern_rules(words, text)),
        (None, Some("1")) => rules.push(words.say("not empty")),
        (None, _) => {}
    }
    rules
}

fn range(words: &Words, schema: &Node) -> Option<String> {
    let number = |key: &str| scalar(schema, key);
    let (least, most) = (number("minimum"), number("maximum"));
    let (above, below) = (number("exclusiveMinimum"), number("exclusiveMaximum"));
    if let (Some(low), Some(high)) = (&least, &most) {
        return Some(words.filled("from {low} to {high}", &[("low", low), ("high", high)]));
    }
    let low = match (least, above) {
        (Some(low), _) => Some(words.filled("at least {low}", &[("low", &low)])),
        (_, Some(low)) => Some(words.filled("more than {low}", &[("low", &low)])),
        _ => None,
    };
    let high = match (most, below) {
        (Some(high), _) => Some(words.filled("at most {high}", &[("high", &high)])),
        (_, Some(high)) => Some(words.filled("less than {high}", &[("high", &high)])),
        _ => None,
    };
    let both: Vec<String> = low.into_iter().chain(high).collect();
    (!both.is_empty()).then(|| both.join(", "))
}

fn pattern_rules(words: &Words, pattern: &str) -> Vec<String> {
    if let Some(values) = any_case(pattern) {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        return vec![one_of(words, &values), words.say("upper or lower case")];
    }
    let known = PATTERNS.iter().find(|(begin, _)| pattern.starts_with(begin));
    vec![match known {
        Some((_, name)) => words.say(name),
        None => words.filled("pattern {pattern}", &[("pattern", &code(pattern))]),
    }]
}

/// The words of a pattern that accepts each of them in letters of any case: `^(?:[Ll][Oo][Ww]|…)$`.
fn any_case(pattern: &str) -> Option<Vec<String>> {
    let inside = pattern.strip_prefix("^(?:")?.strip_suffix(")$")?;
    let mut words = vec![String::new()];
    let mut letters = inside.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '|' => words.push(String::new()),
            '[' => {
                letters.next()?;
                let lower = letters.next()?;
                if letters.next()? != ']' {
                    return None;
                }
                words.last_mut()?.push(lower);
            }
            '_' => words.last_mut()?.push('_'),
            _ => return None,
        }
    }
    Some(words)
}

/// What one of several schemas demands: ranges, or keys that must be there.
fn alternatives(words: &Words, schema: &Node) -> Option<String> {
    let list = schema.get("anyOf").or(schema.get("oneOf"))?.as_list()?;
    let (or, and) = (words.say("or"), words.say("and"));
    let demands = list.iter().map(|one| {
        let keys: Vec<String> = texts(one.get("required")).into_iter().map(code).collect();
        match keys.is_empty() {
            true => value_rules(words, one).join(", "),
            false => keys.join(&format!(" {and} ")),
        }
    });
    let demands = demands.collect::<Vec<_>>().join(&format!(" {or} "));
    let speaks_of_keys = list.iter().any(|one| one.get("required").is_some());
    Some(match speaks_of_keys {
        true => words.filled("one of these must be there: {keys}", &[("keys", &demands)]),
        false => demands,
    })
}

/// How many entries a list has, and what each of them must have.
fn items(words: &Words, root: &Node, schema: &Node) -> Vec<String> {
    let mut rules = Vec::new();
    let (least, most) = (scalar(schema, "minItems"), scalar(schema, "maxItems"));
    match (least.as_deref(), most.as_deref()) {
        (Some(low), Some(high)) if low == high => {
            rules.push(words.filled("exactly {count} entries", &[("count", low)]));
        }
        (Some("1"), None) => rules.push(words.say("at least one entry")),
        (Some(low), None) => rules.push(words.filled("at least {low} entries", &[("low", low)])),
        _ => {}
    }
    if scalar(schema, "uniqueItems").as_deref() == Some("true") {
        rules.push(words.say("no entry twice"));
    }
    if let Some(each) = schema.get("items").map(|items| resolved(root, items)) {
        rules.extend(alternatives(words, each));
        if let Some(about) = each.text("description") {
            rules.push(words.filled("each entry: {what}", &[("what", &lower(&words.sentence(about)))]));
        }
    }
    rules
}

/// All schemas by their names.
fn documents(text: &mut String, words: &Words, schemas: &[Named]) {
    text.push_str(&format!(
        "\n## {} {{#documents}}\n",
        words.say("All documents with a schema")
    ));
    let about = words.sentence(
        "`stage6 schema NAME` prints a schema. The first five are of the files above; the others describe what the program writes and reads.",
    );
    text.push_str(&format!("\n{about}\n\n"));
    for named in schemas {
        let about = words.sentence(&named.about);
        text.push_str(&format!("- {}: {about}\n", code(&named.name)));
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().collect::<String>() + letters.as_str(),
        None => String::new(),
    }
}

/// A sentence as a part of another one.
fn lower(text: &str) -> String {
    let text = text.strip_suffix('.').unwrap_or(text);
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().collect::<String>() + letters.as_str(),
        None => String::new(),
    }
}
