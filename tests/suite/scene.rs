//! A project folder of its own for each test, and the real binary run on it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// The moment that scenes are built at, unless they say otherwise.
pub const DATE: &str = "2026-11-23T12:00:00Z";
/// An HMAC key for scenes: 32 bytes that repeat a pattern; secret to nobody.
pub const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A key for scenes that may sign a final release: 32 bytes without a pattern.
pub const SOUND_KEY: &str = "d7d1b6b6a2ef6cb5b8f08a7cae9ecd4ea2d9a6e5a5a1df7f3ed1a9a27e4fb3c1";
/// A release key for scenes: the seed of RFC 8032, section 7.1, test 1, as PKCS#8 PEM; secret to nobody.
pub const RELEASE_KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
/// The keys of a scene as arguments of `build`.
pub const KEYS: &str = "--signing-key-path secrets/audit.hmac --signing-key-id audit-2026 --release-key-path secrets/release.pem";

/// A project in a temporary folder.
pub struct Scene {
    folder: TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    /// Without the last line, if that names topics of the manual.
    pub stderr: String,
    /// The topics that the last line names: what `stage6 explain` is asked for.
    pub more: Vec<String>,
}

/// How the last line of a failure begins.
const MORE: &str = "more: stage6 explain ";

impl Ran {
    fn of(output: Output, root: &Path) -> Ran {
        let redact = |bytes: Vec<u8>| {
            String::from_utf8(bytes)
                .expect("output is UTF-8")
                .replace(&root.display().to_string(), "[ROOT]")
        };
        let code = output.status.code().unwrap_or(-1);
        let mut stderr = redact(output.stderr);
        let start = stderr.trim_end_matches('\n').rfind('\n').map_or(0, |end| end + 1);
        let topics = stderr[start..].strip_prefix(MORE);
        let more: Vec<String> = topics
            .map(|topics| topics.trim_end().split(", ").map(str::to_owned).collect())
            .unwrap_or_default();
        if !more.is_empty() {
            stderr.truncate(start);
        }
        Ran {
            code,
            stdout: redact(output.stdout),
            stderr,
            more,
        }
    }

    /// Fails the test, with all that was printed, unless the exit code is `code`.
    #[track_caller]
    pub fn ends_with(self, code: i32) -> Ran {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }
}

/// The repository's own folder.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of material that is provided beside the repository.
///
/// Outside CI its absence skips a test, said aloud; in CI it is a failure.
pub fn shared() -> Option<PathBuf> {
    let folder = repository()
        .parent()
        .expect("the repository has a parent folder")
        .join("shared");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "../shared is missing, and CI must not pass without it"
    );
    skipped("../shared is not there");
    None
}

impl Scene {
    /// An empty project.
    pub fn empty() -> Scene {
        Scene {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// A copy of the sample that the repository ships, with a signing key at `secrets/audit.hmac`.
    pub fn sample() -> Scene {
        let scene = Scene::empty();
        for part in [
            "config",
            "content",
            "var/audit/stage6/market_intel",
            "var/audit/stage6/history",
            "var/audit/stage6/signal_quality",
            "site",
        ] {
            copy_committed(&repository().join(part), &scene.path(part));
        }
        for document in fs::read_dir(repository().join("var/audit/stage6")).expect("the audit folder") {
            let document = document.expect("an entry").path();
            // Not the decision log of builds in the repository itself.
            if document.extension().is_some_and(|ending| ending == "md") {
                let name = document.file_name().expect("a name").to_owned();
                fs::copy(&document, scene.path("var/audit/stage6").join(name)).expect("copied");
            }
        }
        scene.write_key("secrets/audit.hmac", KEY, 0o600);
        scene.write_key("secrets/release.pem", RELEASE_KEY, 0o600);
        scene
    }

    /// Makes the sample a final release: fit keys, signed waivers.
    pub fn make_final(&self) {
        self.write_key("secrets/audit.hmac", SOUND_KEY, 0o600);
        self.replace("content/releases/2026.11.yaml", "status: draft", "status: final");
        self.shorten_waivers();
        let key = "--signing-key-path secrets/audit.hmac --signing-key-id audit-2026";
        self.run(&format!("sign-waivers --date {DATE} {key}"))
            .ends_with(0);
    }

    /// A final release takes no waiver for longer than a year; those of the sample hold for the draft that it is.
    pub fn shorten_waivers(&self) {
        let waivers = self
            .read("config/waivers.yaml")
            .replace("2031-12-31", "2027-02-28");
        self.write("config/waivers.yaml", waivers);
    }

    /// Where a path of the project lies.
    pub fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    /// Writes a file of the project.
    pub fn write(&self, inside: &str, text: impl AsRef<[u8]>) -> &Scene {
        let path = self.path(inside);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
        self
    }

    /// Writes a key file with a mode.
    pub fn write_key(&self, inside: &str, text: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        self.write(inside, text);
        fs::set_permissions(self.path(inside), fs::Permissions::from_mode(mode)).expect("mode set");
    }

    /// Replaces text in a file; the text must be there exactly once.
    #[track_caller]
    pub fn replace(&self, inside: &str, from: &str, to: &str) -> &Scene {
        let text = self.read(inside);
        assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in {inside}");
        self.write(inside, text.replace(from, to))
    }

    /// The text of a file.
    pub fn read(&self, inside: &str) -> String {
        fs::read_to_string(self.path(inside)).unwrap_or_else(|error| panic!("{inside}: {error}"))
    }

    /// The command, run in the project's folder with nothing of ours in the environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stage6"));
        command.args(arguments).current_dir(self.folder.path());
        for name in ["SOURCE_DATE_EPOCH", "STRESS_LAB_SIGNING_KEY", "RAYON_NUM_THREADS"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs `stage6` with arguments separated by blanks. Whatever it refuses, it says where the manual tells more, once
    /// and last.
    #[track_caller]
    pub fn run(&self, arguments: &str) -> Ran {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        let ran = self.finish(self.command(&words));
        if matches!(ran.code, 2 | 4) {
            assert!(
                !ran.more.is_empty() && !ran.stderr.contains(MORE),
                "`{arguments}` names no topic of the manual, or several times: {}",
                ran.stderr
            );
        }
        ran
    }

    /// Starts `stage6` with arguments separated by blanks; what it prints is not looked at.
    pub fn start(&self, arguments: &str) -> Child {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let mut command = self.command(&arguments);
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
        quiet.spawn().expect("started")
    }

    /// Runs a prepared command.
    pub fn finish(&self, mut command: Command) -> Ran {
        Ran::of(command.output().expect("the binary runs"), self.folder.path())
    }

    /// Builds with the scene's key at the scene's date.
    #[track_caller]
    pub fn build(&self) -> Ran {
        self.run(&format!("build --date {DATE} {KEYS}")).ends_with(0)
    }

    /// All files below a folder: paths and bytes.
    pub fn tree(&self, inside: &str) -> BTreeMap<String, Vec<u8>> {
        tree(&self.path(inside))
    }
}

/// All files below a folder: paths and bytes.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .expect("inside")
                    .to_string_lossy()
                    .into_owned();
                found.insert(name, fs::read(&path).expect("read"));
            }
        }
    }
    found
}

/// Demands the same files with the same bytes; names the first that is another one.
#[track_caller]
pub fn assert_same(found: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>) {
    let names = |tree: &BTreeMap<String, Vec<u8>>| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(found), names(expected));
    for (path, bytes) in expected {
        assert!(found[path] == *bytes, "{path} has other bytes");
    }
}

fn copy_committed(from: &Path, to: &Path) {
    for (path, bytes) in tree(from) {
        // Of `site/` only the README is committed.
        if from.ends_with("site") && path != "README.md" {
            continue;
        }
        let target = to.join(path);
        fs::create_dir_all(target.parent().expect("a parent")).expect("made");
        fs::write(target, bytes).expect("written");
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test is said aloud")]
fn skipped(reason: &str) {
    eprintln!("SKIPPED: {reason}");
}

/// Whether an outside tool is there. In CI it must be.
pub fn has_tool(name: &str, probe: &[&str]) -> bool {
    let found = Command::new(name)
        .args(probe)
        .output()
        .is_ok_and(|output| output.status.success());
    assert!(
        found || std::env::var_os("CI").is_none(),
        "`{name}` is missing, and CI must not pass without it"
    );
    if !found {
        skipped(&format!("`{name}` is not installed"));
    }
    found
}
