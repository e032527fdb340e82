//! What all pages of a build refer to: facts, evidence files, and each other.

use super::Terms;
use super::escape;
use super::glossary::Glossaries;
use super::outline::Outline;
use super::tree::{Kind, Node};
use crate::content::charts::Charts;
use crate::content::typography::Typesetter;
use crate::content::{Draft, Wording, Wordings, place};
use crate::diag::nearest;
use crate::domain::{Fact, FactValue, Language};
use crate::evidence::{Evidence, EvidenceFile, Numbers};
use crate::fs::display_name;
use std::collections::BTreeMap;

/// What a reference is that leads nowhere: the message and the hint of a problem.
pub type Dead = (String, String);

/// Facts as a language says them.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    /// The facts.
    pub evidence: &'a Evidence,
    /// The words.
    pub wording: &'a Wording,
}

impl Voice<'_> {
    /// Inline Markdown as plain text: markup left out, facts said.
    pub fn plain(&self, nodes: &[Node<'_>]) -> String {
        let language = self.wording.language();
        let mut typesetter = Typesetter::new(language);
        let mut text = String::new();
        self.write_plain(nodes, &mut typesetter, &mut text);
        text.trim().to_owned()
    }

    fn write_plain(&self, nodes: &[Node<'_>], typesetter: &mut Typesetter, text: &mut String) {
        for node in nodes {
            match &node.kind {
                Kind::Text(piece) => text.push_str(&typesetter.set(piece)),
                Kind::Code(code) => {
                    typesetter.pass_object();
                    match fact_id(code).map(|id| self.evidence.fact(id, self.wording.language())) {
                        Some(fact) => {
                            text.push_str(&fact.map_or(String::new(), |fact| self.wording.fact(fact)))
                        }
                        None => text.push_str(code),
                    }
                }
                Kind::LineEnd | Kind::LineBreak => text.push(' '),
                Kind::Branch(_, children) => self.write_plain(children, typesetter, text),
                Kind::Html(_) | Kind::Reference(_) | Kind::Rule | Kind::Task(_) => {}
            }
        }
    }
}

/// The id in a code span that refers to a fact.
pub fn fact_id(code: &str) -> Option<&str> {
    code.trim().strip_prefix("fact:").map(str::trim)
}

/// A page that others can link to.
#[derive(Clone, Copy)]
struct Shelf<'a> {
    draft: &'a Draft,
    outline: &'a Outline,
}

/// Everything that a page can refer to.
pub struct Library<'a> {
    /// Facts and their files.
    pub evidence: &'a Evidence,
    /// Words in all languages.
    pub wordings: &'a Wordings,
    /// On what terms pages are published.
    pub terms: &'a Terms<'a>,
    /// Numbers that should not be typed.
    pub numbers: &'a Numbers<'a>,
    /// Charts that prose can quote.
    pub charts: &'a Charts<'a>,
    /// The terms of each language; [`Library::new`] leaves them out.
    pub glossaries: Glossaries,
    pages: BTreeMap<&'a str, Shelf<'a>>,
}

/// Where a link leads.
pub struct Link {
    /// From page to page of the site.
    pub href: String,
    /// From file to file of the unpacked bundle.
    pub bundle_path: String,
    /// The evidence file that it leads to, if it leads to one.
    pub evidence: Option<String>,
}

impl<'a> Library<'a> {
    /// A library of these pages.
    pub fn new(
        evidence: &'a Evidence,
        wordings: &'a Wordings,
        (terms, numbers, charts): (&'a Terms<'a>, &'a Numbers<'a>, &'a Charts<'a>),
        pages: impl Iterator<Item = (&'a Draft, &'a Outline)>,
    ) -> Library<'a> {
        let pages = pages
            .map(|(draft, outline)| (draft.source.as_str(), Shelf { draft, outline }))
            .collect();
        Library {
            evidence,
            wordings,
            terms,
            numbers,
            charts,
            glossaries: Glossaries::new(),
            pages,
        }
    }

    /// The fact of an id.
    pub fn fact(&self, id: &str, language: Language) -> Result<&'a Fact, Dead> {
        self.evidence.fact(id, language).ok_or_else(|| {
            let hint = match self.evidence.nearest_fact(id) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "`stage6 facts` lists the ids of all facts".to_owned(),
            };
            (format!("no fact `{id}`"), hint)
        })
    }

    /// Where a target written in a page leads.
    pub fn follow(&self, from: &Draft, target: &str) -> Result<Link, Dead> {
        refuse_outside(target)?;
        let (path, anchor) = match target.split_once('#') {
            Some((path, anchor)) => (path, Some(anchor)),
            None => (target, None),
        };
        let inside = if path.is_empty() {
            from.source.clone()
        } else {
            display_name(&from.source, path)
        };
        if let Some(shelf) = self.pages.get(inside.as_str()) {
            return link_to_page(from, *shelf, anchor, path.is_empty());
        }
        match self.evidence.file(&inside) {
            Some(file) => link_to_evidence(from, file, anchor),
            None => Err(self.dangling(from, &inside)),
        }
    }

    /// Where a page of this language stands, by its id and perhaps an anchor: `verification#steps`, with its title.
    pub fn page_link(&self, from: &Draft, place: &str) -> Result<(String, Link), Dead> {
        let (id, anchor) = match place.split_once('#') {
            Some((id, anchor)) => (id, Some(anchor)),
            None => (place, None),
        };
        let source = format!("content/{}/{id}.md", from.language.tag());
        let Some(shelf) = self.pages.get(source.as_str()) else {
            let ids = self.pages.values().map(|shelf| shelf.draft.id.as_str());
            let hint = match nearest(id, ids) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "name a page by its path below the language folder, without `.md`".to_owned(),
            };
            return Err((format!("no page `{id}`"), hint));
        };
        let link = link_to_page(from, *shelf, anchor, shelf.draft.id == from.id)?;
        let heading = anchor.and_then(|anchor| {
            shelf
                .outline
                .headings()
                .into_iter()
                .find(|heading| heading.id == anchor)
        });
        let title = &shelf.draft.nav_title;
        let label = heading.map_or_else(|| title.clone(), |heading| format!("{title}: {}", heading.text));
        Ok((label, link))
    }

    fn dangling(&self, from: &Draft, inside: &str) -> Dead {
        let own = format!("content/{}/", from.language.tag());
        let pages = self.pages.keys().copied().filter(|path| path.starts_with(&own));
        let known: Vec<&str> = pages
            .chain(self.evidence.files().map(|file| file.path.as_str()))
            .collect();
        let name = inside.rsplit('/').next();
        let found = nearest(inside, known.iter().copied()).or_else(|| {
            // A wrong number of `../` changes the path much and the name not at all.
            known.iter().copied().find(|path| path.rsplit('/').next() == name)
        });
        let hint = match found {
            Some(path) => format!("did you mean `{}`?", place::relative(&from.source, path)),
            None => "a link leads to another page's `.md` file or to a file of the evidence".to_owned(),
        };
        (format!("no page or evidence at `{inside}`"), hint)
    }
}

fn refuse_outside(target: &str) -> Result<(), Dead> {
    let has_scheme = target.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
    });
    if target.is_empty() {
        return Err((
            "a link without a target".into(),
            "write the path of a page or of evidence".into(),
        ));
    }
    if has_scheme || target.starts_with(['/', '\\', '?']) {
        let hint = "name the source in the text; links work without a network, relative to the page's file";
        return Err((format!("`{target}` leads out of the release"), hint.into()));
    }
    Ok(())
}

fn link_to_page(from: &Draft, to: Shelf<'_>, anchor: Option<&str>, same_page: bool) -> Result<Link, Dead> {
    if let Some(anchor) = anchor
        && !to.outline.anchors().any(|known| known == anchor)
    {
        let hint = match nearest(anchor, to.outline.anchors()) {
            Some(known) => format!("did you mean `#{known}`?"),
            None => "give the heading an id: `## Heading {#id}`".to_owned(),
        };
        return Err((format!("no heading `#{anchor}` in `{}`", to.draft.source), hint));
    }
    let suffix = anchor.map_or(String::new(), |anchor| format!("#{anchor}"));
    if same_page {
        return Ok(Link {
            href: suffix.clone(),
            bundle_path: suffix,
            evidence: None,
        });
    }
    let here = place::page_path(from.language, &from.id);
    let there = place::page_path(to.draft.language, &to.draft.id);
    let path = place::relative(&bundle_page(from), &bundle_page(to.draft));
    Ok(Link {
        href: place::relative(&here, &there) + &suffix,
        bundle_path: escape::markdown_target(&(path + &suffix)),
        evidence: None,
    })
}

fn link_to_evidence(from: &Draft, file: &EvidenceFile, anchor: Option<&str>) -> Result<Link, Dead> {
    if let Some(anchor) = anchor {
        let lines = String::from_utf8_lossy(&file.bytes).lines().count();
        let line = anchor
            .strip_prefix('L')
            .and_then(|digits| digits.parse::<usize>().ok());
        if !line.is_some_and(|line| (1..=lines).contains(&line)) {
            let hint = format!("the file has {lines} lines; `#L1` names the first");
            return Err((format!("no line `#{anchor}` in `{}`", file.path), hint));
        }
    }
    let suffix = anchor.map_or(String::new(), |anchor| format!("#{anchor}"));
    let path = place::relative(
        &bundle_page(from),
        &place::bundled_evidence(file.kind, &file.path),
    );
    Ok(Link {
        href: evidence_href(from, &file.path) + &suffix,
        bundle_path: escape::markdown_target(&(path + &suffix)),
        evidence: Some(file.path.clone()),
    })
}

/// How a page refers to the page of an evidence file.
pub fn evidence_href(from: &Draft, file_path: &str) -> String {
    let here = place::page_path(from.language, &from.id);
    place::relative(&here, &place::evidence_path(from.language, file_path))
}

/// How a page of the unpacked bundle refers to an evidence file.
pub fn evidence_in_bundle(from: &Draft, file_path: &str) -> String {
    let path = place::relative(&bundle_page(from), &format!("evidence/{file_path}"));
    escape::markdown_target(&path)
}

/// Where a page stands in the bundle, below its `data` folder.
fn bundle_page(draft: &Draft) -> String {
    format!("pages/{}/{}.md", draft.language.tag(), draft.id)
}

/// A fact as HTML: its value under an anchor, and a link to where it stands unless it is inside a link already.
pub fn fact_html(from: &Draft, fact: &Fact, shown: &str, (anchor, linked): (&str, bool)) -> String {
    let text = escape::html(shown);
    let value = match &fact.value {
        FactValue::Moment(moment) => format!("<time datetime=\"{moment}\">{text}</time>"),
        FactValue::Number(number) => format!("<data value=\"{number}\">{text}</data>"),
        FactValue::Bool(yes) => format!("<data value=\"{yes}\">{text}</data>"),
        FactValue::Text(word) => format!("<data value=\"{}\">{text}</data>", escape::attribute(word)),
        FactValue::List(words) => {
            format!(
                "<data value=\"{}\">{text}</data>",
                escape::attribute(&words.join(","))
            )
        }
    };
    if !linked {
        return format!("<span id=\"{anchor}\">{value}</span>");
    }
    let href = evidence_href(from, &fact.source);
    let (line_anchor, line) = match fact.at.line {
        0 => (String::new(), String::new()),
        line => (format!("#L{line}"), format!(":{line}")),
    };
    let title = escape::attribute(&format!("{} · {}{line}", fact.id, fact.source));
    format!("<a class=\"fact\" href=\"{href}{line_anchor}\" title=\"{title}\" id=\"{anchor}\">{value}</a>")
}
