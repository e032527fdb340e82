//! What scenes gave to `stage6 verify`, kept with the verdict, for whoever must come to the same one: the page that
//! verifies in a browser, which `tests/browser/verify.test.mjs` holds to it.
//!
//! `target/tampered/TEST/` has a numbered folder for each thing that was judged, and `verdicts.jsonl` with a line for each
//! judgement. Equal files are links to one copy under `target/tampered/objects/`, so that thousands of them need little.

use crate::scene::tree;
use serde_json::{Value, json};
use stage6_press::domain::Digest;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// How a verifier asked. Texts are those of the files that were named.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub trust: Option<String>,
    pub identity: Option<String>,
    /// The text of the HMAC key, and its id.
    pub hmac: Option<(String, Option<String>)>,
    pub now: Option<String>,
    pub max_age_days: Option<u32>,
    /// What no page can be asked: a record of what was seen, or a policy file.
    pub elsewhere: Option<&'static str>,
}

impl Asked {
    /// Reads the arguments of `verify`. The files that they name lie in `folder`.
    pub fn of(arguments: &str, folder: &Path) -> Asked {
        let mut asked = Asked::default();
        let mut words = arguments.split_whitespace();
        let read = |path: &str| fs::read_to_string(folder.join(path)).expect("a file that is named");
        let (mut key, mut id) = (None, None);
        while let Some(word) = words.next() {
            let mut value = || words.next().expect("a value").to_owned();
            match word {
                "--trust" => asked.trust = Some(read(&value())),
                "--identity" => asked.identity = Some(value()),
                "--signing-key-path" => key = Some(read(&value())),
                "--signing-key-id" => id = Some(value()),
                "--date" => asked.now = Some(value()),
                "--max-age-days" => asked.max_age_days = Some(value().parse().expect("a number")),
                "--state" => {
                    asked.elsewhere = Some("a record of what was seen").filter(|_| !value().is_empty())
                }
                "--policy" => asked.elsewhere = Some("a policy file").filter(|_| !value().is_empty()),
                "--no-key" | "--json" => {}
                other => panic!("what does `{other}` ask?"),
            }
        }
        asked.hmac = key.map(|key| (key, id));
        asked
    }
}

/// What one test has kept.
#[derive(Default)]
struct Shelf {
    /// The folder of each thing, by the digest of its names and contents.
    places: BTreeMap<Digest, String>,
}

thread_local! {
    // Each test has a thread of its own, which bears its name.
    static SHELF: RefCell<Option<Shelf>> = const { RefCell::new(None) };
}

fn root() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    target.expect("a parent folder").join("tampered")
}

/// Keeps what lies at `given` together with how a verifier asked and what was `said`: the object that `verify --json` prints,
/// and its exit code.
pub fn keep(given: &Path, asked: &Asked, code: i32, said: &Value) {
    let name = std::thread::current().name().unwrap_or("main").replace("::", ".");
    let folder = root().join(name);
    SHELF.with_borrow_mut(|shelf| {
        let shelf = shelf.get_or_insert_with(|| {
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).expect("made");
            Shelf::default()
        });
        let place = place_of(shelf, given, &folder);
        let line = json!({
            "given": place,
            "trust": asked.trust,
            "identity": asked.identity,
            "hmac_key": asked.hmac.as_ref().map(|(key, _)| key),
            "hmac_key_id": asked.hmac.as_ref().and_then(|(_, id)| id.as_ref()),
            "now": asked.now,
            "max_age_days": asked.max_age_days,
            "elsewhere": asked.elsewhere,
            "exit": code,
            "said": said,
        });
        let list = folder.join("verdicts.jsonl");
        let file = fs::OpenOptions::new().create(true).append(true).open(list);
        writeln!(file.expect("opened"), "{line}").expect("written");
    });
}

/// Where the thing lies below the test's folder; it is put there unless an equal one is.
fn place_of(shelf: &mut Shelf, given: &Path, folder: &Path) -> String {
    let name = given.file_name().expect("a name").to_string_lossy().into_owned();
    let is_folder = given.is_dir();
    let files = match is_folder {
        true => tree(given),
        false => BTreeMap::from([(name.clone(), fs::read(given).expect("read"))]),
    };
    let lines = files
        .iter()
        .map(|(path, bytes)| format!("{}  {path}\n", Digest::of(bytes)));
    let digest = Digest::of(format!("{name}\n{is_folder}\n{}", lines.collect::<String>()).as_bytes());
    let next = shelf.places.len() + 1;
    let place = shelf.places.entry(digest).or_insert_with(|| {
        let place = format!("{next:04}/{name}");
        let target = folder.join(&place);
        if is_folder {
            fs::create_dir_all(&target).expect("made");
        }
        for (path, bytes) in &files {
            let target = if is_folder {
                target.join(path)
            } else {
                target.clone()
            };
            fs::create_dir_all(target.parent().expect("a folder")).expect("made");
            link(bytes, &target);
        }
        place
    });
    place.clone()
}

/// A link to the one copy of `bytes`.
fn link(bytes: &[u8], target: &Path) {
    let objects = root().join("objects");
    let object = objects.join(Digest::of(bytes).to_string());
    if !object.exists() {
        fs::create_dir_all(&objects).expect("made");
        // Other tests may write the same: whoever is last replaces it by the same bytes, whole.
        let new = tempfile::NamedTempFile::new_in(&objects).expect("a file");
        fs::write(new.path(), bytes).expect("written");
        new.persist(&object).expect("in place");
    }
    if fs::hard_link(&object, target).is_err() {
        fs::write(target, bytes).expect("written");
    }
}
