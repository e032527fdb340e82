//! The frame around every page: navigation, breadcrumbs, languages, marks, contents.

use super::card;
use super::edition::{Edition, Group, INDEX, Itinerary, Stop};
use super::marks::{Mark, Marks};
use super::search;
use super::sheet::Sheet;
use super::voice::{self, Voice};
use crate::content::place::{evidence_path, page_path, relative, releases_path, verifier_path};
use crate::domain::Language;
use serde::Serialize;

/// Fewer headings than this need no table of contents.
const WORTH_CONTENTS: usize = 3;

/// Most pages of a group that stand in a menu together.
const LARGEST_MENU: usize = 60;
/// How many of a larger group do.
const SHELF: usize = 40;

/// A link as templates show it; without `href` it is only words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Link {
    pub(super) label: String,
    pub(super) href: Option<String>,
}

/// An entry of the table of contents.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Entry {
    pub(super) level: u8,
    pub(super) id: String,
    pub(super) text: String,
}

#[derive(Debug, Serialize)]
struct Item {
    label: String,
    href: String,
    current: bool,
    child: bool,
}

#[derive(Debug, Serialize)]
struct Menu {
    label: String,
    items: Vec<Item>,
}

#[derive(Debug, Serialize)]
struct Choice {
    tag: &'static str,
    label: String,
    href: String,
    current: bool,
}

/// What a page tells its frame.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Its file in the site.
    pub(super) path: String,
    pub(super) title: String,
    pub(super) description: String,
    /// Pages between its group and itself.
    pub(super) parents: Vec<Stop>,
    pub(super) group: Option<Group>,
    /// Its file in the other language, where there is one.
    pub(super) twin: Option<String>,
    pub(super) marks: Marks,
    pub(super) contents: Vec<Entry>,
    /// Scripts that this page needs besides those of all pages: `assets/NAME.js`.
    pub(super) scripts: Vec<&'static str>,
}

/// The same page in a language, for programs.
#[derive(Debug, Serialize)]
struct Alternate {
    tag: &'static str,
    href: String,
}

#[derive(Debug, Serialize)]
struct Frame {
    language: &'static str,
    /// The page's own file in the site.
    path: String,
    /// The page of releases, as a file in the site.
    releases: String,
    home_path: String,
    /// The page's public address, where that is known.
    canonical: Option<String>,
    alternates: Vec<Alternate>,
    /// The public address of the picture for previews.
    card: Option<String>,
    locale: &'static str,
    title: String,
    description: String,
    is_home: bool,
    home: String,
    cover: String,
    feed: Option<String>,
    /// The page that lists and finds everything.
    search: String,
    report_evidence: Option<String>,
    verification: Option<String>,
    is_verification: bool,
    verifier: String,
    crumbs: Vec<Link>,
    groups: Vec<Menu>,
    languages: Vec<Choice>,
    previous: Option<Link>,
    next: Option<Link>,
    marks: Vec<Mark>,
    contents: Vec<Entry>,
    scripts: Vec<&'static str>,
}

/// A sheet with everything that the common templates use; the page adds its own part.
pub(super) fn sheet<'a>(
    edition: &Edition<'a>,
    voice: &Voice<'_>,
    template: &'static str,
    outline: Outline,
) -> Sheet<'a> {
    Sheet::new(&outline.path, template)
        .with("root", "../".repeat(outline.path.matches('/').count()))
        .with("site", edition.imprint(voice))
        .with_shared("text", voice.messages())
        .with("frame", frame(edition, voice, outline))
}

fn frame(edition: &Edition<'_>, voice: &Voice<'_>, outline: Outline) -> Frame {
    let here = outline.path.as_str();
    let language = voice.language;
    let itinerary = edition.itinerary(language);
    let contents = match outline.contents.len() < WORTH_CONTENTS {
        true => Vec::new(),
        false => outline.contents.clone(),
    };
    let place = itinerary.place(here);
    let position = place.map(|(at, _)| at);
    let neighbour = |at: Option<usize>| {
        let stop = itinerary.stops().get(at?)?;
        Some(link(here, stop))
    };
    let base_url = edition.input.base_url;
    Frame {
        language: language.tag(),
        path: here.to_owned(),
        releases: releases_path(language),
        home_path: page_path(language, INDEX),
        canonical: base_url.map(|base| base.of(here)),
        alternates: alternates(edition, voice, &outline),
        card: base_url.map(|base| base.of(&card::path(language))),
        locale: match language {
            Language::Polish => "pl_PL",
            Language::English => "en_GB",
        },
        is_home: here == page_path(language, INDEX),
        home: relative(here, &page_path(language, INDEX)),
        cover: relative(here, "index.html"),
        feed: feed(edition, language).map(|path| relative(here, path)),
        search: relative(here, &search::page(language)),
        report_evidence: edition
            .report_file
            .map(|file| relative(here, &evidence_path(language, &file.path))),
        verification: edition.verification(language).map(|path| relative(here, &path)),
        is_verification: edition.verification(language).is_some_and(|path| path == here),
        verifier: relative(here, &verifier_path(language)),
        crumbs: crumbs(voice, &outline),
        groups: menus(voice, here, itinerary),
        languages: choices(edition, voice, &outline),
        previous: neighbour(position.and_then(|at| at.checked_sub(1))),
        next: neighbour(position.map(|at| at + 1)),
        marks: outline.marks.in_words(voice),
        scripts: scripts(&contents, outline.scripts),
        contents,
        title: outline.title,
        description: outline.description,
    }
}

/// The page in all its languages and, for readers of none of them, in the first, by whole addresses; search engines take no
/// others, so without the site's address there are none.
fn alternates(edition: &Edition<'_>, voice: &Voice<'_>, outline: &Outline) -> Vec<Alternate> {
    let (Some(twin), Some(base)) = (&outline.twin, edition.input.base_url) else {
        return Vec::new();
    };
    let of = |language: &Language| match *language == voice.language {
        true => base.of(&outline.path),
        false => base.of(twin),
    };
    let languages = edition.input.languages;
    let mut found: Vec<Alternate> = languages
        .iter()
        .map(|language| Alternate {
            tag: language.tag(),
            href: of(language),
        })
        .collect();
    found.extend(languages.first().map(|language| Alternate {
        tag: "x-default",
        href: of(language),
    }));
    found
}

/// The scripts of a page; each adds to a page that is whole without it.
fn scripts(contents: &[Entry], mut of_page: Vec<&'static str>) -> Vec<&'static str> {
    if !contents.is_empty() {
        of_page.push("contents");
    }
    of_page
}

/// The feed in the page's language.
fn feed<'a>(edition: &Edition<'a>, language: Language) -> Option<&'a str> {
    let mut feeds = edition.input.feeds.keys();
    feeds
        .find(|path| path.split('/').next() == Some(language.tag()))
        .map(String::as_str)
}

fn link(here: &str, stop: &Stop) -> Link {
    Link {
        label: stop.label.clone(),
        href: Some(relative(here, &stop.path)),
    }
}

/// The way from the home page to this one. The home page itself has none.
fn crumbs(voice: &Voice<'_>, outline: &Outline) -> Vec<Link> {
    let home = page_path(voice.language, INDEX);
    if outline.path == home {
        return Vec::new();
    }
    let words = |label: String| Link { label, href: None };
    let mut crumbs = vec![Link {
        label: voice.text("start"),
        href: Some(relative(&outline.path, &home)),
    }];
    crumbs.extend(
        outline
            .group
            .map(|group| words(voice.text(&format!("section.{}", group.key())))),
    );
    crumbs.extend(outline.parents.iter().map(|parent| link(&outline.path, parent)));
    crumbs.push(words(outline.title.clone()));
    crumbs
}

/// The groups of the navigation; of a large one, the pages around this one.
fn menus(voice: &Voice<'_>, here: &str, itinerary: &Itinerary) -> Vec<Menu> {
    let item = |stop: &Stop| Item {
        label: stop.label.clone(),
        href: relative(here, &stop.path),
        current: stop.path == here,
        child: stop.child,
    };
    let own = itinerary.place(here);
    let menu = |group: Group| {
        let stops = itinerary.group(group);
        let inside = own.filter(|(at, _)| {
            itinerary
                .stops()
                .get(*at)
                .is_some_and(|stop| stop.group == Some(group))
        });
        let shown = shelf(stops, inside.map_or(0, |(_, inside)| inside));
        let mut items: Vec<Item> = shown.iter().map(item).collect();
        if shown.len() < stops.len() {
            items.push(Item {
                label: voice.filled("docs.all", &[("count", &stops.len().to_string())]),
                href: relative(here, &search::page(voice.language)),
                current: false,
                child: false,
            });
        }
        Menu {
            label: voice.text(&format!("section.{}", group.key())),
            items,
        }
    };
    let menus = Group::ALL.into_iter().map(menu);
    menus.filter(|menu| !menu.items.is_empty()).collect()
}

/// The part of a group that stands in the menu of the page at `inside`: all of it, or the shelf that has that page.
/// Menus of all pages together would otherwise grow with the square of their number.
fn shelf(stops: &[Stop], inside: usize) -> &[Stop] {
    let part = match stops.len() <= LARGEST_MENU {
        true => None,
        false => stops.chunks(SHELF).nth(inside / SHELF),
    };
    part.unwrap_or(stops)
}

/// The same page in each language; the other home page where it has no twin.
fn choices(edition: &Edition<'_>, voice: &Voice<'_>, outline: &Outline) -> Vec<Choice> {
    let choice = |language: &Language| {
        let current = *language == voice.language;
        let path = match &outline.twin {
            _ if current => outline.path.clone(),
            Some(twin) => twin.clone(),
            None => page_path(*language, INDEX),
        };
        Choice {
            tag: language.tag(),
            label: voice::language_name(edition.input.wordings, *language),
            href: relative(&outline.path, &path),
            current,
        }
    };
    edition.input.languages.iter().map(choice).collect()
}
