//! Where a published release goes beyond the archive: folders, branches and artifacts, looked at with git and Python.

mod hostile;

use crate::gate::{RELEASE, T7, build, mirror, ready};
use crate::scene::{KEYS, Scene, has_tool, tree};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// One outlet of each kind.
pub(crate) const ALL: &str = "--to out --to git:pages --oci artifact";

type Files = BTreeMap<String, Vec<u8>>;

/// Reads an OCI image layout as image-spec 1.1 has it, and gives each layer's title with the digest of its bytes.
const READ_LAYOUT: &str = r#"
import base64, hashlib, json, os, re, sys
root = sys.argv[1]
used = set()
def blob(descriptor):
    algorithm, name = descriptor["digest"].split(":")
    assert algorithm == "sha256" and re.fullmatch("[0-9a-f]{64}", name)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}", descriptor["mediaType"])
    with open(os.path.join(root, "blobs", algorithm, name), "rb") as file:
        data = file.read()
    assert hashlib.sha256(data).hexdigest() == name and len(data) == descriptor["size"]
    if "data" in descriptor:
        assert base64.b64decode(descriptor["data"], validate=True) == data
    used.add(name)
    return data
with open(os.path.join(root, "oci-layout")) as file:
    assert json.load(file) == {"imageLayoutVersion": "1.0.0"}
with open(os.path.join(root, "index.json")) as file:
    index = json.load(file)
assert index["schemaVersion"] == 2 and index["mediaType"] == "application/vnd.oci.image.index.v1+json"
(entry,) = index["manifests"]
manifest = json.loads(blob(entry))
assert entry["mediaType"] == manifest["mediaType"] == "application/vnd.oci.image.manifest.v1+json"
assert manifest["schemaVersion"] == 2
assert entry["artifactType"] == manifest["artifactType"] == "application/vnd.stage6.release.v1"
# Guidance for artifacts: with an empty config, `artifactType` must be there, and the descriptor is this one.
assert manifest["config"]["mediaType"] == "application/vnd.oci.empty.v1+json" and blob(manifest["config"]) == b"{}"
tag = entry["annotations"]["org.opencontainers.image.ref.name"]
assert re.fullmatch("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}", tag)
for annotations in [entry["annotations"], manifest["annotations"], *(layer["annotations"] for layer in manifest["layers"])]:
    assert all(isinstance(value, str) for value in annotations.values())
layers = {}
for layer in manifest["layers"]:
    title = layer["annotations"]["org.opencontainers.image.title"]
    assert title not in layers
    layers[title] = hashlib.sha256(blob(layer)).hexdigest()
assert set(os.listdir(root)) == {"oci-layout", "index.json", "blobs"} and os.listdir(os.path.join(root, "blobs")) == ["sha256"]
assert set(os.listdir(os.path.join(root, "blobs", "sha256"))) == used
json.dump({"tag": tag, "created": manifest["annotations"]["org.opencontainers.image.created"], "layers": layers}, sys.stdout)
"#;

/// What git prints; it must succeed.
#[track_caller]
pub(crate) fn git(scene: &Scene, arguments: &[&str]) -> String {
    let ran = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@stage6.example"])
        .args(arguments)
        .current_dir(scene.path(""))
        .output()
        .expect("git runs");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{arguments:?}: {said}");
    String::from_utf8(ran.stdout)
        .expect("UTF-8")
        .trim_end()
        .to_owned()
}

/// A repository around the scene, with one commit on `main`.
pub(crate) fn versioned(scene: &Scene) {
    git(scene, &["init", "-q", "-b", "main"]);
    scene.write(
        ".gitignore",
        "/secrets/\n/var/\n/out/\n/artifact/\n/mirror/\n/site/\n/.*.staging-*\n",
    );
    git(scene, &["add", "."]);
    git(scene, &["commit", "-q", "-m", "Begin"]);
}

/// The files of a commit, as `git archive` and `tar` give them.
fn files_of(scene: &Scene, commit: &str) -> Files {
    let folder = tempfile::tempdir().expect("a folder");
    let line = format!(
        "git archive {commit} | tar -x -m -C '{}'",
        folder.path().display()
    );
    let mut command = Command::new("bash");
    command
        .args(["-euo", "pipefail", "-c", &line])
        .current_dir(scene.path(""));
    assert!(command.status().expect("bash runs").success());
    tree(folder.path())
}

fn tip(scene: &Scene) -> Option<String> {
    let found = git(
        scene,
        &["for-each-ref", "--format=%(objectname)", "refs/heads/pages"],
    );
    (!found.is_empty()).then_some(found)
}

/// What a working tree must keep: HEAD, index, what is checked out and what git says of it.
fn untouched(scene: &Scene) -> (String, Vec<u8>, String, String) {
    (
        scene.read(".git/HEAD"),
        fs::read(scene.path(".git/index")).expect("the index"),
        git(scene, &["rev-parse", "HEAD"]),
        git(scene, &["status", "--porcelain"]),
    )
}

/// The site that was built, without what people keep in its folder, and the release below `download/`.
fn expected(scene: &Scene) -> Files {
    let mut files = scene.tree("site");
    files.remove("README.md");
    let release = scene.tree(RELEASE).into_iter();
    files.extend(release.map(|(name, bytes)| (format!("download/2026.11/{name}"), bytes)));
    files
}

/// What the three outlets hold once they are served.
pub(crate) struct Served {
    folder: Files,
    before: (String, Vec<u8>, String, String),
}

impl Served {
    /// Of a release that is built; the scene gets a repository.
    pub(crate) fn of(scene: &Scene) -> Served {
        versioned(scene);
        Served {
            folder: expected(scene),
            before: untouched(scene),
        }
    }

    /// How many outlets are served; the others are not there. Nothing is half there, and nothing else has changed.
    #[track_caller]
    pub(crate) fn found(&self, scene: &Scene) -> usize {
        let mut found = 0;
        if scene.path("out").exists() {
            assert!(scene.tree("out") == self.folder, "the folder is whole");
            found += 1;
        }
        if let Some(commit) = tip(scene) {
            let mut files = files_of(scene, &commit);
            assert_eq!(files.remove(".nojekyll"), Some(Vec::new()));
            assert!(files == self.folder, "the branch is whole");
            found += 1;
        }
        if scene.path("artifact").exists() {
            let layout = read_layout(scene, "artifact");
            assert_eq!(layout["tag"], "stage6-2026.11-r1");
            found += 1;
        }
        assert!(untouched(scene) == self.before, "the working tree is as it was");
        found
    }
}

/// Reads a layout with Python, and holds its layers to the release.
#[track_caller]
fn read_layout(scene: &Scene, folder: &str) -> Value {
    let ran = Command::new("python3")
        .args(["-c", READ_LAYOUT, folder])
        .current_dir(scene.path(""))
        .output()
        .expect("python3 runs");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    let layout: Value = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{said}"));
    let release = scene.tree(RELEASE).into_iter();
    let digests = release.map(|(name, bytes)| {
        let digest = stage6_press::domain::Digest::of(&bytes);
        (name, Value::String(digest.to_string()))
    });
    assert_eq!(layout["layers"], Value::Object(digests.collect()));
    layout
}

/// A scene whose release is built and compared with the mirror, in a repository.
fn to_be_published() -> Scene {
    let scene = ready();
    build(&scene, T7);
    mirror(&scene, T7);
    versioned(&scene);
    scene
}

fn has_tools() -> bool {
    has_tool("git", &["--version"]) && has_tool("python3", &["--version"])
}

#[test]
fn one_publication_serves_a_folder_a_branch_and_an_artifact() {
    if !has_tools() {
        return;
    }
    let scene = ready();
    build(&scene, T7);
    mirror(&scene, T7);
    let served = Served::of(&scene);
    let publish = format!("publish --date {T7} {KEYS} {ALL}");
    let ran = scene.run(&publish).ends_with(0);
    assert_eq!(served.found(&scene), 3);
    let commit = tip(&scene).expect("the branch");
    let said = format!(
        "  out  the site; the release below download/2026.11/\n  git:pages  the site and the release, commit {commit}\n  artifact  the \
         release as an OCI artifact, tag stage6-2026.11-r1\n"
    );
    assert!(ran.stdout.ends_with(&said), "{}", ran.stdout);
    git(&scene, &["fsck", "--strict", "--no-dangling"]);

    // By the configuration's producer, at the moment of the run: 2026-11-30T08:00:00Z is 1796025600 (date -u +%s -d).
    let about = git(
        &scene,
        &["log", "--format=%an <%ae> %at, %cn <%ce> %ct%n%B", "pages"],
    );
    let who = "stage6.example <release@stage6.example> 1796025600";
    let list = fs::read(scene.path(&format!("{RELEASE}/stage6-2026.11-r1.sha256"))).expect("the list");
    let list = stage6_press::domain::Digest::of(&list);
    assert_eq!(
        about,
        format!("{who}, {who}\nPublish stage6-2026.11-r1\n\nSHA-256 of stage6-2026.11-r1.sha256: {list}")
    );
    // The artifact is as old as the release, not as its publication.
    let layout = read_layout(&scene, "artifact");
    let manifest: Value =
        serde_json::from_str(&scene.read(&format!("{RELEASE}/stage6-2026.11-r1.manifest.json")))
            .expect("JSON");
    assert_eq!(layout["created"], manifest["generated_at"]);

    // Twelve hours later: no commit that changes nothing, and the same artifact.
    let artifact = scene.tree("artifact");
    let later = publish.replace(T7, "2026-11-30T20:00:00Z");
    let ran = scene.run(&format!("{later} --json")).ends_with(0);
    let answer: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        answer["outlets"][1]["what"],
        format!("the same already, commit {commit}")
    );
    assert_eq!(tip(&scene).as_ref(), Some(&commit));
    assert!(scene.tree("artifact") == artifact);

    // Another author is another commit; the same again on a new branch is the same commit.
    git(&scene, &["update-ref", "-d", "refs/heads/pages"]);
    let author = |date: &str| {
        let mut command = scene.command(&["publish", "--to", "git:pages", "--date", date]);
        command
            .args(KEYS.split(' '))
            .args(["--author", "Łucja Żak <l.zak@stage6.example>"]);
        scene.finish(command).ends_with(0);
        tip(&scene).expect("the branch")
    };
    let first = author("2026-11-30T20:00:00Z");
    assert_eq!(
        git(&scene, &["log", "-1", "--format=%an <%ae>", &first]),
        "Łucja Żak <l.zak@stage6.example>"
    );
    git(&scene, &["update-ref", "-d", "refs/heads/pages"]);
    assert_eq!(author("2026-11-30T20:00:00Z"), first);
    assert_eq!(served.found(&scene), 3);
}

#[test]
fn the_next_release_takes_the_place_of_the_last_and_a_name_of_the_host_stays() {
    if !has_tools() {
        return;
    }
    let scene = to_be_published();
    let publish = format!("publish --date {T7} {KEYS} {ALL}");
    scene.run(&publish).ends_with(0);
    let first = tip(&scene).expect("the branch");
    // Somebody tells the host under which name it serves: in the folder, and by a commit on the branch.
    scene.write("out/CNAME", "docs.stage6.example\n");
    let other = scene.path("worktree").display().to_string();
    git(&scene, &["worktree", "add", "-q", &other, "pages"]);
    scene.write("worktree/CNAME", "docs.stage6.example\n");
    git(&scene, &["-C", &other, "add", "CNAME"]);
    git(&scene, &["-C", &other, "commit", "-q", "-m", "Name it"]);
    git(&scene, &["worktree", "remove", &other]);
    let named = tip(&scene).expect("the branch");

    crate::gate::second_release(&scene);
    let date = "2026-11-30T10:00:00Z";
    build(&scene, date);
    mirror(&scene, date);
    scene.run(&publish.replace(T7, date)).ends_with(0);
    let second = tip(&scene).expect("the branch");
    assert_eq!(
        git(&scene, &["rev-parse", "pages~1", "pages~2"]),
        format!("{named}\n{first}")
    );
    let mut site = scene.tree("site");
    site.remove("README.md");
    for (name, bytes) in scene.tree("var/marketing/2026.12") {
        site.insert(format!("download/2026.12/{name}"), bytes);
    }
    site.insert("CNAME".to_owned(), b"docs.stage6.example\n".to_vec());
    assert!(scene.tree("out") == site);
    site.insert(".nojekyll".to_owned(), Vec::new());
    assert!(files_of(&scene, &second) == site);
    assert!(
        scene
            .read("artifact/index.json")
            .contains("\"stage6-2026.12-r2\"")
    );
}
