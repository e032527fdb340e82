//! The templates of the kit, built into the program and replaceable file by file by the project.

use crate::content;
use crate::diag::{Checked, Problem, Problems};
use crate::fs::Project;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use tera::{Context, Kwargs, State, Tera, Value};

/// Where a project keeps its own versions.
const FOLDER: &str = "templates/kit";

#[derive(RustEmbed)]
#[folder = "templates/kit/"]
struct BuiltIn;

/// Compiled templates.
#[derive(Debug)]
pub struct Press(Tera);

impl Press {
    /// The built-in templates, with those of the project in their places.
    ///
    /// # Errors
    /// A file that cannot be read or is none of the kit, or a template that does not compile.
    pub fn load(project: &Project) -> Checked<Press> {
        let mut problems = Problems::new();
        let mut files: BTreeMap<String, Vec<u8>> = BuiltIn::iter()
            .filter_map(|name| Some((name.to_string(), BuiltIn::get(&name)?.data.into_owned())))
            .collect();
        for path in project.list(FOLDER, "").map_err(|problem| vec![problem])? {
            let name = path.trim_start_matches(FOLDER).trim_start_matches('/').to_owned();
            if !files.contains_key(&name) {
                let known = files.keys().cloned().collect::<Vec<_>>().join(", ");
                let problem = Problem::with_file(&path, "not a template of the kit");
                problems.push(problem.hint(format!("the templates are {known}")));
                continue;
            }
            if let Some(bytes) = problems.take(project.read(&path).map_err(|problem| vec![problem])) {
                files.insert(name, bytes);
            }
        }
        let mut sources = Vec::new();
        for (name, bytes) in files {
            match String::from_utf8(bytes) {
                Ok(text) => sources.push((name, text)),
                Err(_) => problems.push(
                    Problem::with_file(format!("{FOLDER}/{name}"), "not UTF-8 text")
                        .hint("save the file as UTF-8"),
                ),
            }
        }
        let mut templates = Tera::new();
        // Before the templates: unknown filters are refused when a template is added.
        templates.register_filter("markdown", markdown);
        templates.register_filter("code", code);
        if let Err(error) = templates.add_raw_templates(sources) {
            problems.push(complaint("", &error));
        }
        problems.into_result(Press(templates))
    }

    /// Prints one template.
    ///
    /// # Errors
    /// The template asks for what there is not.
    pub(super) fn print(&self, template: &str, context: &Context) -> Checked<String> {
        self.0
            .render(template, context)
            .map_err(|error| vec![complaint(template, &error)])
    }
}

/// The filter `markdown`: names as text, whatever signs are in them.
fn markdown(text: &str, _: Kwargs, _: &State) -> Value {
    Value::safe_string(&content::markdown(text))
}

/// The filter `code`: a code span of Markdown around a name.
fn code(text: &str, _: Kwargs, _: &State) -> Value {
    Value::safe_string(&code_span(text))
}

/// A code span ends at a run of as many backticks as it began with (CommonMark 0.31, section 6.1), so the fence is longer
/// than any run inside.
fn code_span(text: &str) -> String {
    let longest = text
        .split(|letter| letter != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let text = text.replace(['\n', '\r'], " ");
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// What Tera says, on one line; it names the file and the line itself.
fn complaint(template: &str, error: &tera::Error) -> Problem {
    let said: Vec<String> = error.to_string().split_whitespace().map(str::to_owned).collect();
    let path = format!("{FOLDER}/{template}");
    Problem::with_file(path.trim_end_matches('/'), said.join(" ")).hint("mend the template, or take it away")
}

#[cfg(test)]
mod tests {
    use super::code_span;
    use pulldown_cmark::{Event, Parser};

    #[test]
    fn a_code_span_shows_the_name_and_nothing_else() {
        for name in ["core", "a`b", "``", "`x` <b>", "[a](b)", "*"] {
            let span = code_span(name);
            let shown: Vec<Event<'_>> = Parser::new(&span).collect();
            assert_eq!(shown.get(1), Some(&Event::Code(name.into())), "{span}");
            assert_eq!(shown.len(), 3, "{span}");
        }
    }
}
