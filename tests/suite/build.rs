//! `stage6 build`: what it makes, that it makes the same bytes again, and what the site is like.

use crate::scene::{DATE, KEYS, Scene, assert_same, has_tool};
use scraper::{Html, Selector};
use std::collections::BTreeMap;
use std::process::Command;

fn outputs(scene: &Scene) -> BTreeMap<String, Vec<u8>> {
    let mut all = scene.tree("site");
    for (path, bytes) in scene.tree("var") {
        // The log is about the run, and stands in no release: who ran it, and how often before.
        if !path.starts_with(".stage6") && !path.contains("decision_log") {
            all.insert(format!("var/{path}"), bytes);
        }
    }
    all
}

#[test]
fn a_fresh_project_builds_with_nothing_configured() {
    let scene = Scene::sample();
    let ran = scene.run("build").ends_with(0);
    for part in [
        "made\n  site/index.html",
        "var/marketing/2026.11/",
        "total",
        "next\n",
        " verify var/marketing/2026.11\n",
    ] {
        assert!(ran.stdout.contains(part), "{part} in\n{}", ran.stdout);
    }
    // By the clock, as the build: a bundle of today was not made in the future.
    scene.run("verify var/marketing/2026.11").ends_with(0);
}

/// The same bytes in another folder, time zone, locale, umask and number of threads.
#[test]
fn the_same_inputs_give_the_same_bytes_everywhere() {
    let first = Scene::sample();
    first.build();
    let second = Scene::sample();
    let binary = env!("CARGO_BIN_EXE_stage6");
    let line = format!("umask 077; exec '{binary}' build --date {DATE} {KEYS}");
    let mut command = Command::new("sh");
    command
        .args(["-c", &line])
        .current_dir(second.path(""))
        .env_clear();
    command
        .env("TZ", "Asia/Tokyo")
        .env("LC_ALL", "pl_PL.UTF-8")
        .env("LANG", "pl_PL.UTF-8")
        .env("RAYON_NUM_THREADS", "5");
    second.finish(command).ends_with(0);
    let third = Scene::sample();
    let mut command = third.command(&[
        "build",
        "--signing-key-path",
        "secrets/audit.hmac",
        "--signing-key-id",
        "audit-2026",
        "--release-key-path=secrets/release.pem",
    ]);
    // 2026-11-23T12:00:00Z
    command
        .env("SOURCE_DATE_EPOCH", "1795435200")
        .env("RAYON_NUM_THREADS", "1")
        .env("TZ", "America/St_Johns");
    third.finish(command).ends_with(0);
    let (first, second, third) = (outputs(&first), outputs(&second), outputs(&third));
    assert_same(&second, &first);
    assert_same(&third, &first);
}

#[test]
fn check_finds_nothing_in_the_sample_and_writes_nothing() {
    let scene = Scene::sample();
    let ran = scene.run(&format!("check --date {DATE}")).ends_with(0);
    assert!(ran.stdout.ends_with("no problems found; nothing was written\n"));
    assert!(!scene.path("site/index.html").exists() && !scene.path("secrets/development.hmac").exists());
}

#[test]
fn a_breach_is_built_and_gives_exit_code_3() {
    let scene = Scene::sample();
    scene.replace(
        "config/core.yaml",
        "max_liquidity_loss_pct: 0.60",
        "max_liquidity_loss_pct: 0.50",
    );
    let ran = scene.run(&format!("build --date {DATE} {KEYS}")).ends_with(3);
    assert_eq!(ran.stderr, "1 of 2 scenarios above their limits (exit code 3)\n");
    assert!(scene.read("site/en/reports/stress-lab.html").contains("failed"));
}

/// The repository is a project itself, with the templates that the binary holds too.
#[test]
fn the_repository_itself_has_no_problems() {
    let scene = Scene::empty();
    let root = crate::scene::repository().display().to_string();
    let ran = scene
        .run(&format!("check --date {DATE} --root {root}"))
        .ends_with(0);
    assert!(ran.stdout.ends_with("no problems found; nothing was written\n"));
}

/// A changed limit changes every page that states it, in both languages.
#[test]
fn a_changed_threshold_reaches_every_page() {
    let scene = Scene::sample();
    scene.build();
    let pages = |scene: &Scene, text: &str| -> Vec<String> {
        let has = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(text);
        scene
            .tree("site")
            .iter()
            .filter(|(path, bytes)| path.ends_with(".html") && has(bytes))
            .map(|(path, _)| path.clone())
            .collect()
    };
    let old = "<data value=\"40\">";
    let before = pages(&scene, old);
    assert!(before.len() >= 6, "{before:?}");
    scene.replace(
        "config/core.yaml",
        "max_blackout_minutes: 40.0",
        "max_blackout_minutes: 41.5",
    );
    // Alone, the change would contradict the minutes.
    scene.replace(
        "var/audit/stage6/2024-06-07-stage6-operator-workshop.md",
        "    max_blackout_minutes: 40\n",
        "    max_blackout_minutes: 41.5\n",
    );
    scene.build();
    let linked = pages(&scene, "<data value=\"41.5\">");
    assert!(
        linked.iter().any(|path| path.starts_with("pl/"))
            && linked.iter().any(|path| path.starts_with("en/"))
    );
}

/// Nothing in the site points outside it, and every page has what a page needs.
#[test]
fn the_site_is_self_contained() {
    let scene = Scene::sample();
    scene.build();
    let select = |selector: &str| Selector::parse(selector).expect("a selector");
    for (path, bytes) in scene.tree("site") {
        let Some(kind) = path
            .rsplit('.')
            .next()
            .filter(|kind| matches!(*kind, "html" | "css" | "js" | "svg"))
        else {
            continue;
        };
        let text = String::from_utf8(bytes).expect("UTF-8");
        for scheme in [
            "src=\"http",
            "href=\"http",
            "url(http",
            "@import",
            "fetch(",
            "import(",
        ] {
            assert!(!text.contains(scheme), "{path} has {scheme}");
        }
        if kind != "html" {
            continue;
        }
        let page = Html::parse_document(&text);
        let count = |selector: &str| page.select(&select(selector)).count();
        assert_eq!(
            (
                count("head > title"),
                count("h1"),
                count("main"),
                count("html[lang]")
            ),
            (1, 1, 1, 1),
            "{path}"
        );
        assert_eq!(count("meta[http-equiv=Content-Security-Policy]"), 1, "{path}");
        assert_eq!(
            count("[style]") + count("style") + count("script:not([src])"),
            0,
            "{path}"
        );
        let mut ids = std::collections::BTreeSet::new();
        for element in page.select(&select("[id]")) {
            assert!(
                ids.insert(element.value().id().expect("an id").to_owned()),
                "{path}: {:?} twice",
                element.value().id()
            );
        }
    }
}

/// Opened from the disk, a page asks for nothing over the network.
#[test]
fn chromium_opens_the_site_from_the_disk_without_a_request() {
    if !has_tool("chromium", &["--version"]) {
        return;
    }
    let scene = Scene::sample();
    scene.build();
    for page in ["index.html", "pl/index.html", "en/reports/stress-lab.html"] {
        let log = scene.path("net.json");
        let output = Command::new("chromium")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--dump-dom",
            ])
            .arg(format!("--user-data-dir={}", scene.path("profile").display()))
            .arg(format!("--log-net-log={}", log.display()))
            .arg(format!("file://{}", scene.path("site").join(page).display()))
            .output()
            .expect("chromium runs");
        let dom = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            dom.contains("</main>"),
            "{page}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let log = std::fs::read_to_string(log).expect("the log");
        let asked: Vec<&str> = log
            .split("\"url\":\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let outside: Vec<&&str> = asked
            .iter()
            .filter(|url| url.starts_with("http") && !is_chromiums_own(url))
            .collect();
        assert!(outside.is_empty(), "{page}: {outside:?}");
    }
}

/// Addresses that the browser asks for by itself, whatever page is open.
fn is_chromiums_own(url: &str) -> bool {
    ["google.com", "googleapis.com", "gvt1.com", "chrome.com"]
        .iter()
        .any(|host| url.contains(host))
}
