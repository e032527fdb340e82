//! Builds of projects that use what the last build left: the same bytes as builds that use nothing.

use crate::scene::{Scene, assert_same, tree};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;

/// Where a build leaves what the next one can use.
const STORE: &str = "work/var/.stage6.reuse";
/// What a build puts in place, but for the decision log.
const OUTPUTS: [&str; 3] = ["site", "var/marketing", "var/audit/stage6/stress_lab"];

/// Something that an author does.
#[derive(Clone, Debug)]
enum Edit {
    /// Says something else on the home page of a language.
    Say(bool, String),
    /// Writes a page in both languages, under one of a few names.
    Page(u8, String),
    /// Takes such a page away.
    Remove(u8),
    /// Renames the site, which stands on all pages and pictures.
    Rename(u8),
    /// Builds on another day.
    Day(u8),
    /// Takes a limit that facts and charts show.
    Limit(u8),
}

fn edit() -> impl Strategy<Value = Edit> {
    let words = || {
        prop::sample::select(vec![
            "Zażółć gęślą jaźń.",
            "Plain words.",
            "## Part {#part}\n\nWords.",
        ])
    };
    prop_oneof![
        3 => (any::<bool>(), words()).prop_map(|(polish, text)| Edit::Say(polish, text.to_owned())),
        2 => (0..3_u8, words()).prop_map(|(name, text)| Edit::Page(name, text.to_owned())),
        1 => (0..3_u8).prop_map(Edit::Remove),
        1 => (0..9_u8).prop_map(Edit::Rename),
        1 => (0..3_u8).prop_map(Edit::Day),
        1 => (31..50_u8).prop_map(Edit::Limit),
    ]
}

/// A new project, as it was written.
struct Project {
    scene: Scene,
    home: BTreeMap<&'static str, String>,
    publication: String,
    core: String,
    day: u8,
}

impl Project {
    fn new() -> Project {
        let scene = Scene::empty();
        scene.run("init work --date 2026-12-01").ends_with(0);
        let home =
            ["pl", "en"].map(|language| (language, scene.read(&format!("work/content/{language}/index.md"))));
        Project {
            home: home.into(),
            publication: scene.read("work/config/publication.yaml"),
            core: scene.read("work/config/core.yaml"),
            scene,
            day: 1,
        }
    }

    fn take(&mut self, edit: &Edit) {
        let scene = &self.scene;
        let page = |language: &str, name: u8| format!("work/content/{language}/more-{name}.md");
        match edit {
            Edit::Say(polish, text) => {
                let language = if *polish { "pl" } else { "en" };
                let text = format!("{}\n{text}\n", self.home[language]);
                scene.write(&format!("work/content/{language}/index.md"), text);
            }
            Edit::Page(name, text) => {
                for language in ["pl", "en"] {
                    let front = format!(
                        "title: \"More {name}\"\nsummary: \"More.\"\nsection: review\norder: 9{name}\n"
                    );
                    scene.write(&page(language, *name), format!("---\n{front}---\n\n{text}\n"));
                }
            }
            Edit::Remove(name) => {
                for language in ["pl", "en"] {
                    let _ = fs::remove_file(scene.path(&page(language, *name)));
                }
            }
            Edit::Rename(name) => {
                let named = self
                    .publication
                    .replace("name: My stress tests", &format!("name: Tests {name}"));
                assert_ne!(named, self.publication);
                scene.write("work/config/publication.yaml", named);
            }
            Edit::Day(day) => self.day = day + 1,
            Edit::Limit(limit) => {
                let limit = format!("max_blackout_minutes: {limit}.0");
                let core = self.core.replace("max_blackout_minutes: 40.0", &limit);
                assert!(core.contains(&limit));
                scene.write("work/config/core.yaml", core);
            }
        }
    }

    /// Builds, and gives what was put in place.
    fn built(&self, folder: &str, option: &str) -> BTreeMap<String, Vec<u8>> {
        let date = format!("2026-12-0{}T12:00:00Z", self.day);
        let ran = self
            .scene
            .run(&format!("build --root {folder} --date {date} {option}"));
        ran.ends_with(0);
        let outputs = OUTPUTS.iter().flat_map(|output| {
            let files = tree(&self.scene.path(&format!("{folder}/{output}")));
            files
                .into_iter()
                .map(move |(path, bytes)| (format!("{output}/{path}"), bytes))
        });
        outputs.collect()
    }

    /// What a build gives that finds neither outputs nor memory.
    fn built_from_nothing(&self) -> BTreeMap<String, Vec<u8>> {
        let place = self.scene.path("clean");
        let _ = fs::remove_dir_all(&place);
        for (path, bytes) in tree(&self.scene.path("work")) {
            let is_made = OUTPUTS
                .iter()
                .any(|output| path.starts_with(&format!("{output}/")));
            if is_made || path.starts_with("var/.stage6") || path.contains("decision_log") {
                continue;
            }
            let target = place.join(&path);
            fs::create_dir_all(target.parent().expect("a parent")).expect("made");
            // Keys keep their permissions.
            match path.starts_with("secrets/") {
                true => drop(fs::copy(self.scene.path("work").join(&path), target).expect("copied")),
                false => fs::write(target, bytes).expect("written"),
            }
        }
        self.built("clean", "--no-memory")
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, max_shrink_iters: 20, ..ProptestConfig::default() })]
    #[test]
    fn after_any_edits_a_build_with_memory_gives_the_bytes_of_one_without(
        edits in prop::collection::vec(prop::collection::vec(edit(), 0..3), 1..5),
    ) {
        let mut project = Project::new();
        project.built("work", "");
        for edits in &edits {
            edits.iter().for_each(|edit| project.take(edit));
            assert_same(&project.built("work", ""), &project.built_from_nothing());
        }
    }
}

#[test]
fn damaged_memory_and_memory_of_others_are_not_believed() {
    let project = Project::new();
    let first = project.built("work", "");
    let store = fs::read(project.scene.path(STORE)).expect("left by the build");
    assert_eq!(first, project.built("work", ""), "with memory");

    let mut damaged = store.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    for bytes in [damaged, store[..middle].to_vec(), Vec::new(), vec![0; 64]] {
        project.scene.write(STORE, bytes);
        assert_eq!(first, project.built("work", ""));
        assert!(fs::read(project.scene.path(STORE)).expect("left again") == store);
    }
    // Sealed by somebody with another key.
    let other = Project::new();
    other.built("work", "");
    let theirs = fs::read(other.scene.path(STORE)).expect("left by the build");
    project.scene.write(STORE, theirs);
    assert_eq!(first, project.built("work", ""));
    // A folder or a link in its place.
    fs::remove_file(project.scene.path(STORE)).expect("removed");
    fs::create_dir(project.scene.path(STORE)).expect("made");
    assert_eq!(first, project.built("work", ""));
    fs::remove_dir(project.scene.path(STORE)).expect("removed");
    project.scene.write("elsewhere", "mine");
    std::os::unix::fs::symlink(project.scene.path("elsewhere"), project.scene.path(STORE)).expect("linked");
    assert_eq!(first, project.built("work", ""));
    assert_eq!(project.scene.read("elsewhere"), "mine");
}

#[test]
fn without_memory_nothing_is_left() {
    let project = Project::new();
    project.built("work", "--no-memory");
    assert!(!project.scene.path(STORE).exists());
}
