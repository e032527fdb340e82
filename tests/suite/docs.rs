//! Documentation trees that were not made for us.

use crate::scene::{Scene, has_tool, tree};
use std::fs;
use std::process::Command;

/// A tree as it lies in a repository: no front matter but in one file, folders, pictures, footnotes with paths.
fn somebodys() -> Scene {
    let scene = Scene::empty();
    for (path, text) in [
        (
            "docs/README.md",
            "# The Engine\n\nHow it works. Start with [setup](guide/01-setup.md), then the [API](api/).\n\n![Plan](img/plan.png)\n",
        ),
        (
            "docs/guide/01-setup.md",
            "Setting up\n==========\n\nSee [limits](../api/limits.md#hard-limits) and the licence.[^l]\n\n```rust\nfn main() {}\n```\n\n[^l]: In [LICENSE](../LICENSE).\n",
        ),
        (
            "docs/guide/02-run.md",
            "No heading here, a [lost](lost.md) link,\nand [another](../api/limits.md#hard-limit).\n\n<script>alert(1)</script>\n",
        ),
        (
            "docs/api/limits.md",
            "---\ntitle: Limits\nweight: 1\n---\n\n## Hard limits\n\nNone.\n",
        ),
        ("docs/api/draft.md", "---\ndraft: true\n---\n# Not yet\n"),
        ("docs/LICENSE", "free\n"),
        ("docs/img/unused.png", "no picture\n"),
        ("docs/.gitignore", "generated/\n"),
        ("docs/generated/x.md", "# Made\n"),
    ] {
        scene.write(path, text);
    }
    scene.write("docs/img/plan.png", [137, 80, 78, 71, 13, 10, 26, 10]);
    scene
}

#[test]
fn a_tree_of_somebody_else_becomes_a_site_with_titles_and_navigation() {
    let scene = somebodys();
    let ran = scene.run("build --root docs").ends_with(0);
    assert_eq!(
        ran.stderr,
        "warning: guide/02-run.md:1:20: the link `lost.md` leads to a file that is not there\n\
         warning: guide/02-run.md:2:5: the link `../api/limits.md#hard-limit` leads to an anchor that is not there\n  \
         hint: did you mean `#hard-limits`?\n\
         warning: guide/02-run.md:4:1: `<script>` is left out: pages run no code of their own\n  hint: write what it \
         shows in Markdown\n\
         left out as drafts: api/draft.md\n"
    );
    assert!(ran.stdout.starts_with("The Engine: 6 pages, "), "{}", ran.stdout);
    let site = scene.tree("docs/site");
    let text = |path: &str| String::from_utf8_lossy(&site[path]).into_owned();
    let setup = text("en/guide/01-setup.html");
    for part in [
        "<title>Setting up · The Engine</title>",
        "<a href=\"../api/limits.html#hard-limits\">limits</a>",
        "<a href=\"../license\">LICENSE</a>",
        "<span class=\"h-k\">fn</span>",
        "aria-current=\"page\">Setting up</a>",
        "<a href=\"index.html\">Guide</a>",
    ] {
        assert!(setup.contains(part), "{part}: {setup}");
    }
    assert!(text("en/guide/02-run.html").contains("<h1 id=\"run\">Run</h1>"));
    assert!(!text("en/guide/02-run.html").contains("alert"));
    assert!(text("en/index.html").contains("<img loading=\"lazy\" src=\"img/plan.png\" alt=\"Plan\">"));
    assert_eq!(site["en/license"], b"free\n");
    // What nobody links, what git leaves out and what is a draft is not there.
    for absent in ["en/img/unused.png", "en/generated/x.html", "en/api/draft.html"] {
        assert!(!site.contains_key(absent), "{absent}");
    }
    assert!(text("search/en/index.js").contains("Limits"));
}

#[test]
fn sha256sum_checks_the_site_and_another_place_gives_the_same_bytes() {
    let (one, other) = (somebodys(), somebodys());
    one.run("build --root docs").ends_with(0);
    let mut command = other.command(&["build", "--root", "docs/../docs", "--output", "../elsewhere"]);
    command
        .env("TZ", "Pacific/Auckland")
        .env("LC_ALL", "pl_PL.UTF-8")
        .env("RAYON_NUM_THREADS", "1");
    other.finish(command).ends_with(0);
    assert_eq!(one.tree("docs/site"), other.tree("elsewhere"));
    // Again over itself: known by its list, replaced, the same.
    let before = one.tree("docs/site");
    one.run("build --root docs").ends_with(0);
    assert_eq!(one.tree("docs/site"), before);
    if has_tool("sha256sum", &["--version"]) {
        let mut sums = Command::new("sha256sum");
        let ran = sums
            .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
            .current_dir(one.path("docs/site"));
        assert!(ran.status().expect("ran").success());
        let listed = one.read("docs/site/SHA256SUMS").lines().count();
        assert_eq!(listed + 1, before.len());
    }
}

#[test]
fn a_run_in_the_wrong_folder_fails_instead_of_building_what_lies_there() {
    let scene = Scene::empty();
    scene.write("README.md", "# Not a project\n");
    for command in ["build", "check"] {
        let ran = scene.run(command).ends_with(2);
        assert!(
            ran.stderr.starts_with("error: config/core.yaml: no such file\n"),
            "{}",
            ran.stderr
        );
    }
    assert!(!scene.path("site").exists());
    scene.run("check --root .").ends_with(0);
    assert!(!scene.path("site").exists(), "a check writes nothing");
}

#[test]
fn an_empty_folder_and_options_for_the_other_kind_are_refused() {
    let scene = Scene::empty();
    scene.write("docs/a.txt", "x");
    let ran = scene.run("build --root docs").ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: .: there is no Markdown here, and no project of ours\n  hint: name the folder with `--root DIR`, or \
         begin a project with `stage6 init`\n\n1 problem; nothing was written\n"
    );
    let project = Scene::sample();
    let ran = project.run("check --without search").ends_with(2);
    assert!(
        ran.stderr
            .starts_with("error: config: `--without` is for documentation trees"),
        "{}",
        ran.stderr
    );
}

#[test]
fn denied_warnings_leave_what_was_there() {
    let scene = somebodys();
    scene.run("build --root docs").ends_with(0);
    let before = scene.tree("docs/site");
    scene.write("docs/guide/03-new.md", "# New\n\n[x](nowhere.md)\n");
    let ran = scene.run("build --root docs --deny-warnings").ends_with(2);
    assert!(
        ran.stderr
            .contains("error: guide/03-new.md:3:1: the link `nowhere.md`"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.ends_with("4 problems; nothing was written\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(scene.tree("docs/site"), before);
    let entries = fs::read_dir(scene.path("docs")).expect("read").flatten();
    let hidden: Vec<_> = entries
        .filter(|entry| entry.file_name().to_string_lossy().contains("staging"))
        .collect();
    assert!(hidden.is_empty(), "{hidden:?}");
}

#[test]
fn a_folder_with_somebodys_work_is_never_replaced() {
    let scene = somebodys();
    scene.write("docs/site/mine.txt", "work");
    let ran = scene.run("build --root docs").ends_with(2);
    assert!(
        ran.stderr
            .starts_with("error: site/mine.txt: was not made by a build"),
        "{}",
        ran.stderr
    );
    fs::remove_file(scene.path("docs/site/mine.txt")).expect("removed");
    scene.run("build --root docs").ends_with(0);
    scene.write("docs/site/en/index.html", "changed by hand");
    let ran = scene.run("build --root docs").ends_with(2);
    assert!(
        ran.stderr
            .starts_with("error: site/en/index.html: was not made by a build"),
        "{}",
        ran.stderr
    );
    assert_eq!(scene.read("docs/site/en/index.html"), "changed by hand");
}

#[test]
fn what_is_left_out_is_not_made() {
    let scene = somebodys();
    let ran = scene
        .run("build --root docs --without search,links,highlighting --quiet")
        .ends_with(0);
    assert!(!ran.stderr.contains("lost.md"), "{}", ran.stderr);
    let site = scene.tree("docs/site");
    assert!(!site.keys().any(|path| path.starts_with("search/")));
    let setup = String::from_utf8_lossy(&site["en/guide/01-setup.html"]).into_owned();
    assert!(
        !setup.contains("class=\"h-") && !setup.contains("data-search-open"),
        "{setup}"
    );
}

#[test]
fn warnings_are_in_json_and_sarif_with_their_places() {
    let scene = somebodys();
    let ran = scene
        .run("check --root docs --json --sarif found.sarif")
        .ends_with(0);
    assert!(
        ran.stdout
            .contains(r#""column":20,"hint":null,"line":1,"message":"the link `lost.md` leads"#),
        "{}",
        ran.stdout
    );
    let sarif = scene.read("found.sarif");
    assert_eq!(sarif.matches("\"level\": \"warning\"").count(), 3, "{sarif}");
    assert!(sarif.contains("\"uri\": \"guide/02-run.md\""), "{sarif}");
}

#[test]
fn hostile_trees_do_no_harm() {
    let scene = somebodys();
    scene.write("secret.txt", "secret");
    std::os::unix::fs::symlink("../secret.txt", scene.path("docs/leak.md")).expect("linked");
    std::os::unix::fs::symlink("..", scene.path("docs/up")).expect("linked");
    scene.write("docs/binary.md", [0xff, 0xfe, b'#', b'x']);
    scene.write("docs/deep.md", format!("# Deep\n\n{}x\n", "> ".repeat(20_000)));
    scene.write("docs/wide.md", format!("# Wide\n\n{}\n", "[a](".repeat(50_000)));
    scene.write(
        "docs/escape.md",
        "# Escape\n\n[a](../secret.txt) [b](%2e%2e/secret.txt) [c](up/secret.txt) ![d](/../secret.txt)\n\n<img src=\"../secret.txt\">\n",
    );
    let ran = scene.run("build --root docs").ends_with(0);
    assert!(
        ran.stderr
            .contains("warning: binary.md:1:1: not UTF-8 text\n  hint: save the file as UTF-8\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(
        ran.stderr.matches("leads out of the tree").count(),
        4,
        "{}",
        ran.stderr
    );
    let site = tree(&scene.path("docs/site"));
    assert!(site.values().all(|bytes| bytes != b"secret"));
    assert!(!site.contains_key("en/leak.html"));
}

#[test]
fn a_full_disk_leaves_the_old_site() {
    let scene = somebodys();
    scene.run("build --root docs").ends_with(0);
    let before = scene.tree("docs/site");
    scene.write(
        "docs/guide/big.md",
        format!("# Big\n\n{}", "word ".repeat(400_000)),
    );
    // No file may be larger than this: what a full disk does, without one.
    let mut command = Command::new("bash");
    command
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 500; exec \"$0\" build --root docs",
            env!("CARGO_BIN_EXE_stage6"),
        ])
        .current_dir(scene.path(""));
    let ran = scene.finish(command).ends_with(1);
    assert!(ran.stderr.contains("could not write the file"), "{}", ran.stderr);
    assert_eq!(scene.tree("docs/site"), before);
}
