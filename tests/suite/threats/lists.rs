//! Rows about manifests, lists and what stands beside them.

use super::refused;
use crate::forge::{BUNDLE, Desk, End, Files, Forge, NOTHING, TRUST, entries, write_zip};
use stage6_press::domain::Digest;

/// A release with a changed bag whose lists are not re-made, in a zip that is signed as it is.
fn with_bag(change: impl FnOnce(&Forge, &mut Files)) -> (Forge, Files, Vec<u8>) {
    let mut forge = Forge::producer();
    let mut files = forge.good();
    let mut bag = forge.bag(&files);
    change(&forge, &mut bag);
    let zip = write_zip(&entries(BUNDLE, &bag), &End::default());
    forge.with_zip(&mut files, zip.clone());
    (forge, files, zip)
}

fn text(bag: &Files, name: &str) -> String {
    String::from_utf8(bag[name].clone()).expect("UTF-8")
}

/// Changes the payload's list, and re-makes all that hangs on it.
fn relisted(change: impl FnOnce(String) -> String) -> (Forge, Files, Vec<u8>) {
    with_bag(|forge, bag| {
        let list = change(text(bag, "manifest-sha256.txt"));
        bag.insert("manifest-sha256.txt".into(), list.into_bytes());
        forge.retag(bag);
    })
}

/// Row "manifest has extra / missing / repeated file".
#[test]
fn the_bag_holds_exactly_what_it_lists() {
    let desk = Desk::new();
    let line = |path: &str| format!("{}  {path}\n", Digest::of(b"x"));
    type Change = Box<dyn FnOnce(&Forge, &mut Files)>;
    let put = |path: &'static str| -> Change {
        Box::new(move |_, bag| drop(bag.insert(path.into(), b"x".to_vec())))
    };
    let take = |path: &'static str| -> Change { Box::new(move |_, bag| drop(bag.remove(path))) };
    let cases: Vec<(&str, Change)> = vec![
        ("unlisted-file", put("data/pages/unlisted.txt")),
        ("unlisted-file", put("root.txt")),
        ("unlisted-file", put("other/file.txt")),
        ("unlisted-file", put("fetch.txt")),
        ("unlisted-file", put("manifest-md5.txt")),
        ("unlisted-file", put("allowed_signers")),
        ("missing-file", take("data/pages/page.txt")),
        ("missing-file", take("bag-info.txt")),
        ("missing-file", take("manifest-sha256.txt")),
        ("missing-file", take("bagit.txt")),
        ("hash-mismatch", put("data/pages/page.txt")),
        ("hash-mismatch", put("bag-info.txt")),
        ("hash-mismatch", put("manifest-sha256.txt")),
    ];
    for (code, change) in cases {
        let (_, files, zip) = with_bag(change);
        refused(&desk, &files, code, code);
        assert_eq!(desk.judge_zip(BUNDLE, &zip, NOTHING), (4, code.to_owned()));
    }
    // The bag's own list: a signed line for a file that no bag of ours has.
    let (_, files, _) = with_bag(|forge, bag| {
        bag.insert("notes.txt".into(), b"x".to_vec());
        let list = text(bag, "tagmanifest-sha256.txt") + &line("notes.txt");
        bag.insert("tagmanifest-sha256.txt".into(), list.into_bytes());
        forge.resign_bag(bag);
    });
    refused(&desk, &files, "unlisted-file", "a listed file beside the payload");
    let (_, files, _) = relisted(|list| list + &line("data/zzz.txt"));
    refused(&desk, &files, "missing-file", "a line without its file");
    // A report without its signature, listed and signed all the same (finding F5).
    let mut forge = Forge::producer();
    let mut files = forge.good();
    let mut bag = forge.bag(&files);
    bag.insert("data/reports/more.json".into(), b"{}\n".to_vec());
    forge.rebag(&mut bag);
    forge.with_bag(&mut files, &bag);
    refused(&desk, &files, "missing-signature", "a report that nobody signed");
    // Payload-Oxum contradicts the payload.
    let (_, files, _) = with_bag(|forge, bag| {
        let info = text(bag, "bag-info.txt").replace("Payload-Oxum: ", "Payload-Oxum: 1");
        bag.insert("bag-info.txt".into(), info.into_bytes());
        forge.retag(bag);
    });
    refused(&desk, &files, "inconsistent-producer", "Payload-Oxum");
}

/// Row "list syntax": in both lists of the bag and in the release's own, even where sha256sum passes (finding F12).
#[test]
fn lists_are_read_as_strictly_as_they_are_written() {
    let desk = Desk::new();
    type Change = fn(String) -> String;
    let changes: [(&str, Change); 14] = [
        ("CRLF", |list| list.replace('\n', "\r\n")),
        ("a comment", |list| format!("# list\n{list}")),
        ("a binary mark", |list| list.replacen("  ", " *", 1)),
        ("one blank", |list| list.replacen("  ", " ", 1)),
        ("three blanks", |list| list.replacen("  ", "   ", 1)),
        ("a tab", |list| list.replacen("  ", "\t", 1)),
        ("upper-case digits", |list| {
            format!("{}{}", list[..64].to_uppercase(), &list[64..])
        }),
        ("an escape", |list| format!("\\{list}")),
        ("an absolute path", |list| list.replacen("  ", "  /", 1)),
        ("a dotted path", |list| list.replacen("  ", "  ./", 1)),
        ("no line", |_| String::new()),
        ("an empty line", |list| format!("{list}\n")),
        ("no last newline", |list| list.trim_end().to_owned()),
        ("a byte order mark", |list| format!("\u{feff}{list}")),
    ];
    for (what, change) in changes {
        let (_, files, zip) = relisted(change);
        refused(&desk, &files, "malformed", what);
        assert_eq!(
            desk.judge_zip(BUNDLE, &zip, NOTHING),
            (2, "malformed".into()),
            "{what}"
        );
        let (_, files, _) = with_bag(|forge, bag| {
            let list = change(text(bag, "tagmanifest-sha256.txt"));
            bag.insert("tagmanifest-sha256.txt".into(), list.into_bytes());
            forge.resign_bag(bag);
        });
        refused(&desk, &files, "malformed", what);
        let mut forge = Forge::producer();
        let mut files = forge.good();
        let list = change(text(&files, &forge.name(".sha256")));
        files.insert(forge.name(".sha256"), list.into_bytes());
        forge.resign(&mut files);
        refused(&desk, &files, "malformed", what);
    }
    // A line twice, with the same digest and with another, and lines out of order.
    let doubled = |list: String| {
        let first = list.lines().next().expect("a line").to_owned();
        format!("{first}\n{list}")
    };
    let contradicted = |list: String| {
        let path = &list.lines().next().expect("a line")[64..].to_owned();
        format!("{}{path}\n{list}", Digest::of(b"x"))
    };
    let reversed = |list: String| list.lines().rev().map(|line| format!("{line}\n")).collect();
    let changes: [&dyn Fn(String) -> String; 3] = [&doubled, &contradicted, &reversed];
    for change in changes {
        let (_, files, _) = relisted(change);
        refused(&desk, &files, "malformed", "order");
    }
}

/// The release folder holds exactly its seven files; an unlisted zip beside the good one is a trap.
#[test]
fn the_release_folder_holds_nothing_else() {
    let desk = Desk::new();
    let mut forge = Forge::producer();
    let good = forge.good();
    for name in [
        "evil.zip",
        "producer.pub.pem",
        "allowed_signers",
        "notes.txt",
        "forged-1-r1.zip.sha256sum",
    ] {
        let mut files = good.clone();
        files.insert(name.into(), b"x".to_vec());
        refused(&desk, &files, "unlisted-file", name);
    }
    let mut files = good.clone();
    files.insert("other-1-r1.sha256".into(), good[&forge.name(".sha256")].clone());
    refused(&desk, &files, "not-a-bundle", "two lists");
    // A time stamp is for other tools, and allowed.
    let mut files = good.clone();
    files.insert(forge.name(".sha256.tsr"), b"x".to_vec());
    assert_eq!(desk.judge(&files, TRUST), (0, "good".into()));
    // Listed as well, with everything signed again.
    let mut files = good;
    files.insert("zzz.txt".into(), b"x".to_vec());
    let list = text(&files, &forge.name(".sha256")) + &format!("{}  zzz.txt\n", Digest::of(b"x"));
    files.insert(forge.name(".sha256"), list.into_bytes());
    forge.resign(&mut files);
    refused(&desk, &files, "unlisted-file", "listed, but no file of a release");
}
