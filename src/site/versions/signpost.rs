//! Signposts: a kept site refers to sites that were kept inside it, and those are not carried along.
//!
//! Carrying them would double the site with each release. So where a page of a kept site leads into its own folder of
//! earlier releases, a small page stands and says where that release is now.

use crate::content::place::{relative, releases_path};
use crate::domain::Language;
use crate::site::KEPT_FOLDER;
use crate::site::edition::Edition;
use crate::site::kept_root;
use crate::site::links::targets_below;
use crate::site::sheet::Sheet;
use crate::site::voice::Voice;
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Sign {
    language: &'static str,
    title: String,
    text: String,
    href: String,
    open: String,
}

/// All signposts that kept sites need.
pub(in crate::site) fn sheets<'a>(edition: &Edition<'a>) -> Vec<Sheet<'a>> {
    let mut sheets = Vec::new();
    for past in edition.input.lineage.kept() {
        let root = kept_root(past);
        for target in targets_below(&past.site, &format!("{KEPT_FOLDER}/")) {
            if target.ends_with(".html") {
                sheets.push(sheet(edition, &format!("{root}{target}"), &target));
            }
        }
    }
    sheets
}

/// One signpost at `path`; the kept site leads to `target` in its own folder.
fn sheet<'a>(edition: &Edition<'a>, path: &str, target: &str) -> Sheet<'a> {
    let mut parts = target.splitn(3, '/').skip(1);
    let (id, inside) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let mut kept = edition.input.lineage.kept();
    let there = kept.find(|past| past.id == id && past.site.contains_key(inside));
    let languages = edition.input.languages.iter();
    let of_page: Vec<Language> = languages
        .clone()
        .copied()
        .filter(|language| inside.split('/').next() == Some(language.tag()))
        .collect();
    let said = if of_page.is_empty() {
        edition.input.languages.to_vec()
    } else {
        of_page
    };
    let sign = |language: &Language| {
        let voice = Voice::new(edition.input.wordings, *language);
        let values = [("release", id)];
        let (key, to) = match there {
            Some(past) => ("there", format!("{}{inside}", kept_root(past))),
            None => ("gone", releases_path(*language)),
        };
        Sign {
            language: language.tag(),
            title: voice.filled("versions.sign_title", &values),
            text: voice.filled(&format!("versions.sign_{key}"), &values),
            href: relative(path, &to),
            open: voice.filled(&format!("versions.sign_{key}_open"), &values),
        }
    };
    let signs: Vec<Sign> = said.iter().map(sign).collect();
    let sheet = Sheet::new(path, "signpost.html")
        .with("root", "../".repeat(path.matches('/').count()))
        .with("signs", signs);
    match said.first() {
        Some(language) => sheet.with(
            "site",
            edition.imprint(&Voice::new(edition.input.wordings, *language)),
        ),
        None => sheet,
    }
}
