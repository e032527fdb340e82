//! Rows about zips. Each forged zip is asked about twice: as a signed release (4), and alone (2: not of our form).

use super::refused;
use crate::forge::{BUNDLE, Desk, End, Entry, Forge, NOTHING, entries, write_zip};

struct Case {
    what: &'static str,
    zip: Vec<u8>,
}

fn bag() -> Vec<Entry> {
    let mut forge = Forge::producer();
    let files = forge.good();
    entries(BUNDLE, &forge.bag(&files))
}

/// A zip of the good bag with one member more, at its place in the order.
fn with(entry: Entry) -> Vec<u8> {
    let mut all = bag();
    all.push(entry);
    all.sort_by(|left, right| left.name.cmp(&right.name));
    write_zip(&all, &End::default())
}

fn changed(index: usize, change: impl FnOnce(&mut Entry)) -> Vec<u8> {
    let mut all = bag();
    change(&mut all[index]);
    write_zip(&all, &End::default())
}

fn ended(end: End) -> Vec<u8> {
    write_zip(&bag(), &end)
}

fn all_are_refused(cases: Vec<Case>) {
    let desk = Desk::new();
    let mut forge = Forge::producer();
    let good = forge.good();
    for Case { what, zip } in cases {
        let mut files = good.clone();
        forge.with_zip(&mut files, zip.clone());
        assert_eq!(
            desk.judge(&files, super::TRUST),
            (4, "zip-profile".to_owned()),
            "{what}"
        );
        assert_eq!(
            desk.judge_zip(BUNDLE, &zip, NOTHING),
            (2, "zip-profile".to_owned()),
            "{what}"
        );
    }
}

#[test]
fn the_forger_itself_makes_good_releases() {
    let desk = Desk::new();
    let mut forge = Forge::producer();
    let mut files = forge.good();
    assert_eq!(desk.judge(&files, NOTHING), (0, "good".into()));
    forge.with_zip(&mut files, write_zip(&bag(), &End::default()));
    for demands in [super::TRUST, super::HMAC, NOTHING] {
        assert_eq!(desk.judge(&files, demands), (0, "good".into()));
    }
    let mut bag = forge.bag(&files);
    bag.insert("data/pages/more.txt".into(), b"more".to_vec());
    forge.rebag(&mut bag);
    forge.with_bag(&mut files, &bag);
    assert_eq!(desk.judge(&files, super::TRUST), (0, "good".into()));
    assert_eq!(
        desk.judge_zip(BUNDLE, &files[&forge.name(".zip")], NOTHING),
        (0, "good".into())
    );
}

/// Row "zip-slip", and the names of row "case / Unicode collision".
#[test]
fn names_that_lead_elsewhere_are_refused() {
    let names: [&[u8]; 24] = [
        b"../x",
        b"a/../../x",
        b"/abs/x",
        b"//x",
        b"C:\\x",
        b"..\\x",
        b"~/x",
        b"x\0y",
        b"x/",
        b"./x",
        b"",
        b"data//x",
        b".hidden",
        b"dot.",
        b"blank ",
        b" blank",
        b"CON",
        b"nul.txt",
        b"COM1.log",
        "caf\u{e9}".as_bytes(),
        "cafe\u{301}".as_bytes(),
        "\u{fb01}le".as_bytes(),
        b"\xff\xfe",
        b"a:b",
    ];
    let mut cases = Vec::new();
    for name in names {
        let inside = [BUNDLE.as_bytes(), b"/data/", name].concat();
        cases.push(Case {
            what: "inside the bag",
            zip: with(Entry::stored(inside, b"evil")),
        });
        cases.push(Case {
            what: "at the root",
            zip: with(Entry::stored(name, b"evil")),
        });
    }
    let long = format!("{BUNDLE}/data/{}", "x".repeat(300));
    cases.push(Case {
        what: "a long name",
        zip: with(Entry::stored(long, b"evil")),
    });
    all_are_refused(cases);
}

/// Row "symlinks, devices, odd modes".
#[test]
fn anything_but_a_plain_file_is_refused() {
    let modes = [
        0o120_777, 0o020_644, 0o060_644, 0o010_644, 0o140_644, 0o040_755, 0o104_755, 0o102_755, 0o100_755,
        0o100_600, 0o100_666, 0o101_644, 0_u32,
    ];
    let mut cases: Vec<Case> = modes
        .into_iter()
        .map(|mode| Case {
            what: "a mode",
            zip: changed(3, |entry| entry.attributes = mode << 16),
        })
        .collect();
    cases.push(Case {
        what: "a DOS attribute",
        zip: changed(3, |entry| entry.attributes |= 1),
    });
    cases.push(Case {
        what: "a DOS maker",
        zip: changed(3, |entry| entry.maker = 20),
    });
    // A link, then a file through it (dirsymlink2a of jwilk's collection).
    let mut all = bag();
    let mut link = Entry::stored(format!("{BUNDLE}/data/z"), b"/tmp");
    link.attributes = 0o120_777 << 16;
    all.extend([link, Entry::stored(format!("{BUNDLE}/data/z/evil"), b"evil")]);
    all.sort_by(|left, right| left.name.cmp(&right.name));
    cases.push(Case {
        what: "through a link",
        zip: write_zip(&all, &End::default()),
    });
    all_are_refused(cases);
}

/// Rows "duplicate entries" and "case / Unicode collision".
#[test]
fn names_that_stand_twice_or_collide_are_refused() {
    let first = bag()[4].clone();
    let name = |text: &str| format!("{BUNDLE}/data/pages/{text}");
    let other = Entry {
        content: b"other".to_vec(),
        ..Entry::stored(first.name.clone(), b"other")
    };
    let mut reversed = bag();
    reversed.reverse();
    all_are_refused(vec![
        Case {
            what: "the same twice",
            zip: with(first),
        },
        Case {
            what: "with other content",
            zip: with(other),
        },
        Case {
            what: "upper and lower case",
            zip: with(Entry::stored(name("PAGE.txt"), b"x")),
        },
        Case {
            what: "a file where a folder is",
            zip: with(Entry::stored(format!("{BUNDLE}/data/pages"), b"x")),
        },
        Case {
            what: "a folder in other case",
            zip: with(Entry::stored(format!("{BUNDLE}/data/PAGES/page.txt"), b"x")),
        },
        Case {
            what: "out of order",
            zip: write_zip(&reversed, &End::default()),
        },
        Case {
            what: "a second folder",
            zip: with(Entry::stored("another/file.txt", b"x")),
        },
        Case {
            what: "outside the folder",
            zip: with(Entry::stored("zzz.txt", b"x")),
        },
    ]);
}

/// Row "CD vs LFH mismatch": each field of the local header, and members that only one of the two has.
#[test]
fn two_descriptions_of_a_member_must_agree() {
    let good = write_zip(&bag(), &End::default());
    let fields = [
        (0, 4),
        (4, 2),
        (6, 2),
        (8, 2),
        (10, 4),
        (14, 4),
        (18, 4),
        (22, 4),
        (26, 2),
        (28, 2),
        (30, 1),
    ];
    let mut cases = Vec::new();
    for (start, length) in fields {
        for at in start..start + length {
            let mut zip = good.clone();
            zip[at] ^= 1;
            cases.push(Case {
                what: "a local header's field",
                zip,
            });
        }
    }
    let mut gap = bag();
    gap[2].tail = b"gap".to_vec();
    let mut hidden = bag();
    let mut inner = b"PK\x03\x04".to_vec();
    inner.extend([0; 26]);
    hidden[2].tail = inner;
    cases.push(Case {
        what: "a gap",
        zip: write_zip(&gap, &End::default()),
    });
    cases.push(Case {
        what: "a member without a record",
        zip: write_zip(&hidden, &End::default()),
    });
    // The last record points at the first member: an overlap, and a local header that no record describes.
    let mut overlap = good.clone();
    let last = overlap
        .windows(4)
        .rposition(|four| four == b"PK\x01\x02")
        .expect("a record");
    overlap[last + 42..last + 46].copy_from_slice(&[0; 4]);
    cases.push(Case {
        what: "an overlap",
        zip: overlap,
    });
    cases.push(Case {
        what: "a longer local extra field",
        zip: changed(1, |entry| entry.local_extra = vec![1, 0, 0, 0]),
    });
    all_are_refused(cases);
}

/// Row "EOCD games".
#[test]
fn games_with_the_end_record_are_refused() {
    let good = write_zip(&bag(), &End::default());
    let locator = [&b"PK\x06\x07"[..], &[0; 16]].concat();
    let zip64 = [&b"PK\x06\x06"[..], &44_u64.to_le_bytes(), &[0; 44], &locator].concat();
    let count = u16::try_from(bag().len()).expect("few");
    let evil = write_zip(
        &[Entry::stored(format!("{BUNDLE}/data/evil"), b"evil")],
        &End::default(),
    );
    let end = End::default;
    let descriptor = |entry: &mut Entry| {
        entry.flags = 8;
        entry.tail = [
            &b"PK\x07\x08"[..],
            &entry.crc.to_le_bytes(),
            &entry.packed.to_le_bytes(),
            &entry.size.to_le_bytes(),
        ]
        .concat();
    };
    let mut cases = vec![
        Case {
            what: "trailing bytes",
            zip: [&good[..], b"x"].concat(),
        },
        Case {
            what: "22 trailing bytes",
            zip: [&good[..], &[0; 22]].concat(),
        },
        Case {
            what: "leading bytes",
            zip: [b"x", &good[..]].concat(),
        },
        Case {
            what: "two zips in a row",
            zip: [&good[..], &evil].concat(),
        },
        Case {
            what: "two zips, ours behind",
            zip: [&evil[..], &good].concat(),
        },
        Case {
            what: "a comment",
            zip: ended(End {
                comment: b"hello".to_vec(),
                ..end()
            }),
        },
        Case {
            what: "an end record in the comment",
            zip: ended(End {
                comment: evil.clone(),
                ..end()
            }),
        },
        Case {
            what: "an empty end record in the comment",
            zip: ended(End {
                comment: good[good.len() - 22..].to_vec(),
                ..end()
            }),
        },
        Case {
            what: "a zip64 locator",
            zip: ended(End {
                before: locator,
                ..end()
            }),
        },
        Case {
            what: "a zip64 end record",
            zip: ended(End {
                before: zip64,
                ..end()
            }),
        },
        Case {
            what: "bytes before the end record",
            zip: ended(End {
                before: vec![0],
                ..end()
            }),
        },
        Case {
            what: "another disk",
            zip: ended(End {
                disks: [1, 0],
                ..end()
            }),
        },
        Case {
            what: "a directory on another disk",
            zip: ended(End {
                disks: [0, 1],
                ..end()
            }),
        },
        Case {
            what: "fewer here than in all",
            zip: ended(End {
                counts: Some([count - 1, count]),
                ..end()
            }),
        },
        Case {
            what: "one fewer",
            zip: ended(End {
                counts: Some([count - 1; 2]),
                ..end()
            }),
        },
        Case {
            what: "one more",
            zip: ended(End {
                counts: Some([count + 1; 2]),
                ..end()
            }),
        },
        Case {
            what: "none",
            zip: ended(End {
                counts: Some([0; 2]),
                ..end()
            }),
        },
        Case {
            what: "65,535",
            zip: ended(End {
                counts: Some([u16::MAX; 2]),
                ..end()
            }),
        },
        Case {
            what: "another size",
            zip: ended(End {
                size: Some(46),
                ..end()
            }),
        },
        Case {
            what: "the largest size",
            zip: ended(End {
                size: Some(u32::MAX),
                ..end()
            }),
        },
        Case {
            what: "another start",
            zip: ended(End {
                start: Some(0),
                ..end()
            }),
        },
        Case {
            what: "the largest start",
            zip: ended(End {
                start: Some(u32::MAX),
                ..end()
            }),
        },
        Case {
            what: "a data descriptor",
            zip: changed(2, descriptor),
        },
        Case {
            what: "a date",
            zip: changed(2, |entry| entry.date = 0x5977_6000),
        },
        Case {
            what: "an extra field",
            zip: changed(2, |entry| entry.extra = vec![0x75, 0x70, 0, 0]),
        },
        Case {
            what: "a member's comment",
            zip: changed(2, |entry| entry.comment = b"x".to_vec()),
        },
        Case {
            what: "a member's disk",
            zip: changed(2, |entry| entry.disk = 1),
        },
        Case {
            what: "an empty zip",
            zip: write_zip(&[], &End::default()),
        },
        Case {
            what: "nothing",
            zip: Vec::new(),
        },
    ];
    for bit in 0..16 {
        cases.push(Case {
            what: "a flag (0 is encryption)",
            zip: changed(2, |entry| entry.flags = 1 << bit),
        });
    }
    for method in [1, 6, 9, 12, 14, 93, 95, 98, 99, u16::MAX] {
        cases.push(Case {
            what: "a method",
            zip: changed(2, |entry| entry.method = method),
        });
    }
    all_are_refused(cases);
}

/// Row "zip bomb": it stops at the declared size and before it unpacks what no bundle needs.
#[test]
fn bombs_are_refused_before_they_go_off() {
    let packed = |size: usize| {
        use std::io::Write;
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; size]).expect("packed");
        encoder.finish().expect("packed")
    };
    let bomb = |real: usize, stated: u32| {
        let content = packed(real);
        let mut entry = Entry::stored(format!("{BUNDLE}/data/pages/bomb"), &content);
        (entry.method, entry.version, entry.size) = (8, 20, stated);
        entry
    };
    let many = |count: usize, stated: u32| {
        let mut all = bag();
        for index in 0..count {
            let name = format!("{BUNDLE}/data/pages/b{index:05}");
            all.push(Entry {
                name: name.into_bytes(),
                ..bomb(1 << 20, stated)
            });
        }
        all.sort_by(|left, right| left.name.cmp(&right.name));
        write_zip(&all, &End::default())
    };
    let mut stored = Entry::stored(format!("{BUNDLE}/data/pages/bomb"), b"small");
    stored.size = 4_000_000_000;
    let crowd: Vec<Entry> = (0..30_000)
        .map(|index| Entry::stored(format!("{BUNDLE}/data/{index:05}"), b""))
        .collect();
    all_are_refused(vec![
        Case {
            what: "more than stated",
            zip: with(bomb(1 << 20, 1_000)),
        },
        Case {
            what: "more than stated, by one",
            zip: with(bomb(1 << 20, (1 << 20) - 1)),
        },
        Case {
            what: "less than stated",
            zip: with(bomb(1 << 20, (1 << 20) + 1)),
        },
        Case {
            what: "4 GB stated",
            zip: with(bomb(1 << 20, u32::MAX)),
        },
        Case {
            what: "40 GB stated",
            zip: many(10, u32::MAX),
        },
        Case {
            what: "more than 1 GiB and 100 times the zip",
            zip: many(20, 60_000_000),
        },
        Case {
            what: "stored, with two sizes",
            zip: with(stored),
        },
        Case {
            what: "30,000 members",
            zip: write_zip(&crowd, &End::default()),
        },
    ]);
    // A zip in the bag is a file like any other: it is never opened.
    let (desk, mut forge) = (Desk::new(), Forge::producer());
    let mut files = forge.good();
    let mut bag = forge.bag(&files);
    bag.insert("data/pages/nested.zip".into(), many(20, 60_000_000));
    forge.rebag(&mut bag);
    forge.with_bag(&mut files, &bag);
    assert_eq!(desk.judge(&files, super::TRUST), (0, "good".into()));
}

/// Row "truncation": at every structural boundary and every 1/64.
#[test]
fn every_cut_is_refused() {
    let good = write_zip(&bag(), &End::default());
    let mut places: Vec<usize> = (0..64).map(|part| good.len() * part / 64).collect();
    let starts = good.windows(2).enumerate().filter(|(_, two)| *two == b"PK");
    places.extend(starts.flat_map(|(at, _)| [at, at + 4, at + 30, at + 46]));
    places.retain(|place| *place < good.len());
    places.sort_unstable();
    places.dedup();
    assert!(places.len() > 100);
    let cut = |place| Case {
        what: "a cut",
        zip: good[..place].to_vec(),
    };
    all_are_refused(places.into_iter().map(cut).collect());
    // As it meets a reader: the file is cut, nothing is signed again.
    let (desk, mut forge) = (Desk::new(), Forge::producer());
    let mut files = forge.good();
    for (name, bytes) in files.clone() {
        files.insert(name.clone(), bytes[..bytes.len() / 2].to_vec());
        for demands in [super::TRUST, super::HMAC, NOTHING] {
            let (code, reason) = desk.judge(&files, demands);
            assert_eq!(code, 4, "{name}: {reason}");
        }
        files.insert(name, bytes);
    }
    let zip = forge.name(".zip");
    files.get_mut(&zip).expect("a zip").pop();
    refused(&desk, &files, "hash-mismatch", "one byte less");
}
