//! What builds and verifications leave in the decision log.

use super::outputs::{ANALYTICS_NAME, REPORT_NAME};
use super::{Edition, Failure, Inputs, TOOL_VERSION};
use crate::bundle::{self, Verification, Verified};
use crate::domain::{Digest, Timestamp};
use crate::fs::{self, Project};
use crate::journal::{self, Appended, Decision, JournalEvent, NotAppended, Verdict};
use crate::seal::{Distrust, HmacKey};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Most digest lists of a folder that a record names; a release folder has two, a bag two.
const MOST_LISTS: usize = 8;
/// Longest subject of a record, in characters.
const LONGEST_SUBJECT: usize = 128;

pub(super) type Digests = BTreeMap<String, Digest>;

/// Writes into a project's decision log.
#[derive(Clone, Copy, Debug)]
pub struct Recorder<'a> {
    /// The project.
    pub project: &'a Project,
    /// The key that signs the line.
    pub key: &'a HmacKey,
    /// The moment of the run.
    pub now: Timestamp,
    /// Who runs it; `None` records nothing.
    pub actor: Option<&'a str>,
}

impl Recorder<'_> {
    fn append(
        &self,
        event: JournalEvent,
        subject: &str,
        verdict: Verdict,
        files: (Digests, Digests),
    ) -> Result<Option<Appended>, Failure> {
        let Some(actor) = self.actor else {
            return Ok(None);
        };
        let decision = Decision {
            at: self.now,
            actor: actor.to_owned(),
            event,
            subject: subject.chars().take(LONGEST_SUBJECT).collect(),
            verdict,
            inputs: files.0,
            outputs: files.1,
            tool_version: TOOL_VERSION.to_owned(),
        };
        Ok(Some(journal::append(self.project, decision, self.key)?))
    }

    /// Records a build whose files are written beside their places but not yet in them.
    pub(super) fn built(
        &self,
        inputs: &Inputs,
        edition: &Edition,
        verified: &Verified,
    ) -> Result<Option<Appended>, Failure> {
        let files = (input_digests(inputs), output_digests(inputs, edition, verified));
        let subject = inputs.publication.bundle.as_str();
        self.append(JournalEvent::Build, subject, Verdict::Done, files)
    }

    /// Records a build that failed on its inputs or its own verification. A failure of the machine is no decision, and
    /// is not recorded, unless the log says already that the release was built.
    pub(super) fn build_failed(&self, inputs: &Inputs, failure: &Failure, after_record: bool) {
        let code = match failure {
            Failure::Problems(_) => "bad-input",
            Failure::Untrusted(distrust) => distrust.code.as_str(),
            _ if after_record => "not-put-in-place",
            _ => return,
        };
        let subject = inputs.publication.bundle.as_str();
        let verdict = Verdict::Failed(code.to_owned());
        // The failure itself is what the author needs to see; a second one must not hide it.
        let _ = self.append(
            JournalEvent::Build,
            subject,
            verdict,
            (input_digests(inputs), Digests::new()),
        );
    }

    /// Records the verification of what lies at `path`, if that is inside the project.
    ///
    /// # Errors
    /// The log cannot be trusted or written.
    pub fn verified(
        &self,
        path: &Path,
        result: &Result<Verification, Distrust>,
    ) -> Result<Option<Appended>, Failure> {
        let Some(inside) = self.inside(path) else {
            return Ok(None);
        };
        let last = inside.rsplit('/').next().unwrap_or(&inside);
        let (subject, verdict) = match result {
            Ok(verification) => (verification.bundle.as_str(), Verdict::Done),
            Err(distrust) => (last, Verdict::Failed(distrust.code.as_str().to_owned())),
        };
        let files = (verified_digests(path, &inside), Digests::new());
        self.append(JournalEvent::Verification, subject, verdict, files)
    }

    /// Records that a release was published, or why not.
    pub(super) fn published(
        &self,
        subject: &str,
        verdict: Verdict,
        files: (Digests, Digests),
    ) -> Result<Option<Appended>, Failure> {
        self.append(JournalEvent::Publication, subject, verdict, files)
    }

    /// Records that an earlier release was restored; without outputs, that it could not be put in place.
    pub(super) fn restored(
        &self,
        subject: &str,
        (inputs, outputs): (Digests, Option<Digests>),
    ) -> Result<Option<Appended>, Failure> {
        let (verdict, outputs) = match outputs {
            Some(outputs) => (Verdict::Done, outputs),
            None => (Verdict::Failed("not-put-in-place".to_owned()), Digests::new()),
        };
        self.append(JournalEvent::Rollback, subject, verdict, (inputs, outputs))
    }

    /// The path inside the project, if it is inside one.
    fn inside(&self, path: &Path) -> Option<String> {
        let root: PathBuf = self.project.locate("").canonicalize().ok()?;
        let path = path.canonicalize().ok()?;
        let inside = path.strip_prefix(root).ok()?.to_str()?.to_owned();
        (self.project.has_file("config/publication.yaml") && !inside.is_empty()).then_some(inside)
    }
}

/// One digest for each file that numbers come from, and one over all drafts: that of the lines which
/// `find content/pl content/en -name '*.md' | LC_ALL=C sort | xargs sha256sum` prints.
fn input_digests(inputs: &Inputs) -> Digests {
    let publication = &inputs.publication;
    let sources = [
        &inputs.core.source,
        &publication.source,
        &publication.release_source,
    ];
    let mut digests: Digests = sources
        .into_iter()
        .chain(&inputs.markets.sources)
        .map(|source| (source.path.clone(), source.digest))
        .collect();
    let others = inputs.tables.iter().chain(&inputs.documents);
    digests.extend(others.map(|(path, bytes)| (path.clone(), Digest::of(bytes))));
    let previous = inputs.chain.previous.iter();
    digests.extend(previous.map(|file| (file.path.clone(), Digest::of(&file.bytes))));
    // Each list names all of an earlier release, its site too.
    let archive = &publication.bundle_directory;
    let earlier = inputs.chain.lineage.releases.iter();
    digests.extend(earlier.map(|past| {
        let bundle = &past.bundle;
        (format!("{archive}/{bundle}/{bundle}.sha256"), past.list)
    }));
    let drafts: BTreeMap<&str, Digest> = inputs
        .drafts
        .iter()
        .map(|draft| (draft.source.as_str(), draft.digest))
        .collect();
    let list: String = drafts
        .iter()
        .map(|(path, digest)| format!("{digest}  {path}\n"))
        .collect();
    digests.insert("content".to_owned(), Digest::of(list.as_bytes()));
    digests
}

/// The list of the release's files, that of the site's, and the reports.
fn output_digests(inputs: &Inputs, edition: &Edition, verified: &Verified) -> Digests {
    let release = inputs.release_directory();
    let lists = verified
        .files
        .iter()
        .filter(|(name, _)| name.ends_with(".sha256"));
    let mut digests: Digests = lists
        .map(|(name, bytes)| (format!("{release}/{name}"), Digest::of(bytes)))
        .collect();
    for (name, run) in [(REPORT_NAME, &edition.run), (ANALYTICS_NAME, &edition.analytics)] {
        let path = format!("{}/{name}.json", inputs.report_directory);
        digests.insert(path, Digest::of(&run.json));
    }
    let site = &inputs.publication.site_directory;
    if let Some(list) = edition.site.get("SHA256SUMS") {
        digests.insert(format!("{site}/SHA256SUMS"), Digest::of(list));
    }
    digests
}

/// What was verified: a zip, or the lists of a folder, which name everything else in it.
fn verified_digests(path: &Path, inside: &str) -> Digests {
    if path.is_file() {
        return bundle::digest_of(path, inside)
            .into_iter()
            .map(|digest| (inside.to_owned(), digest))
            .collect();
    }
    let is_list = |name: &String| {
        !name.contains('/') && (name.ends_with(".sha256") || name.ends_with("manifest-sha256.txt"))
    };
    let names = fs::list_names(path, inside).unwrap_or_default();
    let lists = names.into_iter().filter(is_list).take(MOST_LISTS);
    lists
        .filter_map(|name| {
            let bytes = fs::read_file(&path.join(&name), &name).ok()?;
            Some((format!("{inside}/{name}"), Digest::of(&bytes)))
        })
        .collect()
}

impl From<NotAppended> for Failure {
    fn from(error: NotAppended) -> Failure {
        match error {
            NotAppended::Flaw(flaw) => Failure::Journal(flaw),
            NotAppended::Unreadable(problem) => problem.into(),
            NotAppended::Disk(error) => error.into(),
        }
    }
}
