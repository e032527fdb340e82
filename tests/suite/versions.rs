//! Releases over time: earlier sites kept byte for byte, comparisons out of signed results, addresses for machines.

mod addresses;
mod compared;
mod kept;

use crate::scene::{DATE, KEYS, RELEASE_KEY, SOUND_KEY, Scene, has_tool, tree};
use scraper::{Html, Selector};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::OnceLock;

const SECOND: &str = "2026-12-22T12:00:00Z";
const THIRD: &str = "2027-01-22T12:00:00Z";
type Files = BTreeMap<String, Vec<u8>>;

/// Three releases, each with another limit on the loss of liquidity, which the second breaks. They are built once; each
/// test gets a copy.
fn chain() -> Scene {
    static BUILT: OnceLock<Files> = OnceLock::new();
    let files = BUILT.get_or_init(|| {
        let scene = Scene::sample();
        scene.write_key("secrets/audit.hmac", SOUND_KEY, 0o600);
        scene.build();
        next(&scene, ("2026.12", "2026-12-21"), SECOND, ("0.60", "0.50"));
        next(&scene, ("2027.01", "2027-01-21"), THIRD, ("0.50", "0.58"));
        scene.tree("")
    });
    let scene = Scene::empty();
    for (path, bytes) in files {
        scene.write(path, bytes);
    }
    scene.write_key("secrets/audit.hmac", SOUND_KEY, 0o600);
    scene.write_key("secrets/release.pem", RELEASE_KEY, 0o600);
    scene
}

/// Builds, whatever the verdict on the scenarios.
#[track_caller]
fn built(scene: &Scene, date: &str) {
    let ran = scene.run(&format!("build --date {date} {KEYS}"));
    assert!(matches!(ran.code, 0 | 3), "{}", ran.stderr);
}

fn next(scene: &Scene, (id, day): (&str, &str), date: &str, (old, new): (&str, &str)) {
    let new_release = "--owner Jan --preset core --select";
    scene
        .run(&format!(
            "release new {id} --released-at {day}T09:00:00+01:00 {new_release}"
        ))
        .ends_with(0);
    let limit = |value: &str| format!("max_liquidity_loss_pct: {value}");
    scene.replace("config/core.yaml", &limit(old), &limit(new));
    built(scene, date);
}

/// The payload of a release's bundle, unpacked by a tool that is not ours; paths without `data/`.
fn unpacked(scene: &Scene, id: &str, bundle: &str) -> Files {
    let place = tempfile::tempdir().expect("a folder");
    let status = Command::new("unzip")
        .arg("-q")
        .arg(scene.path(&format!("var/marketing/{id}/{bundle}.zip")))
        .arg("-d")
        .arg(place.path())
        .status();
    assert!(status.expect("unzip runs").success(), "{bundle}");
    tree(&place.path().join(bundle).join("data"))
}

/// The files below a folder, without it.
fn below(files: &Files, folder: &str) -> Files {
    let inside = files.iter();
    inside
        .filter_map(|(path, bytes)| Some((path.strip_prefix(folder)?.to_owned(), bytes.clone())))
        .collect()
}

fn without_kept(mut files: Files) -> Files {
    files.retain(|path, _| !path.starts_with("releases/"));
    files
}

#[track_caller]
fn lists_fit(scene: &Scene, folder: &str) {
    let ran = Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
        .current_dir(scene.path(folder))
        .output()
        .expect("sha256sum runs");
    assert!(
        ran.status.success(),
        "{folder}: {}",
        String::from_utf8_lossy(&ran.stdout)
    );
}

fn texts(html: &str, selector: &str) -> Vec<String> {
    let text = |found: scraper::ElementRef<'_>| {
        let words: Vec<&str> = found.text().flat_map(str::split_whitespace).collect();
        words.join(" ")
    };
    let page = Html::parse_document(
        &html
            .replace("<wbr>", "")
            .replace("&nbsp;", " ")
            .replace('\u{a0}', " "),
    );
    page.select(&Selector::parse(selector).expect("a selector"))
        .map(text)
        .collect()
}

fn attributes(html: &str, selector: &str, name: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let selector = Selector::parse(selector).expect("a selector");
    page.select(&selector)
        .filter_map(|one| Some(one.value().attr(name)?.to_owned()))
        .collect()
}

/// The rows of the table under a heading.
fn rows(html: &str, heading: &str) -> Vec<Vec<String>> {
    let part = html
        .split(&format!("<h2 id=\"{heading}\">"))
        .nth(1)
        .expect(heading);
    let table = part.split("</table>").next().expect("a table");
    let rows = table.split("<tbody>").nth(1).expect("rows").split("</tr>");
    rows.map(|row| texts(&format!("<table>{row}</tr></table>"), "th, td"))
        .filter(|cells| !cells.is_empty())
        .collect()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
