//! Releases over time: earlier sites kept byte for byte, comparisons out of signed results, addresses for machines.

use crate::gate;
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

#[test]
fn kept_sites_are_those_of_their_bundles_byte_for_byte() {
    if !has_tool("unzip", &["-v"]) {
        return;
    }
    let scene = chain();
    for folder in [
        "site",
        "site/releases",
        "site/releases/2026.11",
        "site/releases/2026.12",
    ] {
        lists_fit(&scene, folder);
    }
    let third = unpacked(&scene, "2027.01", "stage6-2027.01-r3");
    for (id, bundle) in [("2026.11", "stage6-2026.11-r1"), ("2026.12", "stage6-2026.12-r2")] {
        let own = without_kept(below(&unpacked(&scene, id, bundle), "site/"));
        assert!(own.len() > 100);
        let kept = without_kept(scene.tree(&format!("site/releases/{id}")));
        assert!(kept == own, "{id}: the kept site is that of its bundle");
        let bundled = without_kept(below(&third, &format!("site/releases/{id}/")));
        assert!(bundled == own, "{id}: a reader of one zip has it too");
    }
    // The second kept the first itself; carried along it would double the site with each release. Where its pages lead
    // there, a page says where the first is now.
    let signs = scene.tree("site/releases/2026.12/releases");
    let home = String::from_utf8(signs["2026.11/pl/index.html"].clone()).expect("text");
    assert_eq!(
        attributes(&home, "a.cover-open", "href"),
        ["../../../../2026.11/pl/index.html"]
    );
    let listed: usize = signs.values().map(Vec::len).sum();
    assert!(listed < 200_000, "{listed} bytes of signposts");
    scene
        .run(&format!("verify var/marketing/2027.01 --date {THIRD} --signing-key-path secrets/audit.hmac --signing-key-id audit-2026"))
        .ends_with(0);
}

#[test]
fn every_link_of_a_kept_page_leads_to_a_file() {
    let scene = chain();
    let site = scene.tree("site");
    let mut checked = 0;
    for (path, bytes) in site
        .iter()
        .filter(|(path, _)| path.starts_with("releases/") && path.ends_with(".html"))
    {
        let html = std::str::from_utf8(bytes).expect("text");
        let links = attributes(html, "[href], [src]", "href")
            .into_iter()
            .chain(attributes(html, "[src]", "src"));
        for link in links.filter(|link| !link.starts_with('#')) {
            let file = link.split('#').next().expect("a file");
            // The page for missing addresses is shown at any depth of a server: its links begin at the root.
            let mut parts: Vec<&str> = path.split('/').collect();
            parts.pop();
            let (file, at_root) = file.strip_prefix('/').map_or((file, false), |rest| (rest, true));
            if at_root {
                parts.clear();
            }
            for part in file.split('/') {
                match part {
                    ".." => drop(parts.pop()),
                    other => parts.push(other),
                }
            }
            assert!(site.contains_key(&parts.join("/")), "{path}: {link}");
            checked += 1;
        }
    }
    assert!(checked > 5_000, "{checked} links");
}

#[test]
fn as_many_are_kept_as_the_configuration_says() {
    let scene = chain();
    let kept = |scene: &Scene| -> Vec<String> {
        let names = scene.tree("site").into_keys();
        let mut ids: Vec<String> = names
            .filter_map(|path| Some(path.strip_prefix("releases/")?.split_once('/')?.0.to_owned()))
            .collect();
        ids.dedup();
        ids
    };
    assert_eq!(kept(&scene), ["2026.11", "2026.12"]);
    let keep = |from: &str, to: &str| {
        let line = |count: &str| format!("keep_releases: {count}\n");
        scene.replace("config/publication.yaml", &line(from), &line(to));
        scene
            .run(&format!("build --date {THIRD} {KEYS} --json"))
            .ends_with(0)
    };
    let ran: Value = serde_json::from_str(&keep("3", "1").stdout).expect("JSON");
    assert_eq!(kept(&scene), ["2026.12"]);
    let bytes: usize = scene
        .tree("site/releases/2026.12")
        .into_iter()
        .filter(|(path, _)| !path.starts_with("releases/"))
        .map(|(_, bytes)| bytes.len())
        .sum();
    assert_eq!(ran["kept_releases"], serde_json::json!({"2026.12": bytes}));
    // What is not kept is still told of: its results are signed.
    let page = scene.read("site/en/reports/releases.html");
    assert_eq!(
        texts(&page, "table.releases tbody th"),
        ["2027.01", "2026.12", "2026.11"]
    );
    keep("1", "0");
    assert!(!scene.path("site/releases").exists());
    assert!(
        scene
            .path("site/en/reports/compare/2026.12-2027.01.html")
            .exists()
    );
}

#[test]
fn the_same_archive_gives_the_same_bytes_wherever_its_copies_lie() {
    let scene = chain();
    let (site, release) = (scene.tree("site"), scene.tree("var/marketing/2027.01"));
    std::fs::create_dir(scene.path("var/marketing/archive")).expect("made");
    std::fs::rename(
        scene.path("var/marketing/2026.11"),
        scene.path("var/marketing/archive/stage6-2026.11-r1"),
    )
    .expect("moved");
    built(&scene, THIRD);
    assert!(scene.tree("site") == site && scene.tree("var/marketing/2027.01") == release);
}

#[test]
fn a_tampered_archive_is_refused_and_a_missing_one_is_said() {
    let scene = chain();
    let zip = scene.path("var/marketing/2026.11/stage6-2026.11-r1.zip");
    let whole = std::fs::read(&zip).expect("the zip");
    let mut tampered = whole.clone();
    let middle = tampered.len() / 2;
    tampered[middle] ^= 1;
    std::fs::write(&zip, &tampered).expect("written");
    let before = scene.tree("site");
    let ran = scene.run(&format!("build --date {THIRD} {KEYS}")).ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: var/marketing/2026.11/stage6-2026.11-r1.zip: an earlier release is not the file that \
         stage6-2026.11-r1.sha256 lists\n  hint: restore its folder from the archive\n\n1 problem; nothing was written\n"
    );
    assert!(scene.tree("site") == before);
    // Another copy that is whole serves as well.
    scene.run(&format!("check --date {THIRD} {KEYS}")).ends_with(2);
    let copy = "var/marketing/archive/stage6-2026.11-r1";
    for (name, bytes) in scene.tree("var/marketing/2026.11") {
        scene.write(
            &format!("{copy}/{name}"),
            if name.ends_with(".zip") { &whole } else { &bytes },
        );
    }
    built(&scene, THIRD);

    let list =
        sha256(&std::fs::read(scene.path("var/marketing/2026.11/stage6-2026.11-r1.sha256")).expect("read"));
    for folder in ["var/marketing/2026.11", copy] {
        std::fs::remove_dir_all(scene.path(folder)).expect("removed");
    }
    built(&scene, THIRD);
    let page = scene.read("site/en/reports/releases.html");
    let said = texts(&page, ".callout.warning").join(" ");
    assert!(said.contains(&list), "{said}");
    assert_eq!(texts(&page, "table.releases tbody th"), ["2027.01", "2026.12"]);
    assert!(!scene.path("site/releases/2026.11").exists());
    // The page of the second release still leads somewhere, and that page says what is missing.
    let sign = scene.read("site/releases/2026.12/releases/2026.11/en/index.html");
    assert!(
        texts(&sign, "p")
            .join(" ")
            .contains("is not kept in this site any more")
    );
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn results(files: &Files) -> Value {
    serde_json::from_slice(&files["kit/results.json"]).expect("JSON")
}

/// A number of the results as the English pages write it.
fn said(key: &str, value: &Value) -> String {
    let number = value.as_f64().expect("a number");
    let rounded = |number: f64, places: i32| {
        let scale = 10_f64.powi(places);
        ((number * scale).round() / scale).to_string()
    };
    match key {
        _ if key.ends_with("_pct") => format!("{}%", rounded(number * 100.0, 2)),
        _ if key.ends_with("_bps") => format!("{} bps", rounded(number, 3)),
        _ if key.ends_with("_ms") => format!("{} ms", rounded(number, 3)),
        _ if key.ends_with("_minutes") => format!("{} min", rounded(number, 3)),
        _ => rounded(number, 3),
    }
}

#[test]
fn a_comparison_states_what_the_signed_results_of_both_releases_state() {
    if !has_tool("unzip", &["-v"]) {
        return;
    }
    let scene = chain();
    let bundles = [
        ("2026.11", "stage6-2026.11-r1"),
        ("2026.12", "stage6-2026.12-r2"),
        ("2027.01", "stage6-2027.01-r3"),
    ];
    let files = bundles.map(|(id, bundle)| unpacked(&scene, id, bundle));
    for (older, newer) in [(0, 1), (1, 2), (0, 2)] {
        let name = format!("{}-{}", bundles[older].0, bundles[newer].0);
        let page = scene.read(&format!("site/en/reports/compare/{name}.html"));
        let (before, now) = (results(&files[older]), results(&files[newer]));
        let limits = rows(&page, "limits");
        let keys = [
            "max_liquidity_loss_pct",
            "max_spread_increase_bps",
            "max_volatility_increase_pct",
            "max_sentiment_drawdown",
            "max_funding_change_bps",
            "max_latency_spike_ms",
            "max_blackout_minutes",
            "max_dispersion_bps",
        ];
        assert_eq!(limits.len(), keys.len());
        for (row, key) in limits.iter().zip(keys) {
            let values = [&before, &now].map(|one| said(key, &one["thresholds"][key]));
            assert_eq!(row[1..3], values, "{name} {key}");
            assert_eq!(
                row[3] == "unchanged",
                values[0] == values[1],
                "{name} {key}: {}",
                row[3]
            );
        }
        for row in rows(&page, "verdicts") {
            for (cell, side) in row[1..3].iter().zip([&before, &now]) {
                let all = side["scenarios"].as_array().expect("a list");
                let scenario = all
                    .iter()
                    .find(|one| one["name"] == row[0])
                    .expect("the scenario");
                assert_eq!(cell.split(' ').next(), scenario["status"].as_str(), "{name}");
            }
        }
        // Pages whose texts differ, by the digests of another implementation.
        let texts_of = |files: &Files| -> BTreeMap<String, String> {
            let pages = below(files, "pages/en/").into_iter();
            pages.map(|(path, bytes)| (path, sha256(&bytes))).collect()
        };
        let (old, new) = (texts_of(&files[older]), texts_of(&files[newer]));
        let changed = new
            .iter()
            .filter(|(path, digest)| old.get(*path).is_some_and(|was| was != *digest))
            .count();
        let part = page
            .split("<h2 id=\"pages\">")
            .nth(1)
            .expect("pages")
            .split("<h2")
            .next()
            .expect("pages");
        let groups = texts(part, "dd");
        assert_eq!(groups.len(), 4);
        assert_eq!(texts(part, "dl > div:first-child li").len(), changed, "{name}");
        assert_eq!(groups[3], (new.len() - changed).to_string(), "{name}");
        assert!(changed > 0 && changed < new.len());
    }
    // The middle release broke the limit, and the last one holds it again.
    let page = scene.read("site/en/reports/releases.html");
    assert_eq!(
        texts(&page, "#r-stage6-2026-12-r2 > ul > li")[..2],
        [
            "Liquidity loss (limit): 60% → 50%, -10 pp (-16.7%)",
            "cross_market_liquidity_crunch: over a limit, within its limits before"
        ]
    );
    trend_is_that_of_the_results(&scene, &files.each_ref().map(results));
}

/// The CSV of the trend holds every metric of every release, to the last digit.
fn trend_is_that_of_the_results(scene: &Scene, releases: &[Value]) {
    let mut reader = csv::Reader::from_path(scene.path("site/data/releases.csv")).expect("a table");
    let mut counted = 0;
    for row in reader.records() {
        let row = row.expect("a row");
        let release = releases
            .iter()
            .find(|one| one["release"]["id"] == row[0])
            .expect("the release");
        let all = release["scenarios"].as_array().expect("a list");
        let scenario = all
            .iter()
            .find(|one| one["name"] == row[4])
            .expect("the scenario");
        assert_eq!(row[8].parse::<f64>().ok(), scenario["metrics"][&row[6]].as_f64());
        assert_eq!(&row[5], scenario["status"].as_str().expect("a word"));
        counted += 1;
    }
    let metrics = |release: &Value| -> usize {
        let scenarios = release["scenarios"].as_array().expect("a list");
        scenarios
            .iter()
            .map(|one| one["metrics"].as_object().expect("a map").len())
            .sum()
    };
    assert_eq!(counted, releases.iter().map(metrics).sum::<usize>());
    assert!(counted >= 48);
}

#[test]
fn a_first_release_says_so_and_keeps_nothing() {
    let scene = Scene::sample();
    scene.build();
    assert!(!scene.path("site/releases").exists() && !scene.path("site/en/reports/compare").exists());
    let page = scene.read("site/en/reports/releases.html");
    assert_eq!(texts(&page, "table.releases tbody th"), ["2026.11"]);
    assert!(
        texts(&page, ".release-entry p")
            .contains(&"This is the first release; there is nothing to compare it with.".to_owned())
    );
    assert!(
        attributes(&page, "svg", "class").is_empty(),
        "a line needs two points"
    );
    assert_eq!(attributes(&page, "[data-superseded]", "hidden"), [""]);
}

#[test]
fn a_rolled_back_site_and_the_build_after_it_keep_their_releases() {
    const AFTER: &str = "2026-11-30T10:00:00Z";
    let scene = gate::ready();
    for (moment, release) in [(gate::T7, "2026.11"), (AFTER, "2026.12")] {
        if release == "2026.12" {
            gate::second_release(&scene);
        }
        gate::build(&scene, moment);
        gate::mirror(&scene, moment);
        scene
            .run(&format!("publish --date {moment} {KEYS} --actor QA"))
            .ends_with(0);
    }
    let second = scene.tree("var/marketing/2026.12");
    scene
        .run("release new 2027.01 --released-at 2027-01-21T09:00:00+01:00 --owner Jan --preset core --select")
        .ends_with(0);
    built(&scene, THIRD);
    assert!(scene.path("site/releases/2026.12/pl/index.html").exists());
    scene
        .run(&format!("rollback --to 2026.12 --date {THIRD} {KEYS}"))
        .ends_with(0);
    assert_eq!(scene.tree("var/marketing/2026.12"), second);
    assert!(scene.path("site/rollback.html").exists());
    for folder in ["site", "site/releases", "site/releases/2026.11"] {
        lists_fit(&scene, folder);
    }
    built(&scene, THIRD);
    assert!(scene.path("site/releases/2026.12/pl/index.html").exists());
    // What somebody put among the kept sites is not lost.
    scene.write("site/releases/2026.12/notes.txt", "mine");
    let ran = scene.run(&format!("build --date {THIRD} {KEYS}")).ends_with(2);
    assert!(
        ran.stderr
            .starts_with("error: site/releases/2026.12/notes.txt: was not made by a build"),
        "{}",
        ran.stderr
    );
}

#[test]
fn settings_that_make_no_sense_are_refused_with_advice() {
    let scene = Scene::sample();
    for (line, problem) in [
        (
            "keep_releases: 13",
            "9:18: `site.keep_releases` is 13, more than 12\n  hint: each kept release makes the bundle larger; readers find \
             older ones in the archive",
        ),
        (
            "keep_releases: -1",
            "9:18: `site.keep_releases` is not a whole number of at least 0\n  hint: write digits only",
        ),
        (
            "base_url: https://example.org/?a=1",
            "9:13: `https://example.org/?a=1` is not the address of a folder\n  hint: write `https://`, a host and folders, \
             without `?`, `#` and names of users",
        ),
        (
            "base_ulr: https://example.org/",
            "9:3: unknown key `site.base_ulr`\n  hint: did you mean `base_url`?",
        ),
    ] {
        scene.write(
            "config/publication.yaml",
            std::fs::read_to_string(crate::scene::repository().join("config/publication.yaml"))
                .expect("read")
                .lines()
                .map(|text| {
                    if text.contains("keep_releases: 3") {
                        format!("  {line}\n")
                    } else {
                        format!("{text}\n")
                    }
                })
                .filter(|text| !text.trim_start().starts_with("# "))
                .collect::<String>(),
        );
        let at = scene.read("config/publication.yaml");
        let number = at.lines().position(|text| text.contains(line)).expect("the line") + 1;
        let problem = problem.replacen("9:", &format!("{number}:"), 1);
        let ran = scene.run(&format!("check --date {DATE} {KEYS}")).ends_with(2);
        assert_eq!(
            ran.stderr,
            format!("error: config/publication.yaml:{problem}\n\n1 problem; nothing was written\n")
        );
    }
}

/// Makes the scene's site one that is served at an address.
fn served(scene: &Scene) {
    scene.replace(
        "config/publication.yaml",
        "  # base_url: https://stage6.example/due-diligence/",
        "  base_url: https://stage6.example/due-diligence",
    );
}

#[test]
fn without_an_address_nothing_is_absolute() {
    let scene = Scene::sample();
    scene.build();
    assert!(!scene.path("site/sitemap.xml").exists());
    assert_eq!(scene.read("site/robots.txt"), "User-agent: *\nDisallow: /\n");
    let page = scene.read("site/pl/whitepaper.html");
    assert!(attributes(&page, "link[rel=canonical]", "href").is_empty());
    assert!(attributes(&page, "meta[property='og:image']", "content").is_empty());
    // Search engines pass over twins without a whole address; readers have the switch of languages.
    assert!(attributes(&page, "link[rel=alternate][hreflang]", "href").is_empty());
    for (path, bytes) in scene
        .tree("site")
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
    {
        let html = std::str::from_utf8(bytes).expect("text");
        let absolute = attributes(html, "[href]", "href")
            .into_iter()
            .find(|link| link.contains("://"));
        assert_eq!(absolute, None, "{path}");
    }
}

#[test]
fn with_an_address_machines_find_every_page_and_its_twin() {
    let base = "https://stage6.example/due-diligence/";
    let scene = Scene::sample();
    served(&scene);
    scene.build();
    let page = scene.read("site/pl/whitepaper.html");
    let own = format!("{base}pl/whitepaper.html");
    assert_eq!(
        attributes(&page, "link[rel=canonical]", "href"),
        std::slice::from_ref(&own)
    );
    assert_eq!(
        attributes(&page, "link[rel=alternate][hreflang]", "href"),
        [own.clone(), format!("{base}en/whitepaper.html"), own]
    );
    // In the body nothing is absolute: a reader who has the folder stays in it.
    assert_eq!(
        attributes(&page, ".language-switch a", "href"),
        ["whitepaper.html", "../en/whitepaper.html"]
    );
    assert!(
        attributes(&page, "body [href]", "href")
            .iter()
            .all(|link| !link.contains("://"))
    );
    assert_eq!(
        attributes(&page, "meta[property='og:image']", "content"),
        [format!("{base}pl/card.png")]
    );
    assert_eq!(
        scene.read("site/robots.txt"),
        format!("User-agent: *\nDisallow: /due-diligence/\nSitemap: {base}sitemap.xml\n")
    );
    let feed = scene.read("site/en/feed.xml");
    assert!(
        feed.contains(&format!(
            "<link rel=\"self\" type=\"application/atom+xml\" href=\"{base}en/feed.xml\"/>"
        )),
        "{feed}"
    );
    if !has_tool("python3", &["--version"]) {
        return;
    }
    // Read by a parser of XML that is not ours; every address is a file of the site.
    let script = "
import sys, pathlib, xml.etree.ElementTree as xml
site, base = pathlib.Path(sys.argv[1]), sys.argv[2]
ns = {'m': 'http://www.sitemaps.org/schemas/sitemap/0.9', 'x': 'http://www.w3.org/1999/xhtml'}
root = xml.parse(site / 'sitemap.xml').getroot()
assert root.tag == '{%s}urlset' % ns['m'], root.tag
listed = [loc.text for loc in root.findall('m:url/m:loc', ns)]
twins = [link.get('href') for link in root.findall('m:url/x:link', ns)]
for address in listed + twins:
    assert address.startswith(base) and (site / address[len(base):]).is_file(), address
pages = {str(page.relative_to(site)) for page in site.rglob('*.html')} - {'404.html'}
assert {address[len(base):] for address in listed} == pages
print(len(listed), len(set(twins)))
";
    let ran = Command::new("python3")
        .arg("-c")
        .arg(script)
        .arg(scene.path("site"))
        .arg(base)
        .output()
        .expect("python3 runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn the_feed_tells_of_every_release_with_the_id_it_always_had() {
    if !has_tool("python3", &["--version"]) {
        return;
    }
    let scene = chain();
    // RFC 4287, section 4.1: one id, title and updated each; an author; ids that do not repeat; the youngest is the feed's moment.
    let script = "
import sys, pathlib, xml.etree.ElementTree as xml
a = '{http://www.w3.org/2005/Atom}'
site = pathlib.Path(sys.argv[1])
for tag in ['pl', 'en']:
    root = xml.parse(site / tag / 'feed.xml').getroot()
    entries = root.findall(a + 'entry')
    assert root.tag == a + 'feed' and root.find(a + 'author/' + a + 'name').text
    for element in [root] + entries:
        for name in ['id', 'title', 'updated']:
            assert len(element.findall(a + name)) == 1, name
    ids = [entry.find(a + 'id').text for entry in entries]
    assert len(set(ids)) == len(ids)
    moments = [entry.find(a + 'updated').text for entry in entries]
    assert moments == sorted(moments, reverse=True) and root.find(a + 'updated').text == moments[0]
    for entry in entries:
        link = entry.find(a + 'link').get('href')
        assert (site / tag / link).resolve().is_file(), link
    print(' '.join(ids))
";
    let read = |folder: &str| {
        let ran = Command::new("python3")
            .arg("-c")
            .arg(script)
            .arg(scene.path(folder))
            .output()
            .expect("python3 runs");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).expect("text")
    };
    let id = |release: &str, day: &str, tag: &str| format!("tag:stage6.example,{day}:stage6-{release}/{tag}");
    let all = |tag: &str, skip: usize| {
        let releases = [
            ("2027.01-r3", "2027-01-21"),
            ("2026.12-r2", "2026-12-21"),
            ("2026.11-r1", "2026-11-23"),
        ];
        releases[skip..]
            .iter()
            .map(|(release, day)| id(release, day, tag))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(read("site"), format!("{}\n{}\n", all("pl", 0), all("en", 0)));
    assert_eq!(
        read("site/releases/2026.12"),
        format!("{}\n{}\n", all("pl", 1), all("en", 1))
    );
}

#[test]
fn the_picture_for_previews_is_a_png_of_the_size_that_networks_ask_for() {
    let scene = Scene::sample();
    scene.build();
    let mut pictures = Vec::new();
    for tag in ["pl", "en"] {
        let png = std::fs::read(scene.path(&format!("site/{tag}/card.png"))).expect("the picture");
        // PNG, third edition: the signature (5.2), then IHDR with width and height (11.2.1).
        assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
        assert_eq!(png[12..16], *b"IHDR");
        assert_eq!(png[16..24], [0, 0, 4, 176, 0, 0, 2, 118], "1200 x 630");
        assert!(png.len() < 100_000);
        pictures.push(png);
    }
    assert_ne!(pictures[0], pictures[1], "each says it in its own language");
    // A release with another verdict has another picture, and the same inputs the same bytes.
    scene.build();
    assert_eq!(
        std::fs::read(scene.path("site/pl/card.png")).expect("the picture"),
        pictures[0]
    );
    scene.replace(
        "config/core.yaml",
        "max_liquidity_loss_pct: 0.60",
        "max_liquidity_loss_pct: 0.50",
    );
    built(&scene, DATE);
    assert_ne!(
        std::fs::read(scene.path("site/pl/card.png")).expect("the picture"),
        pictures[0]
    );
}
