//! The headings of a page and their anchors.

use super::library::Voice;
use super::origin::Origin;
use super::tree::{Kind, Node};
use crate::content::{Heading, place};
use crate::diag::Problems;
use pulldown_cmark::{HeadingLevel, Tag};
use std::collections::{BTreeMap, BTreeSet};

/// The headings of a page by where they stand.
#[derive(Debug, Default)]
pub struct Outline {
    by_offset: BTreeMap<usize, Heading>,
}

/// The ids that are taken on a page.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    taken: BTreeSet<String>,
    /// The last number given to each wanted id, so that many of one kind cost no more than few.
    last: BTreeMap<String, usize>,
}

impl Ids {
    /// Takes an id that nobody has: the wanted one, or else that with a number.
    pub fn claim(&mut self, wanted: &str) -> String {
        if self.taken.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        let last = self.last.entry(wanted.to_owned()).or_insert(1);
        loop {
            *last += 1;
            let id = format!("{wanted}-{last}");
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// A heading as it stands in the source.
struct Raw<'n, 't> {
    offset: usize,
    level: u8,
    wanted_id: Option<&'n str>,
    has_attributes: bool,
    content: &'n [Node<'t>],
}

impl Outline {
    /// The headings in the order of the page.
    pub fn headings(&self) -> Vec<Heading> {
        self.by_offset.values().cloned().collect()
    }

    /// The heading at an offset of the source.
    pub fn at(&self, offset: usize) -> Option<&Heading> {
        self.by_offset.get(&offset)
    }

    /// All anchors.
    pub fn anchors(&self) -> impl Iterator<Item = &str> {
        self.by_offset.values().map(|heading| heading.id.as_str())
    }

    /// Reads the headings of a page. Problems: a first-level heading, a skipped level, no text, an id that is
    /// unfit or stands twice.
    pub fn read(
        nodes: &[Node<'_>],
        origin: &Origin<'_>,
        voice: Voice<'_>,
        problems: &mut Problems,
    ) -> (Outline, Ids) {
        let mut raw = Vec::new();
        collect(nodes, &mut raw);
        check_levels(&raw, origin, problems);
        let mut ids = Ids::default();
        // Ids that authors chose come first, whatever stands above them: other pages refer to them.
        for heading in &raw {
            check_id(heading, origin, &mut ids, problems);
        }
        let mut outline = Outline::default();
        for heading in raw {
            let text = voice.plain(heading.content);
            let slug = place::slug(&text);
            if slug.is_empty() {
                let problem = origin.problem(heading.offset, "a heading without letters or digits");
                problems.push(problem.hint("write what the section is about"));
                continue;
            }
            let id = match heading.wanted_id {
                Some(id) => id.to_owned(),
                None => ids.claim(&slug),
            };
            let level = heading.level;
            outline
                .by_offset
                .insert(heading.offset, Heading { level, id, text });
        }
        (outline, ids)
    }
}

fn collect<'n, 't>(nodes: &'n [Node<'t>], found: &mut Vec<Raw<'n, 't>>) {
    for node in nodes {
        let Kind::Branch(tag, children) = &node.kind else {
            continue;
        };
        if let Tag::Heading {
            level,
            id,
            classes,
            attrs,
        } = tag
        {
            found.push(Raw {
                offset: node.range.start,
                level: number(*level),
                wanted_id: id.as_deref(),
                has_attributes: !classes.is_empty() || !attrs.is_empty(),
                content: children,
            });
        } else {
            collect(children, found);
        }
    }
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn check_levels(headings: &[Raw<'_, '_>], origin: &Origin<'_>, problems: &mut Problems) {
    // The title is the page's first level.
    let mut above = 1;
    for heading in headings {
        if heading.level == 1 {
            problems.push(
                origin
                    .problem(heading.offset, "a first-level heading in the body")
                    .hint("the title is the only one; begin this heading with `##`"),
            );
        } else if heading.level > above + 1 {
            let message = format!("a heading of level {} below one of level {above}", heading.level);
            let hint = format!("begin it with `{}`", "#".repeat(usize::from(above) + 1));
            problems.push(origin.problem(heading.offset, message).hint(hint));
        }
        above = heading.level;
    }
}

fn check_id(heading: &Raw<'_, '_>, origin: &Origin<'_>, ids: &mut Ids, problems: &mut Problems) {
    if heading.has_attributes {
        let problem = origin.problem(heading.offset, "a heading with a class or an attribute");
        problems.push(problem.hint("only an id can be given: `{#id}`"));
    }
    let Some(id) = heading.wanted_id else { return };
    let is_fit = id
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !is_fit || !id.starts_with(|first: char| first.is_ascii_lowercase()) {
        let problem = origin.problem(heading.offset, format!("`{id}` is not an id for a heading"));
        problems.push(problem.hint("begin with a lower-case letter, go on with those, digits and `-`"));
    } else if !ids.taken.insert(id.to_owned()) {
        let problem = origin.problem(heading.offset, format!("the id `{id}` stands twice"));
        problems.push(problem.hint("give each heading its own"));
    }
}
