//! Drafts: Markdown files of `content/<language>/` with their front matter read and their body untouched.

use super::Section;
use crate::diag::{About, Checked, Position, Problem, Problems, Topic, nearest};
use crate::document::{Node, front_matter};
use crate::domain::{Digest, Language, Timestamp};
use crate::fs::Project;
use std::collections::{BTreeMap, BTreeSet};

const REQUIRED: [&str; 4] = ["title", "summary", "section", "order"];
const OPTIONAL: [&str; 2] = ["nav_title", "updated"];
/// Longer summaries are cut in lists of search results.
const MAX_SUMMARY: usize = 160;
/// Folders of the site that are made, not written.
const MADE_FOLDERS: [&str; 2] = ["evidence", "reports"];

/// A page as its author left it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The path below the language folder without its ending; the same in all languages.
    pub id: String,
    /// Its language.
    pub language: Language,
    /// The file, as a path inside the project.
    pub source: String,
    /// The digest of the file.
    pub digest: Digest,
    /// The page's only first-level heading.
    pub title: String,
    /// A short title for navigation.
    pub nav_title: String,
    /// One sentence about it, of at most 160 characters.
    pub summary: String,
    /// Which readers it serves.
    pub section: Section,
    /// Its place in the navigation.
    pub order: i64,
    /// The day of its last revision, `2026-11-23`.
    pub updated: Option<String>,
    /// The Markdown below the front matter.
    pub body: String,
    /// How many lines of the file stand above the body.
    pub lines_above: u32,
}

/// Loads all pages of these languages.
///
/// # Errors
/// Every problem of every file: unfit names, front matter that is missing or wrong, and pages that one of the
/// languages lacks.
pub fn load(project: &Project, languages: &[Language]) -> Checked<Vec<Draft>> {
    let mut problems = Problems::new();
    let mut drafts = Vec::new();
    let mut languages_of: BTreeMap<String, BTreeSet<Language>> = BTreeMap::new();
    for language in languages {
        let folder = format!("content/{}/", language.tag());
        let files = project.list(&folder, ".md").map_err(|problem| vec![problem]);
        for source in problems.take(files).unwrap_or_default() {
            let id = source
                .strip_prefix(&folder)
                .and_then(|name| name.strip_suffix(".md"));
            let Some(id) = id else { continue };
            languages_of.entry(id.to_owned()).or_default().insert(*language);
            problems.extend(name_problem(&source, id));
            let draft = project
                .read_text(&source)
                .map_err(|problem| vec![problem])
                .about(Topic::Pages)
                .and_then(|text| read(&source, *language, id, &text).about(Topic::FrontMatter));
            drafts.extend(problems.take(draft));
        }
    }
    problems.extend(missing_translations(&languages_of, languages).about(Topic::Languages));
    problems.about(Topic::Pages).into_result(drafts)
}

/// Names become addresses; these are safe in every address and on every disk.
fn name_problem(source: &str, id: &str) -> Option<Problem> {
    let is_fit = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if let Some(part) = id.split('/').find(|part| !is_fit(part)) {
        return Some(
            Problem::with_file(source, format!("`{part}` is not a name for a page"))
                .hint("use lower-case letters, digits and `-`"),
        );
    }
    let folder = id.split_once('/').map(|(folder, _)| folder)?;
    MADE_FOLDERS.contains(&folder).then(|| {
        Problem::with_file(source, format!("the site fills the folder `{folder}` itself"))
            .hint("put the page into another folder")
    })
}

fn missing_translations(
    languages_of: &BTreeMap<String, BTreeSet<Language>>,
    languages: &[Language],
) -> Vec<Problem> {
    let mut found = Vec::new();
    for (id, present) in languages_of {
        let Some(one) = present.first() else { continue };
        for language in languages.iter().filter(|language| !present.contains(language)) {
            let written = format!("content/{}/{id}.md", one.tag());
            let missing = format!("there is no `content/{}/{id}.md`", language.tag());
            found.push(Problem::with_file(written, missing).hint("write every page in every language"));
        }
    }
    found
}

/// Reads one file.
pub(super) fn read(source: &str, language: Language, id: &str, text: &str) -> Checked<Draft> {
    let digest = Digest::of(text.as_bytes());
    // Some editors begin UTF-8 files with a byte order mark; it is no part of the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parts = front_matter::split(source, text).map_err(|problem| vec![problem])?;
    let Some(parts) = parts else {
        let problem = Problem::new(source, Position::new(1, 1), "the front matter is missing")
            .hint("begin the file with `---`, the keys title, summary, section and order, and `---`");
        return Err(vec![problem]);
    };
    let mut fields = Fields::new(source, &parts.meta);
    let title = fields.text("title");
    let nav_title = fields.text("nav_title");
    let summary = fields.summary();
    let section = fields.section();
    let order = fields.order();
    let updated = fields.updated();
    match (title, summary, section, order) {
        (Some(title), Some(summary), Some(section), Some(order)) => fields.problems.into_result(Draft {
            id: id.to_owned(),
            language,
            source: source.to_owned(),
            digest,
            nav_title: nav_title.unwrap_or_else(|| title.clone()),
            title,
            summary,
            section,
            order,
            updated,
            body: parts.body.to_owned(),
            lines_above: parts.lines_above,
        }),
        // A field is only absent where its problem was noted.
        _ => fields.problems.into_result(()).and(Err(Vec::new())),
    }
}

/// Reads the members of a front matter and gathers what is wrong with them.
struct Fields<'m> {
    source: &'m str,
    meta: &'m Node,
    problems: Problems,
}

impl Fields<'_> {
    fn new<'m>(source: &'m str, meta: &'m Node) -> Fields<'m> {
        let mut fields = Fields {
            source,
            meta,
            problems: Problems::new(),
        };
        fields.check_keys();
        fields
    }

    fn check_keys(&mut self) {
        let known = || REQUIRED.into_iter().chain(OPTIONAL);
        let entries = self.meta.as_map().unwrap_or_default();
        for entry in entries {
            let problem = |message: String| Problem::new(self.source, entry.key_at, message);
            if !known().any(|key| key == entry.key) {
                let hint = match nearest(&entry.key, known()) {
                    Some(key) => format!("did you mean `{key}`?"),
                    None => format!("the keys are {}", known().collect::<Vec<_>>().join(", ")),
                };
                self.problems
                    .push(problem(format!("unknown key `{}`", entry.key)).hint(hint));
            } else if entry.repeated {
                let message = format!("the key `{}` stands twice", entry.key);
                self.problems.push(problem(message).hint("keep one of them"));
            }
        }
        for key in REQUIRED {
            if self.meta.get(key).is_none() {
                let at = Position::new(1, 1);
                let problem = Problem::new(self.source, at, format!("the key `{key}` is missing"));
                self.problems
                    .push(problem.hint("add it to the front matter, the lines between `---`"));
            }
        }
    }

    fn refuse(&mut self, node: &Node, message: String, hint: &str) {
        let problem = node.problem(self.source, message);
        self.problems.push(problem.hint(hint));
    }

    fn text(&mut self, key: &str) -> Option<String> {
        let node = self.meta.get(key)?;
        let text = node.as_scalar().filter(|_| {
            // What YAML could take for a number, a boolean or nothing must say that it is text.
            matches!(node.kind(), "text" | "text in quotes")
        });
        match text.map(|scalar| scalar.text.trim()) {
            Some("") => {
                self.refuse(node, format!("`{key}` is empty"), "write a few words");
                None
            }
            Some(text) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
            None => {
                let message = format!("expected the text of `{key}`, found {}", node.kind());
                self.refuse(node, message, "write it in quotes");
                None
            }
        }
    }

    fn summary(&mut self) -> Option<String> {
        let summary = self.text("summary")?;
        let length = summary.chars().count();
        if length > MAX_SUMMARY
            && let Some(node) = self.meta.get("summary")
        {
            let message = format!("the summary has {length} characters, {MAX_SUMMARY} are allowed");
            self.refuse(node, message, "say it in one short sentence");
        }
        Some(summary)
    }

    fn section(&mut self) -> Option<Section> {
        let node = self.meta.get("section")?;
        let word = self.text("section")?;
        let section = Section::from_key(&word);
        if section.is_none() {
            let hint = match nearest(&word, Section::ALL.map(Section::key)) {
                Some(key) => format!("did you mean `{key}`?"),
                None => "the sections are home, review, publish, operate and manual".to_owned(),
            };
            self.refuse(node, format!("there is no section `{word}`"), &hint);
        }
        section
    }

    fn order(&mut self) -> Option<i64> {
        let node = self.meta.get("order")?;
        let order = node.as_scalar().and_then(|scalar| scalar.as_integer());
        if order.is_none() {
            let message = format!("expected the whole number `order`, found {}", node.kind());
            self.refuse(node, message, "write a number without quotes, such as `10`");
        }
        order
    }

    fn updated(&mut self) -> Option<String> {
        let node = self.meta.get("updated")?;
        let text = node.as_scalar().map(|scalar| scalar.text.as_str());
        let day = text.filter(|text| text.len() == 10 && Timestamp::parse_date_or_moment(text).is_ok());
        if day.is_none() {
            let message = "expected the day of the last revision in `updated`".to_owned();
            self.refuse(node, message, "write it as year, month, day: `2026-11-23`");
        }
        day.map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::write_together;

    fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Project) {
        let place = tempfile::tempdir().unwrap();
        for (path, text) in files {
            write_together(&[(place.path().join(path), text.as_bytes())]).unwrap();
        }
        let project = Project::open(place.path()).unwrap();
        (place, project)
    }

    fn problems(files: &[(&str, &str)]) -> String {
        let (_place, project) = project(files);
        let found = load(&project, &Language::ALL).unwrap_err();
        found.iter().map(|problem| format!("{problem}\n")).collect()
    }

    const GOOD: &str = "---\ntitle: \"A: b\"\nsummary: One.\nsection: review\norder: 10\n---\n\n## Text\n";

    #[test]
    fn a_draft_keeps_its_body_and_where_it_begins() {
        let marked = format!("\u{feff}{GOOD}");
        let (_place, project) = project(&[("content/pl/a/b.md", &marked)]);
        let drafts = load(&project, &[Language::Polish]).unwrap();
        let shown: Vec<_> = drafts
            .iter()
            .map(|draft| {
                (
                    draft.id.as_str(),
                    draft.nav_title.as_str(),
                    draft.body.as_str(),
                    draft.lines_above,
                )
            })
            .collect();
        assert_eq!(shown, [("a/b", "A: b", "\n## Text\n", 6)]);
    }

    #[test]
    fn all_problems_of_a_front_matter_are_named_at_once() {
        let bad = "---\ntitle: 2026\nsumary: One.\nsection: reviw\norder: ten\nupdated: 2026-02-30\norder: 1.5\n\
                   sumary: Two.\n---\n";
        assert_eq!(
            problems(&[("content/pl/x.md", bad), ("content/en/x.md", GOOD)]),
            "\
content/pl/x.md:1:1: the key `summary` is missing
  hint: add it to the front matter, the lines between `---`
content/pl/x.md:2:8: expected the text of `title`, found a number
  hint: write it in quotes
content/pl/x.md:3:1: unknown key `sumary`
  hint: did you mean `summary`?
content/pl/x.md:4:10: there is no section `reviw`
  hint: did you mean `review`?
content/pl/x.md:6:10: expected the day of the last revision in `updated`
  hint: write it as year, month, day: `2026-11-23`
content/pl/x.md:7:1: the key `order` stands twice
  hint: keep one of them
content/pl/x.md:7:8: expected the whole number `order`, found a number
  hint: write a number without quotes, such as `10`
content/pl/x.md:8:1: unknown key `sumary`
  hint: did you mean `summary`?
"
        );
    }

    #[test]
    fn names_and_languages_are_checked() {
        let long = GOOD.replace("One.", &"o".repeat(161));
        assert_eq!(
            problems(&[
                ("content/pl/My_Page.md", GOOD),
                ("content/pl/only.md", &long),
                ("content/en/evidence/x.md", "# No front matter\n"),
            ]),
            "\
content/en/evidence/x.md: the site fills the folder `evidence` itself
  hint: put the page into another folder
content/en/evidence/x.md: there is no `content/pl/evidence/x.md`
  hint: write every page in every language
content/en/evidence/x.md:1:1: the front matter is missing
  hint: begin the file with `---`, the keys title, summary, section and order, and `---`
content/pl/My_Page.md: `My_Page` is not a name for a page
  hint: use lower-case letters, digits and `-`
content/pl/My_Page.md: there is no `content/en/My_Page.md`
  hint: write every page in every language
content/pl/only.md: there is no `content/en/only.md`
  hint: write every page in every language
content/pl/only.md:3:10: the summary has 161 characters, 160 are allowed
  hint: say it in one short sentence
"
        );
    }
}
