//! Sites of earlier releases inside the site of now.

use super::*;
use crate::gate;

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
