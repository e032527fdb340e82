//! One line of the log.

use crate::document::json_text::Json;
use crate::document::{Node, json};
use crate::domain::{Digest, Timestamp};
use crate::seal::{Block, HmacKey, sign_json};
use std::collections::BTreeMap;

const SCHEMA: &str = "stage6.decision_log";
const SCHEMA_VERSION: i64 = 1;
/// The members of a line, besides those of a later version.
const MEMBERS: [&str; 15] = [
    "schema",
    "schema_version",
    "sequence",
    "at",
    "actor",
    "event",
    "subject",
    "verdict",
    "reason",
    "inputs",
    "outputs",
    "tool_version",
    "previous",
    "previous_head",
    "signature",
];

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JournalEvent {
    /// A release was built.
    Build,
    /// A release, zip or bag was verified.
    Verification,
    /// A release was published.
    Publication,
    /// An earlier release was restored.
    Rollback,
}

impl JournalEvent {
    const ALL: [JournalEvent; 4] = [
        JournalEvent::Build,
        JournalEvent::Verification,
        JournalEvent::Publication,
        JournalEvent::Rollback,
    ];

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            JournalEvent::Build => "build",
            JournalEvent::Verification => "verification",
            JournalEvent::Publication => "publication",
            JournalEvent::Rollback => "rollback",
        }
    }

    /// What it is called when it went well.
    pub fn done(self) -> &'static str {
        match self {
            JournalEvent::Build => "built",
            JournalEvent::Verification => "verified",
            JournalEvent::Publication => "published",
            JournalEvent::Rollback => "restored",
        }
    }
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Well.
    Done,
    /// Not, for the reason that this code names.
    Failed(String),
}

/// What is to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The moment of the run.
    pub at: Timestamp,
    /// Who ran it, as they say themselves.
    pub actor: String,
    /// What happened.
    pub event: JournalEvent,
    /// The bundle's name; of what could not be read, the name of the file or folder.
    pub subject: String,
    /// How it ended.
    pub verdict: Verdict,
    /// The digests of what was read, by path.
    pub inputs: BTreeMap<String, Digest>,
    /// The digests of what was made, by path.
    pub outputs: BTreeMap<String, Digest>,
    /// The version of this program.
    pub tool_version: String,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its number, from 1.
    pub sequence: u64,
    /// What it records.
    pub decision: Decision,
    /// The SHA-256 of the line before it with its line end; zeros for the first.
    pub previous: Digest,
    /// The signature of the head that stood beside the log, where another key than this line's had made it: whoever
    /// appended could not check it, but whoever holds both keys can.
    pub previous_head: Option<Json>,
}

/// A line as it was read.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    pub(super) entry: Entry,
    pub(super) block: Block,
    pub(super) previous_head: Option<Block>,
    document: Json,
}

impl Signed {
    /// Whether `key` signed the line.
    pub(super) fn fits(&self, key: &HmacKey) -> bool {
        self.block.fits(&self.document, key)
    }
}

impl Entry {
    /// Its members but the signature.
    pub fn to_json(&self) -> BTreeMap<String, Json> {
        let decision = &self.decision;
        let digests = |files: &BTreeMap<String, Digest>| {
            Json::map(
                files
                    .iter()
                    .map(|(path, digest)| (path.clone(), Json::text(digest.to_string()))),
            )
        };
        let (verdict, reason) = match &decision.verdict {
            Verdict::Done => (decision.event.done(), Json::Null),
            Verdict::Failed(code) => ("failed", Json::text(code)),
        };
        let members = [
            ("schema", Json::text(SCHEMA)),
            ("schema_version", Json::integer(SCHEMA_VERSION)),
            ("sequence", Json::integer(self.sequence)),
            ("at", Json::text(decision.at.to_string())),
            ("actor", Json::text(&decision.actor)),
            ("event", Json::text(decision.event.as_str())),
            ("subject", Json::text(&decision.subject)),
            ("verdict", Json::text(verdict)),
            ("reason", reason),
            ("inputs", digests(&decision.inputs)),
            ("outputs", digests(&decision.outputs)),
            ("tool_version", Json::text(&decision.tool_version)),
            ("previous", Json::text(self.previous.to_string())),
            ("previous_head", self.previous_head.clone().unwrap_or(Json::Null)),
        ];
        members.map(|(key, value)| (key.to_owned(), value)).into()
    }

    /// The line, signed, with its line end.
    pub(super) fn to_line(&self, key: &HmacKey) -> Vec<u8> {
        let mut members = self.to_json();
        let signature = sign_json(&Json::Map(members.clone()), key);
        members.insert("signature".to_owned(), signature);
        format!("{}\n", Json::Map(members).to_canonical()).into_bytes()
    }

    /// Reads a line with its line end: exactly the members and the bytes that we write.
    ///
    /// # Errors
    /// Anything else than that, in words.
    pub(super) fn read(line: &[u8]) -> Result<Signed, String> {
        let node = json::read("line", line).map_err(|problem| problem.message)?;
        let entries = node.as_map().ok_or("not a JSON object")?;
        if let Some(entry) = entries
            .iter()
            .find(|entry| !MEMBERS.contains(&entry.key.as_str()))
        {
            return Err(format!("unknown member `{}`", entry.key));
        }
        // A signature over data says nothing of its bytes; by this rule there is only one way to write them.
        let json = Json::from_node(&node);
        if format!("{}\n", json.to_canonical()).as_bytes() != line {
            return Err("not written in canonical form".to_owned());
        }
        let entry = read_entry(&node)?;
        let block = Block::read(node.get("signature").ok_or("no member `signature`")?)?;
        let previous_head = match node.get("previous_head") {
            Some(node) if !node.is_null() => Some(Block::read(node)?),
            _ => None,
        };
        let document = match json {
            Json::Map(mut members) => {
                members.remove("signature");
                Json::Map(members)
            }
            other => other,
        };
        Ok(Signed {
            entry,
            block,
            previous_head,
            document,
        })
    }
}

fn read_entry(node: &Node) -> Result<Entry, String> {
    let missing = |key: &str| format!("`{key}` is missing or not what it should be");
    let text = |key: &str| text(node, key).ok_or_else(|| missing(key));
    let number = |key: &str| {
        let scalar = node.get(key).and_then(Node::as_scalar);
        scalar
            .and_then(crate::document::Scalar::as_integer)
            .ok_or_else(|| missing(key))
    };
    if text("schema")? != SCHEMA || number("schema_version")? != SCHEMA_VERSION {
        return Err("not a line of a version that we know".to_owned());
    }
    let event = text("event")?;
    let event = JournalEvent::ALL
        .into_iter()
        .find(|known| known.as_str() == event)
        .ok_or_else(|| missing("event"))?;
    let reason = node.get("reason").ok_or_else(|| missing("reason"))?;
    let verdict = match (text("verdict")?.as_str(), reason.is_null()) {
        (done, true) if done == event.done() => Verdict::Done,
        ("failed", false) => Verdict::Failed(text("reason")?),
        _ => return Err(missing("verdict")),
    };
    let previous_head = node
        .get("previous_head")
        .ok_or_else(|| missing("previous_head"))?;
    let at = Timestamp::parse(&text("at")?).map_err(|error| format!("`at`: {error}"))?;
    Ok(Entry {
        sequence: u64::try_from(number("sequence")?).map_err(|_| missing("sequence"))?,
        decision: Decision {
            at,
            actor: text("actor")?,
            event,
            subject: text("subject")?,
            verdict,
            inputs: digests(node, "inputs")?,
            outputs: digests(node, "outputs")?,
            tool_version: text("tool_version")?,
        },
        previous: Digest::from_hex(&text("previous")?).ok_or_else(|| missing("previous"))?,
        previous_head: (!previous_head.is_null()).then(|| Json::from_node(previous_head)),
    })
}

pub(super) fn text(node: &Node, key: &str) -> Option<String> {
    node.text(key).map(str::to_owned)
}

fn digests(node: &Node, key: &str) -> Result<BTreeMap<String, Digest>, String> {
    let bad = || format!("`{key}` is not a list of digests");
    let entries = node.get(key).and_then(Node::as_map).ok_or_else(bad)?;
    let read = |entry: &crate::document::Entry| {
        let scalar = entry.value.as_scalar()?;
        Some((entry.key.clone(), Digest::from_hex(&scalar.text)?))
    };
    entries.iter().map(|entry| read(entry).ok_or_else(bad)).collect()
}
