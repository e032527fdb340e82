//! Whatever `stage6 verify` accepts, other tools unpack to the same files.
//!
//! Zips are changed with their structure in mind, by a generator with a fixed seed: some changes are undone by re-making
//! lists and signatures and are good bundles with other content, most break the profile.

use crate::forge::{BUNDLE, Desk, End, Entry, Files, Forge, NOTHING, entries, write_zip};
use crate::scene::{has_tool, tree};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let word = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).expect("small")).expect("small")
    }

    fn name(&mut self) -> String {
        let names = [
            "data/pages/new.txt",
            "data/new/deep/er/file.bin",
            "data/pages/page.txt.x",
            "data/a",
            "data/pages/UPPER.TXT",
            "data/pages/.hidden",
            "data/../evil",
            "data/pages/page.txt/below",
            "data/pages/\u{e9}.txt",
            "data/site/a_b-c.9",
        ];
        names[self.below(names.len())].to_owned()
    }

    fn content(&mut self) -> Vec<u8> {
        let length = self.below(3_000);
        let noisy = self.next().is_multiple_of(2);
        (0..length)
            .map(|index| {
                if noisy {
                    self.next().to_le_bytes()[0]
                } else {
                    (index % 7) as u8
                }
            })
            .collect()
    }
}

/// Changes the bag, and makes its lists agree again.
fn other_bag(forge: &Forge, bag: &mut Files, chance: &mut Chance) {
    for _ in 0..=chance.below(2) {
        let (name, content) = (chance.name(), chance.content());
        if chance.next().is_multiple_of(3) {
            bag.remove("data/pages/short.txt");
        } else {
            bag.insert(name, content);
        }
    }
    forge.rebag(bag);
}

/// Changes one thing about the headers of a member, or of the end record.
fn other_headers(all: &mut Vec<Entry>, end: &mut End, chance: &mut Chance) {
    let index = chance.below(all.len());
    let word = chance.next();
    let entry = &mut all[index];
    match chance.below(18) {
        0 => entry.method = (word % 16) as u16,
        1 => entry.flags = 1 << (word % 16),
        2 => entry.version = (word % 64) as u16,
        3 => entry.maker = (word % 0x500) as u16,
        4 => entry.date ^= 1 << (word % 32),
        5 => entry.attributes ^= 1 << (word % 32),
        6 => entry.size ^= 1 << (word % 20),
        7 => entry.packed ^= 1 << (word % 20),
        8 => entry.crc ^= 1 << (word % 32),
        9 => entry.extra = word.to_le_bytes()[..4].to_vec(),
        10 => entry.local_extra = vec![0x75, 0x70, 0, 0],
        11 => entry.tail = word.to_le_bytes().to_vec(),
        12 => entry.name = format!("{BUNDLE}/{}", chance.name()).into_bytes(),
        13 => end.comment = word.to_le_bytes().to_vec(),
        14 => end.start = Some((word % 5_000) as u32),
        15 => all.swap(index, 0),
        16 => {
            let again = entry.clone();
            all.insert(index, again);
        }
        // Nothing but the maker's version, which the profile leaves free.
        _ => entry.maker = 0x0300 | (10 + word % 54) as u16,
    }
}

fn unpacks(folder: &Path, tool: &str, arguments: &[&str]) -> Option<Files> {
    let out = folder.join(format!("by-{tool}"));
    let _ = fs::remove_dir_all(&out);
    fs::create_dir(&out).expect("made");
    let mut command = Command::new(tool);
    command
        .args(arguments)
        .current_dir(&out)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let status = command.stdin(Stdio::null()).status().expect("the tool runs");
    status.success().then(|| tree(&out))
}

/// All tools unpack the zip, to the same files, which are returned.
fn agreed(folder: &Path) -> Files {
    let zip = format!("../{BUNDLE}.zip");
    let by_stage6 = folder.join("by-stage6");
    let _ = fs::remove_dir_all(&by_stage6);
    let ran = Command::new(env!("CARGO_BIN_EXE_stage6"))
        .args([
            "extract",
            "--no-key",
            &format!("{BUNDLE}.zip"),
            "--to",
            "by-stage6",
        ])
        .current_dir(folder)
        .output()
        .expect("the binary runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let ours: Files = tree(&by_stage6)
        .into_iter()
        .map(|(path, bytes)| match path.starts_with(BUNDLE) {
            true => (path, bytes),
            false => (format!("{BUNDLE}/{path}"), bytes),
        })
        .collect();
    for (tool, arguments) in [
        ("unzip", vec!["-q", &zip]),
        ("7z", vec!["x", "-y", &zip]),
        ("bsdtar", vec!["-xf", &zip]),
        ("python3", vec!["-m", "zipfile", "-e", &zip, "."]),
    ] {
        if has_tool(
            tool,
            if tool == "7z" {
                &["i"]
            } else if tool == "unzip" {
                &["-v"]
            } else {
                &["--version"]
            },
        ) {
            let theirs = unpacks(folder, tool, &arguments);
            assert!(theirs.as_ref() == Some(&ours), "{tool} unpacks another tree");
        }
    }
    ours
}

#[test]
fn accepted_zips_unpack_to_the_same_files_with_every_tool() {
    let desk = Desk::new();
    let mut forge = Forge::producer();
    let files = forge.good();
    let good = forge.bag(&files);
    let mut chance = Chance(6);
    let (mut accepted, mut refused) = (0, 0);
    for round in 0..240 {
        let mut bag = good.clone();
        let mut end = End::default();
        if round % 8 == 0 {
            other_bag(&forge, &mut bag, &mut chance);
        }
        let mut all = entries(BUNDLE, &bag);
        if round % 8 != 0 {
            other_headers(&mut all, &mut end, &mut chance);
        }
        let zip = write_zip(&all, &end);
        let (code, reason) = desk.judge_zip(BUNDLE, &zip, NOTHING);
        if code == 0 {
            accepted += 1;
            let expected: Files = bag
                .into_iter()
                .map(|(path, bytes)| (format!("{BUNDLE}/{path}"), bytes))
                .collect();
            assert!(agreed(desk.folder.path()) == expected, "round {round}");
            for tool in ["stage6", "unzip", "7z", "bsdtar", "python3"] {
                let _ = fs::remove_dir_all(desk.folder.path().join(format!("by-{tool}")));
            }
        } else {
            refused += 1;
            assert!(code == 2 || code == 4, "round {round}: {code} {reason}");
        }
    }
    assert!(
        accepted >= 12 && refused >= 120,
        "{accepted} accepted, {refused} refused"
    );
}
