//! A forger for tests: it re-makes every list, manifest, MAC and signature of a small release after a change, with any
//! keys, so that nothing but the change itself can give it away. It writes zips and lists without our writers.

use crate::scene::{DATE, KEY};
use crate::tampered::{Asked, keep};
use data_encoding::BASE64;
use serde_json::{Value, json};
use stage6_press::bundle::{self, Payload, ReleaseInfo};
use stage6_press::domain::{BundleName, Digest, Producer, Release, ReleaseStatus, Reuse, Timestamp};
use stage6_press::seal::{
    Attestation, HmacKey, ReleaseKey, SigningKeys, SshSignature, report_manifest, seal,
};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use tempfile::TempDir;

/// Files by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The bundle that is forged.
pub const BUNDLE: &str = "forged-1-r1";
const TAGS: &str = "tagmanifest-sha256.txt";
const PAYLOAD: &str = "manifest-sha256.txt";
/// Seeds of RFC 8032, section 7.1, tests 1 and 2.
const SEEDS: [&str; 2] = [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
];

/// What a moment's text means.
pub fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a moment")
}

/// The release key of one of the two seeds.
pub fn release_key(number: usize) -> ReleaseKey {
    let seed = data_encoding::HEXLOWER
        .decode(SEEDS[number].as_bytes())
        .expect("hexadecimal");
    let prefix = data_encoding::HEXLOWER
        .decode(b"302e020100300506032b657004220420")
        .expect("hexadecimal");
    let text = BASE64.encode(&[prefix, seed].concat());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
    ReleaseKey::from_pem(pem.as_bytes()).expect("a key")
}

/// The HMAC key that verifiers of forged releases know.
pub fn hmac_key() -> HmacKey {
    HmacKey::from_text(KEY.as_bytes(), Some("audit-2026".into())).expect("a key")
}

/// Whoever makes a release, and under which names.
#[derive(Clone)]
pub struct Forge {
    pub hmac: HmacKey,
    pub release: ReleaseKey,
    pub producer: Producer,
    pub bundle: String,
}

impl Forge {
    /// The true producer.
    pub fn producer() -> Forge {
        Forge {
            hmac: hmac_key(),
            release: release_key(0),
            producer: Producer {
                name: "forge.example".into(),
                identity: "release@forge.example".into(),
            },
            bundle: BUNDLE.into(),
        }
    }

    /// Somebody else, with another release key and the same HMAC key (threat M2).
    pub fn other() -> Forge {
        Forge {
            release: release_key(1),
            ..Forge::producer()
        }
    }

    /// The name of one of the release's files.
    pub fn name(&self, ending: &str) -> String {
        format!("{}{ending}", self.bundle)
    }

    /// A good release with the number `sequence`, as our own packer makes it.
    pub fn release(&mut self, sequence: u32, previous: Option<String>) -> Files {
        let at = moment(DATE);
        let release = Release {
            id: "1".into(),
            status: ReleaseStatus::Final,
            sequence,
            released_at: at,
            publish_at: moment("2026-11-30T12:00:00Z"),
            valid_until: moment("2027-02-21T12:00:00Z"),
            previous,
        };
        let bundle = BundleName::of("forged", &release);
        self.bundle = bundle.as_str().to_owned();
        let report = seal("report.json", b"{\"passed\": true}\n".to_vec(), &self.hmac, at).expect("sealed");
        let mut payload = Payload::default();
        let manifest = report_manifest(&report, [("scenarios", 0), ("failures", 0)], &[]);
        payload.add("reports/report.manifest.json", manifest);
        payload.add("reports/report.json.sig", report.signature);
        payload.add("reports/report.json", report.bytes);
        payload.add(
            "pages/page.txt",
            "the same line again and again\n".repeat(20).into_bytes(),
        );
        payload.add("pages/short.txt", b"short".to_vec());
        let info = ReleaseInfo {
            release: &release,
            bundle: &bundle,
            producer: &self.producer,
            generated_at: at,
            tool_version: "0.0.0",
        };
        let keys = SigningKeys {
            hmac: self.hmac.clone(),
            release: self.release.clone(),
        };
        bundle::pack(&payload, &info, &keys, &Reuse::none())
            .expect("packed")
            .files
    }

    /// The first release.
    pub fn good(&mut self) -> Files {
        self.release(1, None)
    }

    /// The bag in a release's zip.
    pub fn bag(&self, files: &Files) -> Files {
        let bytes = files[&self.name(".zip")].clone();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
        let mut bag = Files::new();
        for index in 0..archive.len() {
            let mut member = archive.by_index(index).expect("a member");
            let mut content = Vec::new();
            member.read_to_end(&mut content).expect("read");
            let name = member.name().expect("a name").into_owned();
            let (_, path) = name.split_once('/').expect("a folder");
            bag.insert(path.to_owned(), content);
        }
        bag
    }

    /// Re-makes both lists of a bag and its signature; the payload is what begins with `data/`.
    pub fn rebag(&self, bag: &mut Files) {
        let payload: Files = bag
            .iter()
            .filter(|(path, _)| path.starts_with("data/"))
            .map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect();
        let octets: usize = payload.values().map(Vec::len).sum();
        let info = String::from_utf8(bag["bag-info.txt"].clone()).expect("UTF-8");
        let lines = info.lines().map(|line| match line.starts_with("Payload-Oxum: ") {
            true => format!("Payload-Oxum: {octets}.{}\n", payload.len()),
            false => format!("{line}\n"),
        });
        bag.insert("bag-info.txt".into(), lines.collect::<String>().into_bytes());
        bag.insert(PAYLOAD.into(), list(&payload));
        self.retag(bag);
    }

    /// Re-makes the list of a bag's own files and its signature.
    pub fn retag(&self, bag: &mut Files) {
        let tags = ["bag-info.txt", "bagit.txt", PAYLOAD];
        let tags: Files = tags
            .iter()
            .map(|name| ((*name).to_owned(), bag[*name].clone()))
            .collect();
        bag.insert(TAGS.into(), list(&tags));
        self.resign_bag(bag);
    }

    /// Re-makes the signature of a bag's list, whatever that says.
    pub fn resign_bag(&self, bag: &mut Files) {
        let namespace = self.producer.namespace(Producer::BAG_PURPOSE);
        let signature = SshSignature::sign(&bag[TAGS], &namespace, &self.release);
        bag.insert(format!("{TAGS}.sshsig"), signature.to_text().into_bytes());
    }

    /// Puts another bag into a release, and re-makes all that hangs on it.
    pub fn with_bag(&self, files: &mut Files, bag: &Files) {
        self.edit_manifest(files, |manifest| {
            let listed = bag.iter().filter(|(path, _)| path.starts_with("data/"));
            manifest["files"] = listed.map(|(path, bytes)| entry(path, bytes)).collect();
        });
        self.with_zip(files, write_zip(&entries(&self.bundle, bag), &End::default()));
    }

    /// Puts another zip into a release, and re-makes all that hangs on its bytes.
    pub fn with_zip(&self, files: &mut Files, zip: Vec<u8>) {
        let archive = entry(&self.name(".zip"), &zip);
        files.insert(self.name(".zip"), zip);
        self.edit_manifest(files, |manifest| manifest["archive"] = archive);
    }

    /// Changes the manifest, and re-makes its MAC, the attestation, the list and the list's signatures.
    pub fn edit_manifest(&self, files: &mut Files, edit: impl FnOnce(&mut Value)) {
        let name = self.name(".manifest.json");
        let mut manifest: Value = serde_json::from_slice(&files[&name]).expect("JSON");
        edit(&mut manifest);
        let text = format!("{}\n", serde_json::to_string_pretty(&manifest).expect("text"));
        files.insert(name, text.into_bytes());
        self.reseal(files);
    }

    /// Re-makes the manifest's MAC, and all above it.
    pub fn reseal(&self, files: &mut Files) {
        let name = self.name(".manifest.json");
        let bytes = files[&name].clone();
        let manifest: Value = serde_json::from_slice(&bytes).expect("JSON");
        let at = manifest["generated_at"].as_str().map(Timestamp::parse);
        let at = at.and_then(Result::ok).unwrap_or_else(|| moment(DATE));
        let sealed = seal(&name, bytes, &self.hmac, at).expect("sealed");
        files.insert(sealed.signature_name(), sealed.signature);
        self.attest(files);
    }

    /// Re-makes the attestation from the manifest, and all above it.
    pub fn attest(&self, files: &mut Files) {
        let statement = statement(files, &self.bundle);
        self.attest_to(files, &statement);
    }

    /// Attests to any statement, and re-makes all above it.
    pub fn attest_to(&self, files: &mut Files, statement: &Value) {
        let envelope = Attestation::sign(canonical(statement).into_bytes(), &self.release);
        files.insert(self.name(".intoto.jsonl"), envelope.to_text().into_bytes());
        self.relist(files);
    }

    /// Re-makes the list, and its signatures.
    pub fn relist(&self, files: &mut Files) {
        let listed = [".zip", ".manifest.json", ".manifest.json.sig", ".intoto.jsonl"];
        let listed = listed.map(|ending| self.name(ending));
        let listed: Files = listed
            .iter()
            .filter_map(|name| Some((name.clone(), files.get(name)?.clone())))
            .collect();
        files.insert(self.name(".sha256"), list(&listed));
        self.resign(files);
    }

    /// Re-makes the signatures of the list, whatever that says.
    pub fn resign(&self, files: &mut Files) {
        let list = files[&self.name(".sha256")].clone();
        files.insert(self.name(".sha256.ed25519"), self.release.sign(&list).to_vec());
        let namespace = self.producer.namespace(Producer::RELEASE_PURPOSE);
        let signature = SshSignature::sign(&list, &namespace, &self.release);
        files.insert(self.name(".sha256.sshsig"), signature.to_text().into_bytes());
    }

    /// What a reader of this producer trusts.
    pub fn allowed_signers(&self) -> String {
        format!(
            "{} {}\n",
            self.producer.identity,
            self.release.public().to_ssh_line()
        )
    }
}

fn list(files: &Files) -> Vec<u8> {
    let lines = files
        .iter()
        .map(|(path, bytes)| format!("{}  {path}\n", Digest::of(bytes)));
    lines.collect::<String>().into_bytes()
}

fn entry(path: &str, bytes: &[u8]) -> Value {
    json!({"path": path, "size": bytes.len(), "sha256": Digest::of(bytes).to_string()})
}

/// The statement that follows from a release's manifest.
pub fn statement(files: &Files, bundle: &str) -> Value {
    let name = format!("{bundle}.manifest.json");
    let manifest: Value = serde_json::from_slice(&files[&name]).expect("JSON");
    let subject = |name: String, digest: Value| json!({"name": name, "digest": {"sha256": digest}});
    let zip = &manifest["archive"];
    let mut subjects = vec![
        subject(
            zip["path"].as_str().expect("a path").to_owned(),
            zip["sha256"].clone(),
        ),
        subject(name.clone(), Value::String(Digest::of(&files[&name]).to_string())),
    ];
    for file in manifest["files"].as_array().expect("a list") {
        let path = file["path"].as_str().expect("a path");
        let named = manifest["bundle"].as_str().unwrap_or(bundle);
        subjects.push(subject(format!("{named}/{path}"), file["sha256"].clone()));
    }
    let mut predicate = json!({});
    for key in [
        "bundle",
        "producer",
        "release",
        "status",
        "sequence",
        "generated_at",
        "released_at",
        "valid_until",
        "previous",
    ] {
        predicate[key] = manifest[key].clone();
    }
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects,
        "predicateType": "https://stage6.example/attestation/release/v1",
        "predicate": predicate,
    })
}

/// JSON with sorted keys and no blanks; enough for text, whole numbers and null.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            let members = sorted
                .iter()
                .map(|(key, value)| format!("{}:{}", json!(key), canonical(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(list) => {
            format!("[{}]", list.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

/// A member of a forged zip, stored, with everything that its two headers say.
#[derive(Clone)]
pub struct Entry {
    pub name: Vec<u8>,
    pub content: Vec<u8>,
    pub crc: u32,
    pub packed: u32,
    pub size: u32,
    pub method: u16,
    pub flags: u16,
    pub version: u16,
    pub maker: u16,
    pub date: u32,
    pub attributes: u32,
    pub extra: Vec<u8>,
    pub local_extra: Vec<u8>,
    pub comment: Vec<u8>,
    pub disk: u16,
    /// Bytes behind the content, such as a data descriptor.
    pub tail: Vec<u8>,
}

impl Entry {
    /// A member by our profile.
    pub fn stored(name: impl Into<Vec<u8>>, content: &[u8]) -> Entry {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let size = u32::try_from(content.len()).expect("small");
        Entry {
            name: name.into(),
            content: content.to_vec(),
            crc: crc.sum(),
            packed: size,
            size,
            method: 0,
            flags: 0,
            version: 10,
            maker: 0x031e,
            date: 0x0021_0000,
            attributes: 0o100_644 << 16,
            extra: Vec::new(),
            local_extra: Vec::new(),
            comment: Vec::new(),
            disk: 0,
            tail: Vec::new(),
        }
    }

    fn shared(&self, extra: &[u8]) -> Vec<u8> {
        let length = |bytes: &[u8]| u16::try_from(bytes.len()).expect("short").to_le_bytes();
        let mut bytes = Vec::new();
        for word in [self.version, self.flags, self.method] {
            bytes.extend(word.to_le_bytes());
        }
        for word in [self.date, self.crc, self.packed, self.size] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend(length(&self.name));
        bytes.extend(length(extra));
        bytes
    }
}

/// What the end record says; nothing means the truth.
#[derive(Clone, Default)]
pub struct End {
    pub disks: [u16; 2],
    pub counts: Option<[u16; 2]>,
    pub size: Option<u32>,
    pub start: Option<u32>,
    pub comment: Vec<u8>,
    /// Bytes before the end record, such as those of zip64.
    pub before: Vec<u8>,
}

/// A bag's files as members by our profile.
pub fn entries(root: &str, bag: &Files) -> Vec<Entry> {
    bag.iter()
        .map(|(path, bytes)| Entry::stored(format!("{root}/{path}"), bytes))
        .collect()
}

/// The bytes of a zip.
pub fn write_zip(entries: &[Entry], end: &End) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let short = |length: usize| u16::try_from(length).expect("short").to_le_bytes();
    for entry in entries {
        let offset = u32::try_from(bytes.len()).expect("small");
        bytes.extend(b"PK\x03\x04");
        bytes.extend(entry.shared(&entry.local_extra));
        for part in [&entry.name, &entry.local_extra, &entry.content, &entry.tail] {
            bytes.extend(part);
        }
        directory.extend(b"PK\x01\x02");
        directory.extend(entry.maker.to_le_bytes());
        directory.extend(entry.shared(&entry.extra));
        directory.extend(short(entry.comment.len()));
        directory.extend(entry.disk.to_le_bytes());
        directory.extend([0, 0]);
        directory.extend(entry.attributes.to_le_bytes());
        directory.extend(offset.to_le_bytes());
        for part in [&entry.name, &entry.extra, &entry.comment] {
            directory.extend(part);
        }
    }
    let start = u32::try_from(bytes.len()).expect("small");
    let size = u32::try_from(directory.len()).expect("small");
    let count = u16::try_from(entries.len()).unwrap_or(u16::MAX);
    bytes.extend(directory);
    bytes.extend(&end.before);
    bytes.extend(b"PK\x05\x06");
    for word in end.disks.into_iter().chain(end.counts.unwrap_or([count; 2])) {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(end.size.unwrap_or(size).to_le_bytes());
    bytes.extend(end.start.unwrap_or(start).to_le_bytes());
    bytes.extend(short(end.comment.len()));
    bytes.extend(&end.comment);
    bytes
}

/// A verifier's desk: what it trusts, the key it knows, and room for what it is given.
pub struct Desk {
    pub folder: TempDir,
}

/// How verifiers ask: by the producer's key, by the HMAC key, by neither.
pub const TRUST: &str = "--trust trust --no-key";
/// See [`TRUST`].
pub const HMAC: &str = "--signing-key-path key --signing-key-id audit-2026";
/// See [`TRUST`].
pub const NOTHING: &str = "--no-key";

impl Desk {
    /// A desk of a reader who trusts the producer.
    pub fn new() -> Desk {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("trust"), Forge::producer().allowed_signers()).expect("written");
        let key = folder.path().join("key");
        fs::write(&key, KEY).expect("written");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("mode set");
        Desk { folder }
    }

    /// What `stage6 verify` says of a release: exit code and reason code, or `good`.
    pub fn judge(&self, files: &Files, demands: &str) -> (i32, String) {
        let place = self.folder.path().join("release");
        let _ = fs::remove_dir_all(&place);
        fs::create_dir(&place).expect("made");
        for (name, bytes) in files {
            fs::write(place.join(name), bytes).expect("written");
        }
        self.judge_path("release", demands)
    }

    /// The same of a zip alone.
    pub fn judge_zip(&self, bundle: &str, zip: &[u8], demands: &str) -> (i32, String) {
        let name = format!("{bundle}.zip");
        fs::write(self.folder.path().join(&name), zip).expect("written");
        self.judge_path(&name, demands)
    }

    /// The same of whatever lies at `path`. Nothing may be written but the record that was asked for.
    pub fn judge_path(&self, path: &str, demands: &str) -> (i32, String) {
        let at = if demands.contains("--date") {
            ""
        } else {
            "--date 2026-11-24T00:00:00Z"
        };
        let line = format!("verify --json {path} {demands} {at}");
        let before = crate::scene::tree(self.folder.path());
        let output = Command::new(env!("CARGO_BIN_EXE_stage6"))
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .output()
            .expect("the binary runs");
        let mut after = crate::scene::tree(self.folder.path());
        if demands.contains("--state") {
            after.remove("state");
        }
        let unchanged = before
            .iter()
            .all(|(name, bytes)| name == "state" || after.get(name) == Some(bytes));
        assert!(unchanged && after.len() <= before.len(), "files changed: {line}");
        let said: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{line}: {}", String::from_utf8_lossy(&output.stderr)));
        let code = output.status.code().unwrap_or(-1);
        let asked = Asked::of(&format!("{demands} {at}"), self.folder.path());
        keep(&self.folder.path().join(path), &asked, code, &said);
        let reason = said["code"].as_str().unwrap_or("good").to_owned();
        (code, reason)
    }
}
