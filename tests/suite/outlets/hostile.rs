//! Outlets that hold what no publication made, lead elsewhere, or fail in the middle: each is as it was.

use super::*;
use crate::scene::Ran;
use std::os::unix::fs::{PermissionsExt, symlink};

const FOREIGN: &str = "was not made by a publication, or was changed since, and the whole is replaced";

/// Everything that stands, but locks and what git keeps for itself.
fn state(scene: &Scene) -> (Files, String) {
    let mut files = scene.tree("");
    files.retain(|path, _| !path.starts_with(".git/") && !path.ends_with(".lock"));
    (files, git(scene, &["for-each-ref"]))
}

/// Expects this one problem, before anything is built.
#[track_caller]
fn refused(scene: &Scene, outlets: &str, problem: &str) {
    let before = state(scene);
    let ran = scene
        .run(&format!("publish --date {T7} {KEYS} {outlets}"))
        .ends_with(2);
    assert!(
        ran.stderr.starts_with(&format!("error: {problem}"))
            && ran.stderr.contains("\n1 problem; nothing was written\n"),
        "{outlets}: {}",
        ran.stderr
    );
    assert!(state(scene) == before, "{outlets}");
    // Who only asks is told the same.
    let asked = scene
        .run(&format!("publish --dry-run --date {T7} {KEYS} {outlets}"))
        .ends_with(2);
    assert_eq!(asked.stderr, ran.stderr);
}

#[test]
fn folders_that_hold_or_are_something_else_are_refused() {
    if !has_tools() {
        return;
    }
    let scene = ready();
    versioned(&scene);
    scene.write("elsewhere/mine.txt", "mine").write("file", "mine");
    scene.write("full/index.html", "mine").write("linked/a/b", "");
    scene.write("downloaded/download/2026.11/stage6-2026.11-r1.zip", "mine");
    // The image of another program.
    let index = r#"{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2}]}"#;
    scene
        .write("image/index.json", index)
        .write("image/oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
    symlink("elsewhere", scene.path("link")).expect("linked");
    symlink("../../elsewhere", scene.path("linked/a/link")).expect("linked");
    for (outlet, problem) in [
        ("elsewhere", format!("elsewhere/mine.txt: {FOREIGN}")),
        ("image", format!("image/index.json: {FOREIGN}")),
        ("full", format!("full/index.html: {FOREIGN}")),
        (
            "downloaded",
            format!("downloaded/download/2026.11/stage6-2026.11-r1.zip: {FOREIGN}"),
        ),
        ("file", "file: is in the way of an output folder".to_owned()),
        (
            "file/below",
            "file/below: is in the way of an output folder".to_owned(),
        ),
        ("link", "link: is in the way of an output folder".to_owned()),
        (
            "linked",
            "linked/a/link: is not a regular file with a UTF-8 name".to_owned(),
        ),
        ("site", "site: shares its place with `site`".to_owned()),
        ("site/new", "site/new: shares its place with `site`".to_owned()),
        (
            "var/marketing/2026.12",
            "var/marketing/2026.12: shares its place with `var/marketing`".to_owned(),
        ),
        (
            "elsewhere/../config",
            "elsewhere/../config: shares its place with `config`".to_owned(),
        ),
        (".git/new", ".git/new: shares its place with `.git`".to_owned()),
        (".", ".: shares its place with the project".to_owned()),
        ("..", "..: shares its place with the project".to_owned()),
    ] {
        refused(&scene, &format!("--to {outlet}"), &problem);
        refused(&scene, &format!("--oci {outlet}"), &problem);
    }
    refused(&scene, "--to a --oci a/b", "a/b: shares its place with `a`");
    refused(
        &scene,
        "--to git:x --to git:x",
        "git:x: shares its place with another outlet",
    );
}

#[test]
fn branches_that_hold_or_are_something_else_are_refused() {
    if !has_tools() {
        return;
    }
    let scene = ready();
    refused_without_repository(&scene);
    versioned(&scene);
    git(&scene, &["branch", "foreign"]);
    git(&scene, &["branch", "elsewhere"]);
    git(
        &scene,
        &["symbolic-ref", "refs/heads/alias", "refs/heads/foreign"],
    );
    let outside = tempfile::tempdir().expect("a folder");
    let other = outside.path().join("tree").display().to_string();
    git(&scene, &["worktree", "add", "-q", &other, "elsewhere"]);
    // A branch with a link that leads out of the project.
    let blob = git(&scene, &["hash-object", "-w", "config/core.yaml"]);
    let line = format!("printf '120000 blob {blob}\\tlink\\n' | git mktree");
    let tree = Command::new("bash")
        .args(["-c", &line])
        .current_dir(scene.path(""))
        .output()
        .expect("bash runs");
    let tree = String::from_utf8(tree.stdout).expect("an id");
    let commit = git(&scene, &["commit-tree", tree.trim(), "-m", "Link"]);
    git(&scene, &["update-ref", "refs/heads/linked", &commit]);
    for (branch, problem) in [
        (
            "main",
            "is checked out, and its files would no longer be those of its commit".to_owned(),
        ),
        (
            "elsewhere",
            "is checked out, and its files would no longer be those of its commit".to_owned(),
        ),
        ("alias", "stands for another branch".to_owned()),
        ("a..b", "is no name of a branch".to_owned()),
        ("", "is no name of a branch".to_owned()),
        ("-x", "is no name of a branch".to_owned()),
        ("HEAD", "is no name of a branch".to_owned()),
    ] {
        refused(
            &scene,
            &format!("--to git:{branch}"),
            &format!("git:{branch}: {problem}"),
        );
    }
    refused(
        &scene,
        "--to git:foreign",
        &format!("git:foreign/.gitignore: {FOREIGN}"),
    );
    refused(&scene, "--to git:linked", "git:linked/link: is no plain file");
    let ran = publish_with(
        &scene,
        &scene.path("nothing").display().to_string(),
        "--to git:pages",
    )
    .ends_with(2);
    assert!(
        ran.stderr
            .starts_with("error: git: is not installed, or not on the PATH"),
        "{}",
        ran.stderr
    );
    for author in ["nobody", "A <a@b> <c>", " <a@b>", "A\n <a@b>"] {
        let mut command = scene.command(&["publish", "--to", "git:pages", "--author", author, "--date", T7]);
        command.args(KEYS.split(' '));
        scene.finish(command).ends_with(2);
    }
}

#[track_caller]
fn refused_without_repository(scene: &Scene) {
    let ran = scene
        .run(&format!("publish --date {T7} {KEYS} --to git:pages"))
        .ends_with(2);
    assert!(
        ran.stderr
            .starts_with("error: git: refuses: fatal: not a git repository"),
        "{}",
        ran.stderr
    );
    assert!(!scene.path("var/marketing").exists(), "not even built");
}

/// Publishes with another `PATH`.
fn publish_with(scene: &Scene, path: &str, outlets: &str) -> Ran {
    let line = format!("publish --date {T7} {KEYS} {outlets}");
    let mut command = scene.command(&line.split_whitespace().collect::<Vec<_>>());
    command.env("PATH", path);
    scene.finish(command)
}

#[test]
fn what_was_changed_by_hand_is_refused_and_what_is_missing_comes_back() {
    if !has_tools() {
        return;
    }
    let scene = to_be_published();
    let publish = format!("publish --date {T7} {KEYS} {ALL}");
    scene.run(&publish).ends_with(0);
    let (folder, artifact) = (scene.tree("out"), scene.tree("artifact"));
    let page = "out/en/index.html";
    scene.write(page, scene.read(page) + "\n");
    refused(&scene, "--to out", &format!("{page}: {FOREIGN}"));
    // The zip; without the manifest nothing would show whose blobs these are.
    let (blob, _) = artifact
        .iter()
        .max_by_key(|(_, bytes)| bytes.len())
        .expect("a blob");
    scene.write(&format!("artifact/{blob}"), "other");
    refused(&scene, "--oci artifact", &format!("artifact/{blob}: {FOREIGN}"));
    for path in [page.to_owned(), format!("artifact/{blob}")] {
        fs::remove_file(scene.path(&path)).expect("removed");
    }
    let commit = tip(&scene);
    scene.run(&publish).ends_with(0);
    assert!(scene.tree("out") == folder && scene.tree("artifact") == artifact && tip(&scene) == commit);

    scene.write("artifact/blobs/sha256/more", "mine");
    refused(
        &scene,
        "--oci artifact",
        &format!("artifact/blobs/sha256/more: {FOREIGN}"),
    );
}

/// Writes a `git` that does something before it becomes the real one, when it is asked for `command`.
fn meddling_git(scene: &Scene, command: &str, deed: &str) -> String {
    let path = std::env::var("PATH").expect("a path");
    let real = Command::new("bash")
        .args(["-c", "command -v git"])
        .output()
        .expect("bash runs");
    let real = String::from_utf8(real.stdout).expect("a path").trim().to_owned();
    let script = format!(
        "#!/bin/bash\ncase \" $* \" in *\" {command} \"*) {} ;; esac\nexec {real} \"$@\"\n",
        deed.replace("GIT", &real)
    );
    scene.write("var/bin/git", script);
    fs::set_permissions(scene.path("var/bin/git"), fs::Permissions::from_mode(0o755)).expect("mode set");
    format!("{}:{path}", scene.path("var/bin").display())
}

#[test]
fn a_branch_that_moves_meanwhile_stays_where_it_was_moved_to() {
    if !has_tools() {
        return;
    }
    let scene = to_be_published();
    let main = git(&scene, &["rev-parse", "main"]);
    // Between the last look and the move, and before the last look.
    for command in ["update-ref", "commit-tree"] {
        let path = meddling_git(
            &scene,
            command,
            &format!("GIT update-ref refs/heads/pages {main}"),
        );
        let ran = publish_with(&scene, &path, &format!("{ALL} --json")).ends_with(1);
        assert_eq!(tip(&scene).as_ref(), Some(&main));
        let answer: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        assert_eq!(answer["status"], "not-delivered");
        let status = |index: usize| {
            answer["outlets"][index]["status"]
                .as_str()
                .expect("a word")
                .to_owned()
        };
        assert_eq!(
            [status(0), status(1), status(2)],
            ["delivered", "failed", "delivered"]
        );
        for said in [
            "NOT DELIVERED  git:pages: git",
            "published, and in the archive; 1 of 3 outlets stayed as they were: run the same command again",
        ] {
            assert!(ran.stderr.contains(said), "{}", ran.stderr);
        }
        assert!(scene.path("var/marketing/archive/stage6-2026.11-r1").exists());
        git(&scene, &["update-ref", "-d", "refs/heads/pages"]);
    }
    // Somebody checks it out.
    let path = meddling_git(&scene, "commit-tree", "GIT symbolic-ref HEAD refs/heads/pages");
    let ran = publish_with(&scene, &path, "--to git:pages").ends_with(1);
    assert!(ran.stderr.contains("git:pages: is checked out"), "{}", ran.stderr);
    git(&scene, &["symbolic-ref", "HEAD", "refs/heads/main"]);
    assert_eq!(tip(&scene), None);
    // The same command goes on once nobody stands in the way.
    scene
        .run(&format!("publish --date {T7} {KEYS} {ALL}"))
        .ends_with(0);
}

/// The disk refuses files above a size: the pack with all objects, and a name of the host that is carried over.
#[test]
fn a_full_disk_leaves_outlets_as_they_were_and_serves_the_others() {
    if !has_tools() {
        return;
    }
    let scene = to_be_published();
    let zip = fs::metadata(scene.path(&format!("{RELEASE}/stage6-2026.11-r1.zip")))
        .expect("the zip")
        .len();
    let limit = usize::try_from(zip.div_ceil(1024) + 64).expect("small");
    scene.write("out/CNAME", "x".repeat(2 * limit * 1024));
    let (out, before) = (scene.tree("out"), untouched(&scene));
    let line = format!(
        "trap '' XFSZ; ulimit -f {limit}; exec '{}' publish --date {T7} {KEYS} {ALL}",
        env!("CARGO_BIN_EXE_stage6")
    );
    let mut command = Command::new("bash");
    command.args(["-c", &line]).current_dir(scene.path(""));
    let ran = scene.finish(command).ends_with(1);
    for said in [
        "NOT DELIVERED  out: ",
        "NOT DELIVERED  git:pages: git: refuses: ",
        "2 of 3 outlets stayed as they were",
    ] {
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    assert!(scene.tree("out") == out && tip(&scene).is_none() && untouched(&scene) == before);
    assert!(
        !scene.tree("").keys().any(|path| path.contains(".staging-")),
        "nothing half written is left"
    );
    read_layout(&scene, "artifact");
    assert!(scene.path("var/marketing/archive/stage6-2026.11-r1").exists());
}
