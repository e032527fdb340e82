//! Builds of documentation trees that use what the last build left: the same bytes as builds that use nothing.

use crate::scene::{Ran, Scene, tree};
use crate::trees::{FILES, options, text};
use proptest::prelude::*;
use stage6_press::fs::Project;
use stage6_press::pipeline::{DocsBuilt, build_docs};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Something that an author does.
#[derive(Clone, Debug)]
enum Edit {
    Write(usize, String),
    Remove(usize),
    /// A file that is no page.
    Picture(u8),
    /// Two pages swap their names.
    Swap(usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        6 => (0..FILES.len(), text()).prop_map(|(file, text)| Edit::Write(file, text)),
        2 => (1..FILES.len()).prop_map(Edit::Remove),
        1 => any::<u8>().prop_map(Edit::Picture),
        1 => (1..FILES.len(), 1..FILES.len()).prop_map(|(one, other)| Edit::Swap(one, other)),
    ]
}

/// Writes a file as it was written long ago, each one a while after the one before: its stamp is trusted then.
fn write(root: &Path, path: &str, bytes: &[u8], turn: u64) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().expect("done")).expect("done");
    fs::write(&file, bytes).expect("done");
    let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + turn * 10);
    File::options()
        .write(true)
        .open(&file)
        .expect("done")
        .set_modified(then)
        .expect("done");
}

fn build(root: &Path, program: Option<&str>) -> DocsBuilt {
    let project = Project::open(root).expect("done");
    build_docs(&project, &options(program), &mut |_| {}).expect("done")
}

/// What a build without memory gives of the same tree, in a folder of its own.
fn clean(root: &Path) -> (BTreeMap<String, Vec<u8>>, Vec<String>) {
    let place = tempfile::tempdir().expect("done");
    for (path, bytes) in tree(root) {
        if !path.starts_with("site/") && !path.starts_with('.') {
            write(place.path(), &path, &bytes, 0);
        }
    }
    let built = build(place.path(), None);
    (tree(&place.path().join("site")), shown(&built))
}

fn shown(built: &DocsBuilt) -> Vec<String> {
    built.warnings.iter().map(ToString::to_string).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn after_any_edits_a_build_with_memory_gives_the_bytes_of_one_without(
        first in text(),
        edits in prop::collection::vec(prop::collection::vec(edit(), 0..3), 1..8),
    ) {
        let place = tempfile::tempdir().unwrap();
        let root = place.path();
        write(root, "README.md", format!("# Home\n{first}").as_bytes(), 0);
        build(root, Some("one"));
        let mut turn = 0;
        for edits in edits {
            for edit in &edits {
                turn += 1;
                match edit {
                    Edit::Write(file, text) => write(root, FILES[*file], text.as_bytes(), turn),
                    Edit::Remove(file) => drop(fs::remove_file(root.join(FILES[*file]))),
                    Edit::Picture(byte) => write(root, "p.png", &[*byte], turn),
                    Edit::Swap(one, other) => {
                        let (one, other) = (root.join(FILES[*one]), root.join(FILES[*other]));
                        let between = root.join("between");
                        if one.exists() && other.exists() && one != other {
                            fs::rename(&one, &between).unwrap();
                            fs::rename(&other, &one).unwrap();
                            fs::rename(&between, &other).unwrap();
                        }
                    }
                }
            }
            let built = build(root, Some("one"));
            let (site, warnings) = clean(root);
            let after = tree(&root.join("site"));
            prop_assert_eq!(after.keys().collect::<Vec<_>>(), site.keys().collect::<Vec<_>>(), "{:?}", edits);
            for (path, bytes) in &site {
                prop_assert_eq!(
                    String::from_utf8_lossy(&after[path]), String::from_utf8_lossy(bytes), "{} after {:?}", path, edits
                );
            }
            prop_assert_eq!(shown(&built), warnings);
        }
    }
}

/// A tree with more pages than one part of the index holds.
fn many() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("done");
    write(place.path(), "README.md", b"# Many\n", 0);
    for number in 0..1_700 {
        let text = format!(
            "# Page {number}\n\nIts own word is w{number}. See [next](../s{}/p{}.md#more).\n\n## More\n\n```rust\nlet x = {number};\n```\n",
            (number + 1) % 1_700 / 50,
            (number + 1) % 1_700
        );
        write(
            place.path(),
            &format!("s{}/p{number}.md", number / 50),
            text.as_bytes(),
            0,
        );
    }
    place
}

#[test]
fn of_many_pages_one_that_changed_is_printed_and_no_other() {
    let place = many();
    let root = place.path();
    assert_eq!(build(root, Some("one")).printed, build(root, Some("two")).printed);
    assert_eq!(build(root, Some("two")).printed, 0);
    write(root, "s3/p170.md", b"# Page 170\n\nAnother word: xylophone.\n", 1);
    let built = build(root, Some("two"));
    assert_eq!(built.printed, 1);
    let (site, warnings) = clean(root);
    assert_eq!(tree(&root.join("site")), site);
    // The page before it links to a place that is gone.
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!(shown(&built), warnings);
    // Another title shows in the menu of its folder and on its neighbours, and nowhere else.
    write(
        root,
        "s3/p170.md",
        b"# Called otherwise\n\nAnother word: xylophone.\n\n## More\n",
        2,
    );
    let built = build(root, Some("two"));
    assert!((2..120).contains(&built.printed), "{}", built.printed);
    assert_eq!(tree(&root.join("site")), clean(root).0);
    // One more page, and one less.
    write(root, "s9/new.md", b"# New\n", 3);
    fs::remove_file(root.join("s20/p1010.md")).unwrap();
    let built = build(root, Some("two"));
    assert!((2..250).contains(&built.printed), "{}", built.printed);
    assert_eq!(tree(&root.join("site")), clean(root).0);
}

fn scene() -> Scene {
    let scene = Scene::empty();
    for (path, text) in [
        (
            "docs/README.md",
            "# Home\n\n[a](a.md) ![p](p.png)\n\n```rust\nfn x() {}\n```\n",
        ),
        ("docs/a.md", "# A\n\nwords\n"),
        ("docs/p.png", "picture"),
    ] {
        scene.write(path, text);
    }
    scene
}

fn printed(ran: &Ran) -> u64 {
    let answer: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    answer["printed"].as_u64().expect("a number")
}

#[test]
fn people_are_told_what_was_kept_and_can_do_without() {
    let scene = scene();
    scene.run("build --root docs").ends_with(0);
    let again = scene.run("build --root docs").ends_with(0);
    assert!(
        again.stdout.starts_with("Home: 2 pages (0 printed anew), "),
        "{}",
        again.stdout
    );
    scene.write("docs/a.md", "# A\n\nother words\n");
    let edited = scene.run("build --root docs --json").ends_with(0);
    assert_eq!(printed(&edited), 1);
    let site = scene.tree("docs/site");
    let anew = scene.run("build --root docs --no-memory --json").ends_with(0);
    assert_eq!(printed(&anew), 2);
    assert_eq!(scene.tree("docs/site"), site);
    // Other options make another site.
    let other = scene
        .run("build --root docs --without highlighting --json")
        .ends_with(0);
    assert_eq!(printed(&other), 2);
    assert_eq!(scene.read("docs/.site.stage6/.gitignore"), "*\n");
}

#[test]
fn damaged_memory_is_not_used() {
    let scene = scene();
    scene.run("build --root docs").ends_with(0);
    scene.write("docs/a.md", "# A\n\nother words\n");
    scene.run("build --root docs").ends_with(0);
    let site = scene.tree("docs/site");
    let kept: Vec<String> = scene.tree("docs/.site.stage6").into_keys().collect();
    assert!(kept.iter().any(|path| path.starts_with("texts/")), "{kept:?}");
    assert!(kept.iter().any(|path| path.starts_with("site/en/")), "{kept:?}");
    for path in kept {
        let path = format!("docs/.site.stage6/{path}");
        for damage in ["", "x", "stage6m1"] {
            if !scene.path(&path).exists() {
                continue;
            }
            fs::remove_file(scene.path(&path)).expect("removed");
            scene.write(&path, damage);
            scene.write("docs/a.md", "# A\n\nwords again\n");
            scene.run("build --root docs").ends_with(0);
            scene.write("docs/a.md", "# A\n\nother words\n");
            scene.run("build --root docs").ends_with(0);
            assert_eq!(scene.tree("docs/site"), site, "{path} {damage}");
        }
    }
}

#[test]
fn links_that_a_tree_brings_lead_no_build_to_files_of_others() {
    let scene = scene();
    scene.write("mine/site/work.txt", "mine");
    scene.write("mine/texts/work.txt", "mine");
    scene.write("mine/.gitignore", "mine");
    std::os::unix::fs::symlink("../mine", scene.path("docs/.site.stage6")).expect("linked");
    let before = scene.tree("mine");
    for _ in 0..2 {
        scene.run("build --root docs").ends_with(0);
        assert_eq!(scene.tree("mine"), before);
    }
    // A store with links inside: they are removed, and what they lead to is left alone.
    fs::remove_file(scene.path("docs/.site.stage6")).expect("removed");
    fs::create_dir(scene.path("docs/.site.stage6")).expect("made");
    for name in ["site", "texts", "memory", "began", ".gitignore"] {
        let to = if name.contains('t') {
            "../../mine/texts"
        } else {
            "../../mine/.gitignore"
        };
        std::os::unix::fs::symlink(to, scene.path(&format!("docs/.site.stage6/{name}"))).expect("linked");
    }
    for _ in 0..3 {
        scene.run("build --root docs").ends_with(0);
        assert_eq!(scene.tree("mine"), before);
    }
}

#[test]
fn files_of_the_site_that_somebody_changed_or_added_are_never_lost() {
    let scene = scene();
    for _ in 0..3 {
        scene.run("build --root docs").ends_with(0);
    }
    let page = scene.read("docs/site/en/a.html");
    scene.write("docs/site/en/a.html", page.replace("words", "w0rds"));
    let ran = scene.run("build --root docs").ends_with(2);
    assert!(
        ran.stderr
            .starts_with("error: site/en/a.html: was not made by a build"),
        "{}",
        ran.stderr
    );
    assert!(scene.read("docs/site/en/a.html").contains("w0rds"));
    scene.write("docs/site/en/a.html", page);
    scene.write("docs/site/README.md", "kept");
    scene.run("build --root docs").ends_with(0);
    assert_eq!(scene.read("docs/site/README.md"), "kept");
    fs::remove_file(scene.path("docs/site/README.md")).expect("removed");
    scene.run("build --root docs").ends_with(0);
    scene.run("build --root docs").ends_with(0);
    assert!(!scene.path("docs/site/README.md").exists());
    // A page that went away leaves no file and no folder behind.
    scene.write("docs/deep/er/b.md", "# B\n");
    scene.run("build --root docs").ends_with(0);
    fs::remove_dir_all(scene.path("docs/deep")).expect("removed");
    scene.run("build --root docs").ends_with(0);
    assert!(!scene.path("docs/site/en/deep").exists());
    scene.run("build --root docs").ends_with(0);
    assert!(!scene.path("docs/site/en/deep").exists());
}

#[test]
fn a_build_that_is_killed_leaves_a_whole_site() {
    let place = many();
    let root = place.path();
    build(root, None);
    let sums = |root: &Path| {
        for line in fs::read_to_string(root.join("site/SHA256SUMS")).unwrap().lines() {
            let (sum, path) = line.split_once("  ").unwrap();
            let bytes = fs::read(root.join("site").join(path)).unwrap();
            assert_eq!(
                stage6_press::domain::Digest::of(&bytes).to_string(),
                sum,
                "{path}"
            );
        }
    };
    let mut killed = 0;
    for turn in 0..16_u64 {
        write(
            root,
            "s3/p170.md",
            format!("# Page 170\n\nTurn {turn}.\n").as_bytes(),
            turn,
        );
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_stage6"))
            .args(["build", "--quiet", "--root"])
            .arg(root)
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(3 + turn * turn * 4));
        killed += u32::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
        sums(root);
    }
    assert!(killed > 3, "{killed}");
    build(root, Some("two"));
    assert_eq!(tree(&root.join("site")), clean(root).0);
}
