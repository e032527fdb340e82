//! Reads a printed page as its readers do: title, the way to it, and its sections with their text.
//!
//! Pages are read as they were printed, so every page of the site is found, whoever made it, and what is found is what
//! stands there. Templates say with `data-search` what is special:
//!
//! | value | meaning |
//! |---|---|
//! | `off` | not searched: raw lines, marks that many pages share |
//! | `key` | what readers type to get here (a digest, a path, an id); it weighs as much as a heading |
//! | `entry` | with an `id`: a section of its own, called by its `aria-label` or its first key |

use html5gum::{HtmlString, StartTag, Token, Tokenizer};
use serde::{Deserialize, Serialize};

/// Elements that stand within a line: words go on across them.
const INLINE: [&str; 23] = [
    "a", "abbr", "b", "bdi", "cite", "code", "data", "del", "em", "i", "ins", "kbd", "mark", "q", "s",
    "samp", "small", "span", "strong", "sub", "sup", "var", "wbr",
];
/// Elements without an end.
const VOID: [&str; 10] = [
    "area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr",
];
/// Elements whose text is no prose.
const UNREAD: [&str; 9] = [
    "nav", "script", "style", "svg", "template", "button", "dialog", "noscript", "select",
];
/// Links of the page's own furniture inside prose.
const FURNITURE: [&str; 3] = ["permalink", "footnote-back", "footnote-ref"];

/// A page of the site as search knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its heading.
    pub title: String,
    /// The names of what it stands under, from the outside in, without start page and itself.
    pub trail: Vec<String>,
    /// At least one: what stands before the first heading.
    pub sections: Vec<Section>,
}

/// A part of a page with a place that links lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The id of its heading or element; empty for what stands before the first heading.
    pub anchor: String,
    /// The level of its heading; `None` for entries of registers and for the first section.
    pub level: Option<u8>,
    /// The words of that heading.
    pub heading: String,
    /// What weighs as much as a heading without being one.
    pub keys: String,
    /// Its text in one line; blocks are divided by line feeds.
    pub text: String,
}

/// What an open element does to the text inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Plain,
    Unread,
    Crumbs,
    Crumb,
    Title,
    Heading,
    Key,
    /// The first key of an entry without another name.
    Name,
    /// An entry, with the section that goes on after it.
    Entry(usize),
}

#[derive(Debug)]
struct Open {
    name: HtmlString,
    part: Part,
}

/// The page of some HTML, if it has a `main` element to read.
pub(super) fn read(html: &str) -> Option<Document> {
    let mut reader = Reader::default();
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) if reader.open.is_empty() => {
                if *tag.name == b"main"[..] {
                    reader.found = true;
                    reader.start(tag);
                }
            }
            Token::StartTag(tag) => reader.start(tag),
            Token::EndTag(tag) => reader.end(&tag.name),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.finish()
}

#[derive(Debug)]
struct Reader {
    found: bool,
    open: Vec<Open>,
    document: Document,
    /// The section that text belongs to now.
    current: usize,
    /// How many open elements stand inside one that is not read, itself among them.
    unread: usize,
}

impl Default for Reader {
    fn default() -> Reader {
        Reader {
            found: false,
            open: Vec::new(),
            document: Document {
                sections: vec![Section::default()],
                ..Document::default()
            },
            current: 0,
            unread: 0,
        }
    }
}

impl Reader {
    fn start(&mut self, tag: StartTag<()>) {
        let has_end = !named(&tag.name, &VOID) && !tag.self_closing;
        if self.unread > 0 {
            if has_end {
                self.unread += 1;
                let (name, part) = (tag.name, Part::Plain);
                self.open.push(Open { name, part });
            }
            return;
        }
        if !named(&tag.name, &INLINE) {
            self.gap();
        }
        if !has_end {
            return;
        }
        let part = self.part_of(&tag);
        if part == Part::Crumb {
            self.document.trail.push(String::new());
        }
        self.unread = usize::from(part == Part::Unread);
        self.open.push(Open { name: tag.name, part });
    }

    /// What an element is, and, if it begins a section, that section.
    fn part_of(&mut self, tag: &StartTag<()>) -> Part {
        let class = attribute(tag, "class");
        let search = attribute(tag, "data-search");
        let id = attribute(tag, "id");
        if *tag.name == b"nav"[..] && class == "breadcrumbs" {
            return Part::Crumbs;
        }
        let inside = self.open.iter().any(|open| open.part == Part::Crumbs);
        if inside {
            return if *tag.name == b"li"[..] {
                Part::Crumb
            } else {
                Part::Plain
            };
        }
        if search == "off" || named(&tag.name, &UNREAD) || FURNITURE.contains(&class.as_str()) {
            return Part::Unread;
        }
        match (level_of(&tag.name), search.as_str()) {
            (Some(1), _) => Part::Title,
            (Some(level), _) if !id.is_empty() => {
                self.begin(id, Some(level), String::new());
                Part::Heading
            }
            (None, "entry") if !id.is_empty() => {
                let before = self.current;
                self.begin(id, None, attribute(tag, "aria-label"));
                Part::Entry(before)
            }
            (_, "key") if self.lacks_name() => Part::Name,
            (_, "key") => {
                if let Some(section) = self.document.sections.get_mut(self.current) {
                    section.keys.push('\n');
                }
                Part::Key
            }
            _ => Part::Plain,
        }
    }

    /// The section is an entry that nothing has named yet.
    fn lacks_name(&self) -> bool {
        let entry = self.open.iter().any(|open| matches!(open.part, Part::Entry(_)));
        let section = self.document.sections.get(self.current);
        entry && section.is_some_and(|section| section.level.is_none() && section.heading.is_empty())
    }

    fn begin(&mut self, anchor: String, level: Option<u8>, heading: String) {
        self.current = self.document.sections.len();
        self.document.sections.push(Section {
            anchor,
            level,
            heading,
            ..Section::default()
        });
    }

    fn end(&mut self, name: &HtmlString) {
        let Some(at) = self.open.iter().rposition(|open| open.name == *name) else {
            return;
        };
        for open in self.open.drain(at..).rev() {
            if let Part::Entry(before) = open.part {
                self.current = before;
            }
            self.unread = self.unread.saturating_sub(1);
        }
        if !named(name, &INLINE) {
            self.gap();
        }
    }

    /// Where text goes now, if anywhere; the last that has an opinion decides.
    fn target(&mut self) -> Option<&mut String> {
        if self.unread > 0 {
            return None;
        }
        let decides = |open: &&Open| !matches!(open.part, Part::Plain | Part::Entry(_));
        let last = self.open.iter().rfind(decides).map(|open| open.part);
        let section = self.document.sections.get_mut(self.current)?;
        match last {
            Some(Part::Crumbs) => None,
            Some(Part::Crumb) => self.document.trail.last_mut(),
            Some(Part::Title) => Some(&mut self.document.title),
            Some(Part::Heading | Part::Name) => Some(&mut section.heading),
            Some(Part::Key) => Some(&mut section.keys),
            _ => Some(&mut section.text),
        }
    }

    fn gap(&mut self) {
        if let Some(target) = self.target()
            && !target.is_empty()
            && !target.ends_with('\n')
        {
            if target.ends_with(' ') {
                target.pop();
            }
            target.push('\n');
        }
    }

    fn text(&mut self, text: &str) {
        // Outside `main` nothing is open.
        if self.open.is_empty() {
            return;
        }
        let Some(target) = self.target() else { return };
        for (number, word) in text
            .split(|letter: char| letter.is_ascii_whitespace())
            .enumerate()
        {
            if number > 0 && !target.is_empty() && !target.ends_with([' ', '\n']) {
                target.push(' ');
            }
            target.push_str(word);
        }
    }

    fn finish(self) -> Option<Document> {
        let mut document = self.found.then_some(self.document)?;
        trim(&mut document.title);
        for section in &mut document.sections {
            for text in [&mut section.heading, &mut section.keys, &mut section.text] {
                trim(text);
            }
        }
        // The way begins at the start page and ends with the page itself.
        let mut trail: Vec<String> = document
            .trail
            .iter()
            .map(|crumb| crumb.trim().to_owned())
            .collect();
        trail.pop();
        document.trail = trail.into_iter().skip(1).collect();
        Some(document)
    }
}

fn trim(text: &mut String) {
    *text = text.trim().to_owned();
}

fn named(name: &HtmlString, names: &[&str]) -> bool {
    names.iter().any(|known| known.as_bytes() == &name[..])
}

fn level_of(name: &HtmlString) -> Option<u8> {
    match name[..] {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

fn attribute(tag: &StartTag<()>, name: &str) -> String {
    let value = tag.attributes.get(name.as_bytes());
    value.map_or_else(String::new, |value| String::from_utf8_lossy(value).into_owned())
}
