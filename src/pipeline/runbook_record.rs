//! `stage6 sign-runbook --record`: a checklist that was ticked in a browser becomes the copy that is signed.

use super::Failure;
use super::runbook::{MEND, RunbookOptions, check_free, inside, stem};
use crate::config::Publication;
use crate::content::{ChecklistRecord, checklist_items, tick};
use crate::diag::Problem;
use crate::document::{Node, front_matter, json};
use crate::domain::Digest;
use crate::fs::{self, Project};
use crate::seal::{
    Distrust, HmacKey, RUNBOOK_MANIFEST_ENDING, RunbookManifest, SIGNATURE_ENDING, SignatureFile, seal,
};
use std::path::{Path, PathBuf};

/// What the record's name ends in, beside `NAME.md`.
const RECORD_ENDING: &str = ".checklist.json";
const FROM_RELEASE: &str = "tick the list on the site of this release, and export it again";

/// A record that fits, and the copy that it makes.
pub(super) struct TakenIn {
    pub(super) archived_path: String,
    /// The copy with the boxes ticked as the record says.
    pub(super) text: String,
    pub(super) who: String,
    /// Where the record is kept, inside the project.
    pub(super) record_path: String,
    record: Vec<u8>,
    signature: Vec<u8>,
}

impl TakenIn {
    /// What is to be written besides manifest and signature.
    pub(super) fn files<'s>(&'s self, project: &Project) -> [(PathBuf, &'s [u8]); 3] {
        [
            (project.locate(&self.record_path), self.record.as_slice()),
            (
                project.locate(&format!("{}{SIGNATURE_ENDING}", self.record_path)),
                &self.signature,
            ),
            (project.locate(&self.archived_path), self.text.as_bytes()),
        ]
    }
}

/// Reads a record, and ticks the copy by it. Nothing is written.
///
/// # Errors
/// The first thing that does not fit: the shape, the release, the source and its digest, the items, or a file of
/// something else in the place of the copy.
pub(super) fn take_in(
    project: &Project,
    options: &RunbookOptions<'_>,
    record: &Path,
    key: &HmacKey,
) -> Result<TakenIn, Failure> {
    let shown = record.display().to_string();
    let bytes = fs::read_file(record, &shown)?;
    let read = ChecklistRecord::read(&shown, &bytes)?;
    check_release(project, &shown, &read)?;

    let archived_path = place(project, options.file)?;
    let record_path = format!("{}{RECORD_ENDING}", stem(&archived_path)?);
    let source_path = match options.source {
        Some(source) => inside(project, source)?,
        None => archived_path.clone(),
    };
    if read.source_path != source_path {
        let message = format!("is about `{}`, not about `{source_path}`", read.source_path);
        let hint = "name the file that the page was made of: `--source FILE`";
        return Err(Problem::with_file(shown, message).hint(hint).into());
    }
    let source = project.read_text(&source_path)?;
    let digest = Digest::of(source.as_bytes());
    if digest != read.source_digest {
        let message = format!(
            "was made of another `{source_path}`: SHA-256 {}, now {digest}",
            read.source_digest
        );
        return Err(Problem::with_file(shown, message).hint(FROM_RELEASE).into());
    }
    let parts = front_matter::split(&source_path, &source)?;
    let body = parts.map_or(source.as_str(), |parts| parts.body);
    let head = source.strip_suffix(body).unwrap_or_default();
    read.check(&shown, &checklist_items(body))?;

    if archived_path != source_path {
        check_copy(project, &archived_path, &source_path)?;
    }
    check_free(project, &record_path, is_record)?;
    check_free(project, &format!("{record_path}{SIGNATURE_ENDING}"), is_signature)?;
    let name = record_path.rsplit('/').next().unwrap_or(&record_path);
    let sealed = seal(name, bytes, key, options.now).map_err(Failure::from)?;
    Ok(TakenIn {
        text: format!("{head}{}", tick(body, |item| read.is_done(item))),
        who: read.who,
        record: sealed.bytes,
        signature: sealed.signature,
        archived_path,
        record_path,
    })
}

/// A record of another release ticked what readers of another release saw.
fn check_release(project: &Project, shown: &str, record: &ChecklistRecord) -> Result<(), Failure> {
    let publication = Publication::load(project)?;
    let (release, bundle) = (&publication.release.id, publication.bundle.as_str());
    if &record.release == release && record.bundle == bundle {
        return Ok(());
    }
    let message = format!(
        "belongs to the release `{}` ({}), not to `{release}` ({bundle})",
        record.release, record.bundle
    );
    Err(Problem::with_file(shown, message).hint(FROM_RELEASE).into())
}

/// Where the copy will lie, inside the project; it need not be there yet, but its folder must.
fn place(project: &Project, file: &Path) -> Result<String, Problem> {
    if file.exists() {
        return inside(project, file);
    }
    let shown = || file.display().to_string();
    let name = file.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| Problem::with_file(shown(), "is not a name for a file"))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if !folder.is_dir() {
        let hint = "make the folder first; a copy below `var/audit` is checked by every build";
        return Err(Problem::with_file(folder.display().to_string(), "no such folder").hint(hint));
    }
    let folder = inside(project, folder)?;
    Ok(match folder.is_empty() {
        true => name.to_owned(),
        false => format!("{folder}/{name}"),
    })
}

/// Refuses to replace anything but an earlier copy of the same source.
fn check_copy(project: &Project, archived_path: &str, source_path: &str) -> Result<(), Problem> {
    if !project.has_entry(archived_path) {
        return Ok(());
    }
    let manifest_path = format!("{}{RUNBOOK_MANIFEST_ENDING}", stem(archived_path)?);
    let manifest = || {
        let bytes = project.read(&manifest_path).ok()?;
        RunbookManifest::read(&manifest_path, &json::read(&manifest_path, &bytes).ok()?).ok()
    };
    let is_copy = project.has_own_file(archived_path)
        && manifest().is_some_and(|manifest| {
            manifest.archived_path == archived_path && manifest.source_path == source_path
        });
    match is_copy {
        true => Ok(()),
        false => {
            let message = format!("is in the way: it is no signed copy of `{source_path}`");
            Err(Problem::with_file(archived_path, message).hint("name another file for the copy"))
        }
    }
}

fn is_record(node: &Node) -> bool {
    says(node, crate::content::RECORD_SCHEMA)
}

fn is_signature(node: &Node) -> bool {
    says(node, "stage6.signature")
}

fn says(node: &Node, schema: &str) -> bool {
    let scalar = node.get("schema").and_then(Node::as_scalar);
    scalar.is_some_and(|scalar| scalar.quoted && scalar.text == schema)
}

/// The record beside an archived copy, whose digest is the one that its signature states.
#[derive(Debug)]
pub(super) struct RecordSeal {
    path: String,
    signature_path: String,
    bytes: Vec<u8>,
    signature: SignatureFile,
}

impl RecordSeal {
    /// Reads what stands beside a copy; `None` if it was signed without a record.
    ///
    /// # Errors
    /// A record without its signature, a signature without its record, or one that signs something else.
    pub(super) fn beside(project: &Project, archived_path: &str) -> Result<Option<RecordSeal>, Problem> {
        let path = format!("{}{RECORD_ENDING}", stem(archived_path)?);
        let signature_path = format!("{path}{SIGNATURE_ENDING}");
        if !project.has_entry(&path) && !project.has_entry(&signature_path) {
            return Ok(None);
        }
        let read = |path: &str| match project.has_own_file(path) {
            true => project.read(path),
            false => Err(Problem::with_file(path, "is not there as a file of its own").hint(MEND)),
        };
        let bytes = read(&path)?;
        let wrong = |distrust: Distrust| Problem::with_file(&path, distrust.reason).hint(MEND);
        let signature = SignatureFile::read(&signature_path, &read(&signature_path)?).map_err(wrong)?;
        signature.check_target(&path, &bytes).map_err(wrong)?;
        Ok(Some(RecordSeal {
            path,
            signature_path,
            bytes,
            signature,
        }))
    }

    /// Where its signature stands.
    pub(super) fn signature_path(&self) -> &str {
        &self.signature_path
    }

    /// Whether `key` signed it.
    pub(super) fn is_signed(&self, key: &HmacKey) -> bool {
        self.signature.check_key(&self.path, &self.bytes, key).is_ok()
    }
}
