//! Bundles of any size: verified and extracted in little memory, however they are cut, swollen or changed.

use crate::release_of::{LARGE, noise, release_of, table};
use crate::scene::{KEY, Scene, has_tool, tree};
use stage6_press::bundle;
use stage6_press::seal::{DistrustCode, HmacKey};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const MIB: usize = 1 << 20;
const WITH_KEY: [&str; 4] = [
    "--signing-key-path=secrets/audit.hmac",
    "--signing-key-id=audit-2026",
    "--date=2026-11-24",
    "--json",
];
const TIME: &str = "/usr/bin/time";

fn key() -> HmacKey {
    HmacKey::from_text(KEY.as_bytes(), Some("audit-2026".into())).expect("a key")
}

/// A scene with a release at `release` that holds `parts`.
fn scene_of(parts: impl IntoIterator<Item = Vec<u8>>) -> Scene {
    let scene = Scene::empty();
    scene.write_key("secrets/audit.hmac", KEY, 0o600);
    for (name, bytes) in release_of(parts, &key()).files {
        scene.write(&format!("release/{name}"), bytes);
    }
    scene
}

/// Runs a command that must end well, and gives its largest memory in KiB, as GNU time measures it.
#[track_caller]
fn memory_of(scene: &Scene, arguments: &[&str]) -> usize {
    let plain = scene.command(&[arguments, &WITH_KEY].concat());
    let mut timed = Command::new(TIME);
    timed.args(["-f", "%M", "-o", "memory"]).arg(plain.get_program());
    timed.args(plain.get_args()).current_dir(scene.path(""));
    let output = timed.output().expect("time runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    scene.read("memory").trim().parse().expect("a number")
}

#[test]
fn three_hundred_megabytes_are_verified_and_extracted_in_64_megabytes() {
    let block = table(MIB, 0);
    let parts = [noise(100_000_000, 1), block.repeat(95), block.repeat(96)];
    let scene = scene_of(parts);
    let zip = format!("release/{LARGE}.zip");
    if has_tool(TIME, &["--version"]) {
        let limit = 64 * 1_000_000 / 1_024;
        for arguments in [
            &["verify", "release"][..],
            &["verify", &zip],
            &["extract", "release", "--to", "bag"],
            &["verify", "bag"],
        ] {
            let memory = memory_of(&scene, arguments);
            assert!(memory < limit, "{arguments:?} took {memory} KiB");
        }
    }
    // Its content stays the same; that it was touched is enough.
    let path = scene.path(&zip);
    for arguments in [["verify", "release"], ["verify", &zip]] {
        let mut command = scene.command(&[&arguments[..], &WITH_KEY].concat());
        let mut child = command
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("started");
        let mut moment = std::time::UNIX_EPOCH;
        while child.try_wait().expect("waited").is_none() {
            let file = fs::File::options().write(true).open(&path).expect("opened");
            moment += Duration::from_secs(1);
            file.set_modified(moment).expect("touched");
            std::thread::sleep(Duration::from_millis(2));
        }
        let output = child.wait_with_output().expect("ended");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(4), "{printed}");
        assert!(
            printed.starts_with("{\"code\":\"changed-meanwhile\""),
            "{printed}"
        );
    }
}

#[test]
fn twenty_thousand_members_are_verified_in_64_megabytes() {
    // What is short of the limit are the bag's own five files and the report's three.
    let scene = scene_of((0..19_992_u32).map(|part| part.to_le_bytes().to_vec()));
    if has_tool(TIME, &["--version"]) {
        let memory = memory_of(&scene, &["verify", "release"]);
        assert!(memory < 64 * 1_000_000 / 1_024, "{memory} KiB");
    }
    bundle::verify(
        &scene.path("release"),
        &bundle::Policy::with_key(Some(&key()), None),
    )
    .expect("good");
}

#[test]
fn what_is_extracted_is_what_unzip_extracts() {
    use std::os::unix::fs::PermissionsExt;
    let scene = scene_of([noise(300_000, 2), table(700_000, 3), vec![]]);
    fs::create_dir(scene.path("empty")).expect("made");
    let unzipped = Command::new("unzip")
        .arg("-q")
        .arg(scene.path(&format!("release/{LARGE}.zip")))
        .arg("-d")
        .arg(scene.path("unzipped"))
        .status();
    assert!(unzipped.expect("unzip runs").success());
    let unzipped = tree(&scene.path("unzipped").join(LARGE));
    let bytes: usize = unzipped.values().map(Vec::len).sum();
    for (from, to) in [
        ("release", "new/deep"),
        (&format!("release/{LARGE}.zip"), "empty"),
    ] {
        let mut command = Command::new("sh");
        let line = "umask 077; exec \"$@\"";
        let plain = scene.command(&[&["extract", from, "--to", to], &WITH_KEY[..3]].concat());
        command
            .args(["-c", line, "sh"])
            .arg(plain.get_program())
            .args(plain.get_args());
        let ran = scene.finish({
            command.current_dir(scene.path(""));
            command
        });
        let ran = ran.ends_with(0);
        assert!(
            ran.stdout
                .ends_with(&format!("EXTRACTED  11 files, {bytes} bytes, into {to}\n")),
            "{}",
            ran.stdout
        );
        let mode = |path: &str| {
            let kind = fs::metadata(scene.path(to).join(path)).expect("there");
            kind.permissions().mode() & 0o7777
        };
        assert_eq!(mode(""), 0o755);
        assert_eq!(mode("data/site"), 0o755);
        assert_eq!(mode("data/site/part-00001.bin"), 0o644);
        assert!(scene.tree(to) == unzipped, "{to}");
    }
}

#[test]
fn nothing_is_extracted_into_a_place_in_use_or_from_what_is_not_trusted() {
    let scene = scene_of([noise(300_000, 2)]);
    let extract = |from: &str, to: &str| {
        scene.finish(scene.command(&[&["extract", from, "--to", to], &WITH_KEY[..3]].concat()))
    };
    scene.write("used/file", "kept");
    let ran = extract("release", "used").ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: used: the folder is not empty\n  hint: name a folder that does not exist yet\n\n1 problem; nothing was written\n"
    );
    let ran = extract("release", "used/file").ends_with(2);
    assert!(
        ran.stderr.contains("is in the way of the folder to write"),
        "{}",
        ran.stderr
    );
    std::os::unix::fs::symlink("elsewhere", scene.path("link")).expect("linked");
    extract("release", "link").ends_with(2);
    // Into the release itself: that changes it while it is read.
    let ran = extract("release", "release/inside").ends_with(4);
    assert!(ran.stderr.contains("[changed-meanwhile]"), "{}", ran.stderr);
    assert_eq!(fs::read_dir(scene.path("release")).expect("listed").count(), 7);

    extract("release", "bag").ends_with(0);
    let ran = extract("bag", "again").ends_with(4);
    assert!(
        ran.stderr.contains("is an unpacked bag already"),
        "{}",
        ran.stderr
    );

    let zip = format!("release/{LARGE}.zip");
    let mut bytes = fs::read(scene.path(&zip)).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    scene.write(&zip, bytes);
    // A zip alone that breaks the profile is no bundle of ours; in its release it is one that was changed.
    extract("release", "never").ends_with(4);
    extract(&zip, "never").ends_with(2);
    let mut names: Vec<String> = fs::read_dir(scene.path(""))
        .expect("listed")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    assert_eq!(
        names,
        ["bag", "link", "release", "secrets", "used"],
        "nothing half written is left"
    );
    assert_eq!(scene.read("used/file"), "kept");
}

#[test]
fn a_disk_that_refuses_leaves_nothing() {
    let scene = scene_of([noise(300_000, 2)]);
    // A file in the place of the folder above.
    scene.write("file", "kept");
    scene
        .finish(scene.command(&[&["extract", "release", "--to", "file/bag"], &WITH_KEY[..3]].concat()))
        .ends_with(2);
    // Files of at most 100 KiB: writing the large one fails.
    let plain = scene.command(&[&["extract", "release", "--to", "bag"], &WITH_KEY[..3]].concat());
    let mut command = Command::new("bash");
    command.args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$@\"", "bash"]);
    command
        .arg(plain.get_program())
        .args(plain.get_args())
        .current_dir(scene.path(""));
    let ran = scene.finish(command).ends_with(1);
    assert!(ran.stderr.contains("could not write the file"), "{}", ran.stderr);
    assert!(!scene.path("bag").exists());
    assert_eq!(fs::read_dir(scene.path("")).expect("listed").count(), 3);
}

/// Where each header and each content begins, and what lies one byte beside.
#[test]
fn a_zip_that_is_cut_anywhere_is_refused() {
    let scene = scene_of([noise(131_072, 4), table(400_000, 5)]);
    let zip = scene.path(&format!("release/{LARGE}.zip"));
    let bytes = fs::read(&zip).expect("read");
    let mut cuts = vec![0, 1, bytes.len() - 22, bytes.len() - 1];
    for (at, window) in bytes.windows(4).enumerate() {
        if matches!(window, b"PK\x03\x04" | b"PK\x01\x02" | b"PK\x05\x06") {
            cuts.extend([at.saturating_sub(1), at, at + 1, at + 30]);
        }
    }
    cuts.extend((0..bytes.len()).step_by(16 * 1_024));
    for cut in cuts.into_iter().filter(|cut| *cut < bytes.len()) {
        fs::write(&zip, &bytes[..cut]).expect("written");
        let distrust = bundle::verify(&zip, &bundle::Policy::with_key(None, None)).expect_err("cut");
        assert_eq!(distrust.code, DistrustCode::ZipProfile, "cut at {cut}");
    }
    fs::write(&zip, &bytes).expect("written");
    bundle::verify(&zip, &bundle::Policy::with_key(Some(&key()), None)).expect("good again");
}

/// A zip of our profile, by APPNOTE 6.3.10, whose members claim what they like: name, packed bytes, stated size.
fn claiming(members: &[(&str, &[u8], u32)]) -> Vec<u8> {
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    for (name, packed, size) in members {
        let length = u32::try_from(packed.len()).expect("short");
        let mut shared = [20_u16, 0, 8, 0, 0x21].map(u16::to_le_bytes).concat();
        shared.extend([0_u32, length, *size].map(u32::to_le_bytes).concat());
        shared.extend(u16::try_from(name.len()).expect("short").to_le_bytes());
        shared.extend([0; 2]);
        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend(&shared);
        directory.extend([0; 6]);
        directory.extend((0o100_644_u32 << 16).to_le_bytes());
        directory.extend(u32::try_from(zip.len()).expect("short").to_le_bytes());
        directory.extend(name.bytes());
        zip.extend(b"PK\x03\x04");
        zip.extend(&shared);
        zip.extend(name.bytes());
        zip.extend(*packed);
    }
    let start = u32::try_from(zip.len()).expect("short");
    let count = u16::try_from(members.len()).expect("few").to_le_bytes();
    zip.extend(&directory);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend([count, count].concat());
    zip.extend(u32::try_from(directory.len()).expect("short").to_le_bytes());
    zip.extend(start.to_le_bytes());
    zip.extend([0; 2]);
    zip
}

#[test]
fn bombs_are_refused_for_what_they_claim() {
    let scene = Scene::empty();
    let reason = |members: &[(&str, &[u8], u32)]| {
        scene.write("b.zip", claiming(members));
        bundle::verify(&scene.path("b.zip"), &bundle::Policy::with_key(None, None))
            .expect_err("a bomb")
            .reason
    };
    let zeros = vec![0; 3 * MIB];
    let most = u32::MAX;
    assert_eq!(
        reason(&[("b/data/a", &zeros, 1 << 30), ("b/data/b", &zeros, 1)]),
        "more than 1 GiB and 100 times its own size when unpacked"
    );
    let many: Vec<String> = (0..5).map(|part| format!("b/data/{part}")).collect();
    let many: Vec<(&str, &[u8], u32)> = many.iter().map(|name| (name.as_str(), &b""[..], most)).collect();
    assert_eq!(reason(&many), "more than 16 GiB when unpacked");
    assert_eq!(
        reason(&[("b/data/a", &zeros[..100], 1 << 29)]),
        "`b/data/a` does not unpack to its stated size"
    );
    let bomb = deflated(&vec![0; 20 * MIB]);
    assert_eq!(
        reason(&[("b/data/a", &bomb, 5)]),
        "`b/data/a` does not unpack to its stated size"
    );
    assert_eq!(
        reason(&[("b/bagit.txt", &bomb, 20 * MIB as u32)]),
        "larger than 8 MiB, the most that is read of such a file"
    );
    assert_eq!(
        reason(&[("b/data/reports/a.json.sig", &bomb, 5 * MIB as u32)]),
        "larger than 4 MiB, the most that is read of such a file"
    );
    let lists: Vec<String> = (0..4).map(|part| format!("b/{part}.txt")).collect();
    let lists: Vec<(&str, &[u8], u32)> = lists
        .iter()
        .map(|name| (name.as_str(), &zeros[..], 7 << 20))
        .collect();
    assert_eq!(
        reason(&lists),
        "more than 24 MiB of lists, signatures and signed JSON reports"
    );
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("ended")
}

#[test]
fn a_release_manifest_of_endless_values_is_refused_before_it_is_parsed() {
    let scene = scene_of([vec![1]]);
    let manifest = format!("release/{LARGE}.manifest.json");
    scene.write(&manifest, format!("[{}0]", "0,".repeat(200_000)));
    let distrust =
        bundle::verify(&scene.path("release"), &bundle::Policy::with_key(None, None)).expect_err("too many");
    assert_eq!(
        (distrust.file.as_str(), distrust.reason.as_str()),
        (
            manifest.trim_start_matches("release/"),
            "holds more than 131072 values, the most that are read of such a file"
        )
    );
    // Of a file that nobody lists, not a byte is read, whatever its size.
    let endless = fs::File::create(scene.path("release/endless")).expect("made");
    endless.set_len(1 << 40).expect("sparse");
    scene.write(&manifest, "{}");
    assert_refused(&scene.path("release"));
    for (name, bytes) in release_of([vec![1]], &key()).files {
        scene.write(&format!("release/{name}"), bytes);
    }
    let distrust =
        bundle::verify(&scene.path("release"), &bundle::Policy::with_key(None, None)).expect_err("one more");
    assert_eq!(
        (distrust.code, distrust.file.as_str()),
        (DistrustCode::UnlistedFile, "endless")
    );
}

fn assert_refused(folder: &Path) {
    assert!(bundle::verify(folder, &bundle::Policy::with_key(None, None)).is_err());
}
