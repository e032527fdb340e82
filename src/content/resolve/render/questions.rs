//! Questions that reviewers ask, each with an answer, the page that explains it and the evidence that it rests on.
//!
//! The table has the columns `topic`, `question` and `answer` of each language, `pages` and `evidence`: places parted
//! by blanks. A place is a page's id, with an anchor where it has one; `@report`, `@claims`, `@facts`, `@evidence` or
//! `@gate` for pages that the site makes; in `evidence` it is a file's path or `fact:ID`.

use super::super::escape;
use super::super::library::{Dead, evidence_href, evidence_in_bundle};
use super::super::tree::Node;
use super::Renderer;
use crate::content::{place, typography};
use crate::diag::{Problem, nearest};
use crate::evidence::{Row, Table};

/// The columns that say something in each language.
const PROSE: [&str; 3] = ["topic", "question", "answer"];
/// Pages that the site makes itself.
const MADE: [&str; 5] = ["@report", "@claims", "@facts", "@evidence", "@gate"];

/// A link in both forms of a page.
struct Place {
    label: String,
    href: String,
    bundled: String,
}

/// A row in both forms.
#[derive(Default)]
struct Entry {
    topic: String,
    html: String,
    markdown: String,
}

impl Renderer<'_> {
    /// The block `questions source=NAME.csv`.
    pub(super) fn questions(&mut self, node: &Node<'_>, attributes: &str) {
        let Some(table) = self.source(node, attributes) else {
            return;
        };
        let tag = self.parsed.draft.language.tag();
        let wanted = PROSE.iter().chain(&["pages", "evidence"]);
        let missing = wanted.copied().find(|name| table.column(name, tag).is_none());
        if let Some(name) = missing {
            let hint = "questions have the columns topic, question, answer, pages, evidence";
            return self.refuse(node, format!("no column `{name}` in `{}`", table.name()), hint);
        }
        let entries: Vec<Entry> = table.rows.iter().map(|row| self.question(table, row)).collect();
        self.found.evidence.insert(table.path.clone());
        self.write_questions(table, &entries);
        let heads = ["question", "answer", "page", "evidence"].map(|key| self.asked(key));
        let mut lines = vec![
            format!("| {} |", heads.join(" | ")),
            String::from("|---|---|---|---|"),
        ];
        lines.extend(entries.into_iter().map(|entry| entry.markdown));
        let path = evidence_in_bundle(self.parsed.draft, &table.path);
        lines.extend([String::new(), format!("[{}]({path})", table.path)]);
        let text = lines.join(&format!("\n{}", self.indent(node)));
        self.edits.replace(node.range.clone(), text);
    }

    fn asked(&self, key: &str) -> String {
        self.wording.text(&format!("questions.{key}")).to_owned()
    }

    fn question(&mut self, table: &Table, row: &Row) -> Entry {
        let language = self.parsed.draft.language;
        let tag = language.tag();
        let text = |name: &str| {
            let place = table.column(name, tag);
            place
                .and_then(|place| row.cells.get(place))
                .map_or("", |cell| cell.trim())
        };
        let [topic, question, answer] = PROSE.map(text);
        let question = self.prose_cell(table, row, question);
        let answer = self.prose_cell(table, row, answer);
        let mut links = |column: &str| {
            let places = text(column).split_whitespace();
            let found: Vec<Place> = places
                .filter_map(|place| self.place_of(table, row, (column, place)))
                .collect();
            if found.is_empty() && column == "pages" {
                self.refuse_row(table, row, ("no page", "name the page that explains the answer"));
            }
            let html = found.iter().map(|place| {
                format!(
                    "<a href=\"{}\">{}</a>",
                    escape::attribute(&place.href),
                    named(&typography::set(language, &place.label))
                )
            });
            let markdown = found
                .iter()
                .map(|place| format!("[{}]({})", escape::markdown(&place.label), place.bundled));
            (
                html.collect::<Vec<_>>().join("<br>"),
                markdown.collect::<Vec<_>>().join(", "),
            )
        };
        let (pages, evidence) = (links("pages"), links("evidence"));
        let id = self.ids.claim(&format!("q-{}", row.id().replace('_', "-")));
        Entry {
            topic: topic.to_owned(),
            html: format!(
                "<tr id=\"{id}\"><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                question.0, answer.0, pages.0, evidence.0
            ),
            markdown: format!("| {} | {} | {} | {} |", question.1, answer.1, pages.1, evidence.1),
        }
    }

    fn place_of(&mut self, table: &Table, row: &Row, (column, place): (&str, &str)) -> Option<Place> {
        let found = match column {
            "pages" => self.page_place(place),
            _ => self.evidence_place(place),
        };
        match found {
            Ok(place) => Some(place),
            Err((message, hint)) => {
                self.refuse_row(table, row, (&message, &hint));
                None
            }
        }
    }

    fn refuse_row(&mut self, table: &Table, row: &Row, (message, hint): (&str, &str)) {
        let message = format!("the question `{}`: {message}", row.id());
        let problem = Problem::new(&table.path, row.at, message).hint(hint);
        self.found.problems.push(problem);
    }

    fn page_place(&self, place: &str) -> Result<Place, Dead> {
        let draft = self.parsed.draft;
        let language = draft.language;
        if place.starts_with('@') {
            let (path, key) = match place {
                "@report" => (place::report_path(language), "site.report.title"),
                "@claims" => (place::claims_path(language), "site.claims.title"),
                "@facts" => (place::facts_path(language), "site.facts.title"),
                "@evidence" => (place::evidence_list_path(language), "site.evidence.title"),
                "@gate" => (place::gate_path(language), "site.gate.title"),
                other => {
                    let hint = match nearest(other, MADE) {
                        Some(like) => format!("did you mean `{like}`?"),
                        None => format!("they are {}", MADE.join(", ")),
                    };
                    return Err((format!("no page `{other}`"), hint));
                }
            };
            let here = place::page_path(language, &draft.id);
            let bundled = format!("pages/{}/{}.md", language.tag(), draft.id);
            return Ok(Place {
                label: self.wording.text(key).to_owned(),
                href: place::relative(&here, &path),
                bundled: place::relative(&bundled, &format!("site/{path}")),
            });
        }
        self.library.page_link(draft, place).map(|(label, link)| Place {
            label,
            href: link.href,
            bundled: link.bundle_path,
        })
    }

    fn evidence_place(&mut self, place: &str) -> Result<Place, Dead> {
        let draft = self.parsed.draft;
        let (path, line) = match place.strip_prefix("fact:") {
            Some(id) => {
                let fact = self.library.fact(id, draft.language)?;
                (fact.source.clone(), fact.at.line)
            }
            None => match self.library.evidence.file(place) {
                Some(file) => (file.path.clone(), 0),
                None => {
                    let known = self.library.evidence.files().map(|file| file.path.as_str());
                    let hint = match nearest(place, known) {
                        Some(like) => format!("did you mean `{like}`?"),
                        None => "name a file of the evidence or `fact:ID`".to_owned(),
                    };
                    return Err((format!("no evidence `{place}`"), hint));
                }
            },
        };
        self.found.evidence.insert(path.clone());
        let (anchor, shown) = match line {
            0 => (String::new(), path.clone()),
            line => (format!("#L{line}"), format!("{path}:{line}")),
        };
        Ok(Place {
            label: shown,
            href: evidence_href(draft, &path) + &anchor,
            bundled: evidence_in_bundle(draft, &path),
        })
    }

    fn write_questions(&mut self, table: &Table, entries: &[Entry]) {
        self.begin_table();
        self.write("<thead>\n<tr>");
        for key in ["question", "answer", "page", "evidence"] {
            let head = escape::html(&self.asked(key));
            self.write(&format!("<th scope=\"col\">{head}</th>"));
        }
        self.write("</tr>\n</thead>\n<tbody>\n");
        let mut topic = "";
        for entry in entries {
            if entry.topic != topic {
                topic = &entry.topic;
                let head = escape::html(&typography::set(self.parsed.draft.language, topic));
                self.write(&format!(
                    "</tbody>\n<tbody>\n<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"4\">{head}</th></tr>\n"
                ));
            }
            self.write(&entry.html);
        }
        self.end_table();
        let draft = self.parsed.draft;
        let here = place::page_path(draft.language, &draft.id);
        let file = self.library.evidence.file(&table.path);
        let size = self.wording.bytes(file.map_or(0, |file| file.bytes.len() as u64));
        let csv = self.wording.filled("questions.csv", &[("size", &size)]);
        let label = escape::html(self.wording.text("table.source"));
        let (href, raw) = (
            evidence_href(draft, &table.path),
            place::relative(&here, &place::raw_path(&table.path)),
        );
        let (path, csv) = (escape::html(&table.path), escape::html(&csv));
        self.write(&format!(
            "<p class=\"table-source\">{label} <a class=\"evidence\" href=\"{href}\">{path}</a> · \
             <a href=\"{raw}\" download>{csv}</a></p>\n"
        ));
    }
}

/// Long names may break after their separators.
fn named(label: &str) -> String {
    let text = escape::html(label);
    if label.contains('/') {
        text.replace('/', "/<wbr>").replace('_', "_<wbr>")
    } else {
        text
    }
}
