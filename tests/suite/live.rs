//! `stage6 serve` follows files: what it shows after any edit is what a clean build gives.

use crate::scene::{DATE, Scene};
use crate::trees::{FILES, options, text};
use proptest::prelude::*;
use stage6_press::fs::Project;
use stage6_press::pipeline::{LiveDocs, LiveSite, build_docs};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};

/// Something that an author does.
#[derive(Clone, Debug)]
enum Edit {
    Write(usize, String),
    Remove(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (0..FILES.len(), text()).prop_map(|(file, text)| Edit::Write(file, text)),
        1 => (1..FILES.len()).prop_map(Edit::Remove),
    ]
}

/// What a clean build of a tree gives, without its list of digests.
fn clean(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let project = Project::open(root).expect("opened");
    build_docs(&project, &options(None), &mut |_| {}).expect("built");
    let mut site = crate::scene::tree(&root.join("site"));
    site.remove("SHA256SUMS");
    site
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn after_any_edits_the_live_site_is_that_of_a_clean_build(
        first in text(),
        edits in prop::collection::vec(edit(), 1..8),
    ) {
        let place = tempfile::tempdir().unwrap();
        let root = place.path();
        fs::write(root.join("README.md"), format!("# Home\n{first}")).unwrap();
        let project = Project::open(root).unwrap();
        let mut live = LiveDocs::new(project, options(None));
        prop_assert!(live.refresh(&BTreeSet::new()).failure.is_none());
        for edit in edits {
            let path = match &edit {
                Edit::Write(file, text) => {
                    let path = root.join(FILES[*file]);
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(&path, text).unwrap();
                    path
                }
                Edit::Remove(file) => {
                    let path = root.join(FILES[*file]);
                    let _ = fs::remove_file(&path);
                    path
                }
            };
            prop_assert!(live.refresh(&BTreeSet::from([path])).failure.is_none());
            for (path, bytes) in clean(root) {
                let shown = live.file(&path);
                prop_assert_eq!(
                    shown.as_deref().map(String::from_utf8_lossy),
                    Some(String::from_utf8_lossy(&bytes)),
                    "{} after {:?}", path, edit
                );
            }
        }
    }
}

/// A server that ends with the scene.
struct Served {
    child: Child,
    port: u16,
}

impl Served {
    fn start(scene: &Scene, arguments: &str) -> Served {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let mut command = scene.command(&arguments);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let line = lines.next().expect("a line").expect("UTF-8");
        let port = line
            .split("127.0.0.1:")
            .nth(1)
            .and_then(|rest| rest.split('/').next());
        // Whoever prints to a closed pipe ends.
        std::thread::spawn(move || lines.for_each(drop));
        Served {
            port: port.expect("a port").parse().expect("a number"),
            child,
        }
    }

    fn get(&self, target: &str, host: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("connected");
        // A server that has no news must fail the test, not hold it up.
        stream
            .set_read_timeout(Some(std::time::Duration::from_secs(60)))
            .expect("set");
        write!(
            stream,
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )
        .expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("answered");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The news that a page hears, one after the other, until they say `part`: an edit may be seen in two steps. Gives them
    /// with the version that they lead to.
    fn hear(&self, mut version: u64, page: &str, part: &str) -> (String, u64) {
        for _ in 0..20 {
            let news = self.news(version, page);
            let told = news.split("\"version\":").nth(1).expect("a version");
            let digits: String = told.chars().take_while(char::is_ascii_digit).collect();
            version = digits.parse().expect("a number");
            if news.contains(part) {
                return (news, version);
            }
        }
        panic!("no news said {part}");
    }

    /// The news for a page that shows `version`, once there are any.
    fn news(&self, version: u64, page: &str) -> String {
        self.get(&format!("/.stage6/news.js?v={version}&p={page}"), "localhost")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_page_hears_of_changes_of_itself_and_of_others_and_of_what_is_wrong() {
    let scene = Scene::empty();
    scene.write("docs/README.md", "# Home\n\nold words\n");
    scene.write("docs/other.md", "# Other\n");
    let served = Served::start(&scene, "serve --root docs --port 0");
    let home = served.get("/en/index.html", "localhost");
    assert!(
        home.contains("old words") && home.contains("src=\"/.stage6/live.js\" data-version=\"1\""),
        "{home}"
    );

    let lost = "the link `lost.md` leads to a file that is not there";
    let (news, version) = std::thread::scope(|scope| {
        let waits = scope.spawn(|| served.hear(1, "en/index.html", lost));
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert!(!waits.is_finished(), "there is no news yet");
        scene.write(
            "docs/README.md",
            "# Home\n\nnew words and a [lost](lost.md) link\n",
        );
        waits.join().expect("answered")
    });
    assert!(
        news.contains("\"page\":null"),
        "it is the page that is open: {news}"
    );
    assert!(
        news.contains("\"line\":3,\"message\":\"the link `lost.md`"),
        "{news}"
    );
    assert!(served.get("/en/index.html", "localhost").contains("new words"));

    scene.write("docs/other.md", "# Other\n\nmore\n");
    served.hear(version, "en/index.html", "\"page\":\"en/other.html\"");
    assert!(!scene.path("docs/site").exists(), "nothing is written");
}

#[test]
fn an_error_is_told_with_its_place_until_it_is_mended() {
    let scene = Scene::sample();
    let good = scene.read("content/en/index.md");
    let served = Served::start(&scene, &format!("serve --port 0 --date {DATE}"));
    scene.write(
        "content/en/index.md",
        format!("{good}\nSee `fact:nobody.knows`.\n"),
    );
    let line = good.lines().count() + 2;
    let told = format!(
        "\"line\":{line},\"message\":\"no fact `nobody.knows`\",\"path\":\"content/en/index.md\",\"topic\":\"facts\""
    );
    let (news, version) = served.hear(1, "en/index.html", &told);
    // The site has the page that says more.
    assert!(news.contains("\"manual\":\"en/manual/problems.html\""), "{news}");
    // What was there before is shown on, and asks at once what is wrong.
    let home = served.get("/en/index.html", "127.0.0.1:1");
    assert!(
        home.starts_with("HTTP/1.1 200") && home.contains(" data-now "),
        "{home}"
    );
    scene.write("content/en/index.md", &good);
    served.hear(version, "en/index.html", "\"problems\":[]");
    assert!(!served.get("/en/index.html", "localhost").contains(" data-now "));
}

#[test]
fn only_this_machine_is_answered_and_only_from_the_site() {
    let scene = Scene::empty();
    scene.write("docs/README.md", "# Home\n");
    scene.write("secret.txt", "secret");
    let served = Served::start(&scene, "serve --root docs --port 0");
    assert!(served.get("/", "evil.example").starts_with("HTTP/1.1 403 "));
    for outside in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/en/../../secret.txt",
        "//etc/passwd",
        "/README.md",
    ] {
        assert!(
            served.get(outside, "localhost").starts_with("HTTP/1.1 404 "),
            "{outside}"
        );
    }
}
