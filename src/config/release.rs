//! The records of releases: one file each under `content/releases`, read and checked together.

use super::core::{SourceFile, read_yaml};
use super::fields::{Fields, Shared};
use super::publication::{Rules, Settings};
use crate::diag::{About, Checked, Problem, Problems, Topic};
use crate::document::json_text::Json;
use crate::document::{Node, yaml};
use crate::domain::{BundleName, Digest, Release, ReleaseStatus, Timestamp};
use crate::fs::Project;
use std::cell::RefCell;

/// Where the records lie.
const FOLDER: &str = "content/releases";

/// A release with what its record says besides.
#[derive(Clone, Debug)]
pub struct ReleaseRecord {
    /// The file.
    pub source: SourceFile,
    /// The release.
    pub release: Release,
    /// What it is a release of.
    pub preset: String,
    /// Who answers for it.
    pub owner: String,
    /// What readers should know of it.
    pub notes: Option<String>,
    /// Tasks of the calendar and when each was done, in the order of the file.
    pub done: Vec<DoneTask>,
}

/// A task of the calendar that somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoneTask {
    /// The row of the calendar.
    pub task: String,
    /// When it was done.
    pub at: Timestamp,
    /// Where the record says so.
    pub place: crate::diag::Position,
}

/// All releases of a project, oldest first, and how they are published.
#[derive(Clone, Debug)]
pub struct Releases {
    /// How they are published.
    pub settings: Settings,
    /// The records, by sequence.
    pub records: Vec<ReleaseRecord>,
}

/// What the author of a new release decides.
#[derive(Clone, Debug)]
pub struct NewRelease {
    /// Its id, which names its file and its folder.
    pub id: String,
    /// The number after the last.
    pub sequence: u32,
    /// T, as it was written, with its offset.
    pub released_at: String,
    /// The SHA-256 of the digest list of the release before.
    pub previous: Option<Digest>,
    /// What it is a release of.
    pub preset: String,
    /// Who answers for it.
    pub owner: String,
}

impl Releases {
    /// Reads `publication.yaml` and all records. The release that is selected need not be among them.
    ///
    /// # Errors
    /// Every problem of each file, or those between them: numbers that repeat or leave gaps, a chain that is broken,
    /// moments that do not grow.
    pub fn load(project: &Project) -> Checked<Releases> {
        let settings = Settings::load(project).about(Topic::Configuration)?;
        let mut problems = Problems::new();
        let paths = project.list(FOLDER, ".yaml").map_err(|problem| vec![problem])?;
        let mut records = Vec::new();
        for path in paths {
            let source = read_yaml(&project.locate(&path), &path).map_err(|problem| vec![problem]);
            let record = source.and_then(|source| read_record(source, &settings.rules));
            records.extend(problems.take(record));
        }
        let mut releases = Releases {
            settings,
            records: problems.about(Topic::ReleaseRecord).into_result(records)?,
        };
        releases.put_in_order().about(Topic::ReleaseRecord)?;
        Ok(releases)
    }

    fn put_in_order(&mut self) -> Checked<()> {
        self.records.sort_by_key(|record| record.release.sequence);
        let mut problems = Problems::new();
        let mut before: Option<&ReleaseRecord> = None;
        for record in &self.records {
            problems.extend(record.after(before));
            before = Some(record);
        }
        problems.into_result(())
    }

    /// The release with this id.
    ///
    /// # Errors
    /// There is none; the hint names those that there are.
    pub fn find(&self, id: &str) -> Result<&ReleaseRecord, Problem> {
        let found = self.records.iter().find(|record| record.release.id == id);
        found.ok_or_else(|| {
            let known: Vec<&str> = self.records.iter().map(|one| one.release.id.as_str()).collect();
            Problem::with_file(record_path(id), "no such file")
                .hint(format!(
                    "the releases are {}; write the record of another with `stage6 release new`",
                    known.join(", ")
                ))
                .about(Topic::ReleaseRecord)
        })
    }

    /// The same releases and one more, with the file that it needs.
    ///
    /// # Errors
    /// What is wrong with the new one, alone or among the others; its file is not there yet, so places are those of
    /// the text that would have been written.
    pub fn with_new(&self, new: &NewRelease) -> Checked<(Releases, ReleaseRecord)> {
        let path = record_path(&new.id);
        let bytes = record_text(new).into_bytes();
        let text = String::from_utf8_lossy(&bytes);
        let node = yaml::read(&path, &text).map_err(|problem| vec![problem])?;
        let source = SourceFile {
            path,
            digest: Digest::of(&bytes),
            bytes,
            node,
        };
        let record = read_record(source, &self.settings.rules).about(Topic::ReleaseRecord)?;
        let mut all = self.clone();
        all.records.push(record.clone());
        all.put_in_order().about(Topic::ReleaseRecord)?;
        Ok((all, record))
    }

    /// The folder of a release inside the project.
    pub fn folder(&self, release: &Release) -> String {
        format!("{}/{}", self.settings.bundle_directory, release.id)
    }

    /// The name of a release's bundle.
    pub fn bundle(&self, release: &Release) -> BundleName {
        BundleName::of(&self.settings.bundle, release)
    }
}

/// The path of a release's record inside a project.
pub fn record_path(id: &str) -> String {
    format!("{FOLDER}/{id}.yaml")
}

fn record_text(new: &NewRelease) -> String {
    // A JSON text is a YAML text in double quotes, so nothing that is put in can become a key or a tag.
    let quoted = |text: &str| Json::text(text).to_canonical();
    let previous = new
        .previous
        .map_or_else(|| "null".to_owned(), |digest| quoted(&digest.to_string()));
    format!(
        "# One release. T is released_at; T+7 is exactly seven times 86,400 seconds later, in UTC.\n\
         id: {}\n\
         # A draft may be signed with any key, a development key too; `final` demands keys made for publication.\n\
         status: draft\n\
         sequence: {}\n\
         released_at: {}\n\
         # The SHA-256 of the `.sha256` file of the release before.\n\
         previous: {previous}\n\
         preset: {}\n\
         owner: {}\n",
        quoted(&new.id),
        new.sequence,
        new.released_at,
        quoted(&new.preset),
        quoted(&new.owner),
    )
}

fn read_record(source: SourceFile, rules: &Rules) -> Checked<ReleaseRecord> {
    let problems = RefCell::new(Problems::new());
    let record = read_fields(&source, rules, &problems);
    let record = problems.into_inner().into_result(record)?;
    record.ok_or_else(|| vec![Problem::with_file(source.path, "could not be read")])
}

fn read_fields(source: &SourceFile, rules: &Rules, problems: Shared<'_>) -> Option<ReleaseRecord> {
    let fields = Fields::open(&source.path, "", &source.node, problems)?;
    let id = id(&fields, &source.path);
    let sequence = fields
        .required("sequence")
        .and_then(|_| fields.whole_number("sequence", 1));
    let status = status(&fields);
    let released_at = fields
        .required("released_at")
        .and_then(|node| moment(&fields, "released_at", node));
    let previous = fields.text("previous");
    if let (Some(text), Some(node)) = (&previous, fields.node("previous"))
        && Digest::from_hex(text).is_none()
    {
        fields.refuse(
            node,
            "`previous` is not a SHA-256",
            "copy the digest of the last release's `.sha256` file",
        );
    }
    let preset = fields.required_text("preset");
    let owner = fields.required_text("owner");
    let notes = fields.lines("notes");
    let done = fields.named("done").unwrap_or_default().iter();
    let done = done.filter_map(|entry| {
        Some(DoneTask {
            task: entry.key.clone(),
            at: moment(&fields, &format!("done.{}", entry.key), &entry.value)?,
            place: entry.key_at,
        })
    });
    let done = done.collect();
    fields.finish();
    let released_at = released_at?;
    Some(ReleaseRecord {
        release: Release {
            id: id?,
            status: status?,
            sequence: sequence?,
            released_at,
            publish_at: released_at.plus_days(i64::from(rules.publish_after_days)),
            valid_until: released_at.plus_days(i64::from(rules.valid_for_days)),
            previous,
        },
        source: source.clone(),
        preset: preset?,
        owner: owner?,
        notes,
        done,
    })
}

/// The id, which must be the file's name, so that nobody opens the wrong record.
fn id(fields: &Fields<'_, '_>, path: &str) -> Option<String> {
    let id = fields.required_text("id")?;
    let stem = path.strip_prefix(FOLDER).unwrap_or(path);
    let stem = stem.trim_start_matches('/').trim_end_matches(".yaml");
    if id != stem
        && let Some(node) = fields.node("id")
    {
        fields.refuse(
            node,
            format!("`id` is `{id}`, but the file is named `{stem}`"),
            "make them the same",
        );
    }
    Some(id)
}

fn status(fields: &Fields<'_, '_>) -> Option<ReleaseStatus> {
    let word = fields.required_text("status")?;
    let status = ReleaseStatus::from_word(&word);
    if let (None, Some(node)) = (status, fields.node("status")) {
        fields.refuse(
            node,
            format!("unknown status `{word}`"),
            "write `draft`, or `final` for a release that is signed with keys for publication",
        );
    }
    status
}

fn moment(fields: &Fields<'_, '_>, key: &str, node: &Node) -> Option<Timestamp> {
    let text = fields.as_text(key, node)?;
    match Timestamp::parse(&text) {
        Ok(moment) => Some(moment),
        Err(error) => {
            fields.refuse(node, format!("`{key}` is `{text}`"), error.to_string());
            None
        }
    }
}

impl ReleaseRecord {
    /// What is wrong with this release as the one after `before`.
    fn after(&self, before: Option<&ReleaseRecord>) -> Vec<Problem> {
        let release = &self.release;
        let mut found = Vec::new();
        let mut refuse = |key: &str, message: String, hint: &str| {
            let at = self
                .source
                .node
                .get(key)
                .map_or(self.source.node.at, |node| node.at);
            found.push(Problem::new(&self.source.path, at, message).hint(hint));
        };
        let last = before.map_or(0, |before| before.release.sequence);
        match before {
            Some(before) if release.sequence == last => refuse(
                "sequence",
                format!("`sequence` is {last}, as in {}", before.source.path),
                "give each release the number after the last",
            ),
            _ if release.sequence != last + 1 => refuse(
                "sequence",
                format!(
                    "`sequence` is {}, but there is no release {}",
                    release.sequence,
                    last + 1
                ),
                "give each release the number after the last, beginning with 1",
            ),
            _ => {}
        }
        match (before, &release.previous) {
            (Some(before), None) => refuse(
                "previous",
                format!("`previous` is missing, but `{}` came before", before.release.id),
                "copy the SHA-256 of the last release's `.sha256` file",
            ),
            (None, Some(_)) => refuse(
                "previous",
                "`previous` is set, but no release came before".to_owned(),
                "write `previous: null`, or restore the record of the release before",
            ),
            _ => {}
        }
        if let Some(before) = before
            && release.released_at <= before.release.released_at
        {
            let message = format!(
                "released at {}, not after `{}` at {}",
                release.released_at, before.release.id, before.release.released_at
            );
            refuse("released_at", message, "correct one of the two moments");
        }
        found
    }
}
