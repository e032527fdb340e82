//! `stage6 sign-runbook`, and the check that archived runbooks are still what was signed.

use super::Failure;
use super::runbook_record::{RecordSeal, take_in};
use crate::content::count_tasks;
use crate::diag::{Checked, Problem, Problems};
use crate::document::{Node, front_matter, json};
use crate::domain::{Digest, Timestamp};
use crate::fs::{self, Project};
use crate::seal::{
    Block, DEVELOPMENT_KEY_ID, HmacKey, RUNBOOK_MANIFEST_ENDING, RunbookManifest, SIGNATURE_ENDING,
    sha384_hex,
};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where archived runbooks lie.
const ARCHIVE: &str = "var/audit";
/// What an archived copy's name ends in, and its signature's.
const COPY_ENDING: &str = ".md";
const COPY_SIGNATURE_ENDING: &str = ".md.sig";
pub(super) const MEND: &str = "restore the copy that was signed, or sign this one with `stage6 sign-runbook`";

/// What `sign-runbook` is asked for.
#[derive(Clone, Debug)]
pub struct RunbookOptions<'a> {
    /// The archived file, as the command line names it.
    pub file: &'a Path,
    /// The file that it was copied from; `None` if it is its own source.
    pub source: Option<&'a Path>,
    /// The record of a ticked checklist that a page exported; the copy is then written by it before it is signed.
    pub record: Option<&'a Path>,
    /// Who answers for it; if empty, `stakeholders` of the front matter, then whom the record names.
    pub stakeholders: Vec<String>,
    /// The moment of signing.
    pub now: Timestamp,
}

/// What was signed.
#[derive(Clone, Debug)]
pub struct SignedRunbook {
    /// What the manifest says.
    pub manifest: RunbookManifest,
    /// The manifest, inside the project.
    pub manifest_path: String,
    /// The record of the checklist, inside the project, if one was taken in.
    pub record_path: Option<String>,
    /// Boxes that are ticked.
    pub done: usize,
    /// Boxes that are not.
    pub open: usize,
}

/// Signs an archived runbook as it is, or as a record ticks it: manifest and signature are put beside it together.
///
/// # Errors
/// No Markdown file inside the project, files of something else in the place of its manifest or signature, or a disk that
/// refuses.
pub fn sign_runbook(
    project: &Project,
    options: &RunbookOptions<'_>,
    key: &HmacKey,
) -> Result<SignedRunbook, Failure> {
    let taken = options
        .record
        .map(|record| take_in(project, options, record, key))
        .transpose()?;
    let archived_path = match &taken {
        Some(taken) => taken.archived_path.clone(),
        None => inside(project, options.file)?,
    };
    let stem = stem(&archived_path)?;
    let text = match &taken {
        Some(taken) => taken.text.clone(),
        None => project.read_text(&archived_path)?,
    };
    let parts = front_matter::split(&archived_path, &text)?;
    let mut stakeholders = match (options.stakeholders.is_empty(), &parts) {
        (true, Some(parts)) => written_stakeholders(&archived_path, &parts.meta)?,
        _ => options.stakeholders.clone(),
    };
    if stakeholders.is_empty() {
        stakeholders.extend(taken.as_ref().map(|taken| taken.who.clone()));
    }
    let manifest = RunbookManifest {
        source_path: match options.source {
            Some(source) => inside(project, source)?,
            None => archived_path.clone(),
        },
        signature_path: format!("{archived_path}{SIGNATURE_ENDING}"),
        generated_at: options.now,
        sha256: Digest::of(text.as_bytes()),
        sha384: sha384_hex(text.as_bytes()),
        stakeholders,
        sealed_by_build: false,
        archived_path: archived_path.clone(),
    };
    let manifest_path = format!("{stem}{RUNBOOK_MANIFEST_ENDING}");
    check_free(project, &manifest_path, RunbookManifest::is_one)?;
    check_free(project, &manifest.signature_path, RunbookManifest::is_signature)?;
    let (manifest_bytes, signature) = (manifest.to_file(), manifest.to_signature(key));
    let mut files: Vec<(PathBuf, &[u8])> = vec![
        (project.locate(&manifest_path), &manifest_bytes),
        (project.locate(&manifest.signature_path), &signature),
    ];
    files.extend(taken.iter().flat_map(|taken| taken.files(project)));
    fs::write_together(&files)?;
    let (done, open) = count_tasks(parts.map_or(text.as_str(), |parts| parts.body));
    Ok(SignedRunbook {
        record_path: taken.map(|taken| taken.record_path),
        manifest,
        manifest_path,
        done,
        open,
    })
}

/// The path of a Markdown file without its ending.
pub(super) fn stem(path: &str) -> Result<&str, Problem> {
    path.strip_suffix(COPY_ENDING).ok_or_else(|| {
        Problem::with_file(path, "is not a Markdown file").hint("name a file that ends in `.md`")
    })
}

/// Refuses to replace a file that an earlier `sign-runbook` did not write: a report's manifest may have the same name.
pub(super) fn check_free(project: &Project, path: &str, is_ours: fn(&Node) -> bool) -> Result<(), Problem> {
    let is_of_a_runbook = || {
        let bytes = project.read(path).ok()?;
        json::read(path, &bytes).ok().map(|node| is_ours(&node))
    };
    let is_free = !project.has_entry(path) || (project.has_own_file(path) && is_of_a_runbook() == Some(true));
    match is_free {
        true => Ok(()),
        false => Err(
            Problem::with_file(path, "is in the way: it was not written by `stage6 sign-runbook`")
                .hint("move it elsewhere, or give the checklist another name"),
        ),
    }
}

pub(super) fn inside(project: &Project, path: &Path) -> Result<String, Problem> {
    let shown = path.display().to_string();
    let missing = |_| Problem::with_file(shown.clone(), "no such file");
    let root = project.locate("").canonicalize().map_err(missing)?;
    let real = path.canonicalize().map_err(missing)?;
    let inside = real.strip_prefix(root).ok().and_then(Path::to_str);
    inside.map(str::to_owned).ok_or_else(|| {
        Problem::with_file(shown.clone(), "lies outside the project")
            .hint("copy it into the project, or name another project with `--root DIR`")
    })
}

fn written_stakeholders(path: &str, meta: &Node) -> Result<Vec<String>, Problem> {
    let Some(node) = meta.get("stakeholders") else {
        return Ok(Vec::new());
    };
    let names = node.as_list().and_then(|items| {
        let names = items.iter().map(|item| Some(item.as_scalar()?.text.clone()));
        names.collect::<Option<Vec<String>>>()
    });
    names.ok_or_else(|| {
        node.problem(path, "`stakeholders` is not a list of names")
            .hint("write `stakeholders: [risk, compliance]`")
    })
}

/// An archived runbook whose digests are those of its manifest.
#[derive(Debug)]
pub(super) struct Archived {
    pub(super) manifest: RunbookManifest,
    block: Block,
    /// The bytes of the signature file.
    pub(super) signature: Vec<u8>,
    /// The record of its ticks, where one was taken in.
    record: Option<RecordSeal>,
}

impl Archived {
    /// The runbook's path in the project.
    pub(super) fn path(&self) -> &str {
        &self.manifest.archived_path
    }

    /// Whether `key` signed it.
    pub(super) fn is_signed(&self, key: &HmacKey) -> bool {
        let record_fits = |record: &RecordSeal| record.is_signed(key);
        self.manifest.is_signed(&self.block, key) && self.record.as_ref().is_none_or(record_fits)
    }

    /// Whether `key`, made for publication, signed it for somebody. A seal of a build that came here out of a bundle says
    /// itself that nobody signed.
    pub(super) fn is_proven(&self, key: &HmacKey) -> bool {
        !key.is_development() && !self.manifest.sealed_by_build && self.is_signed(key)
    }

    /// Whether this signature goes into a bundle as it is: one that `key` proves, or one by a key that is not at hand,
    /// which its holders can check. Development keys of all machines share one id.
    pub(super) fn was_signed_for_publication(&self, key: &HmacKey) -> bool {
        let is_of_others = !self.block.names(key) && self.block.key_name() != DEVELOPMENT_KEY_ID;
        self.is_proven(key) || (is_of_others && !self.manifest.sealed_by_build)
    }

    /// The key that signed it, for people.
    pub(super) fn key_name(&self) -> &str {
        self.block.key_name()
    }
}

/// An archived runbook whose signature was not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UncheckedRunbook {
    /// The archived file.
    pub path: String,
    /// The key that signed it.
    pub key_id: String,
}

impl UncheckedRunbook {
    /// The remark about it.
    pub fn remark(&self) -> String {
        format!(
            "{}: its digests are right; its signature by the key `{}` was not checked, as that key is not at hand",
            self.path, self.key_id
        )
    }
}

/// Reads all archived runbooks of a project and compares their digests.
pub(super) fn read_archive(project: &Project) -> Checked<Vec<Archived>> {
    let mut problems = Problems::new();
    let mut found = Vec::new();
    let list = |ending: &str| project.list(ARCHIVE, ending).map_err(|problem| vec![problem]);
    let links = links(project).map_err(|problem| vec![problem])?;
    // Manifests that were read, or of which a problem tells already.
    let mut told: BTreeSet<String> = links.iter().cloned().collect();
    for path in links {
        let message = "is a symbolic link; a signed runbook, its manifest and its signature are files";
        problems.push(Problem::with_file(path, message).hint(MEND));
    }
    for path in list(RUNBOOK_MANIFEST_ENDING)? {
        match read_one(project, &path) {
            Ok(None) => continue,
            Ok(archived) => found.extend(archived),
            Err(problem) => problems.push(problem),
        }
        told.insert(path);
    }
    for path in list(COPY_SIGNATURE_ENDING)? {
        let manifest = beside(&path, COPY_SIGNATURE_ENDING, RUNBOOK_MANIFEST_ENDING);
        if told.contains(&manifest) {
            continue;
        }
        let message = match project.has_entry(&manifest) {
            true => format!("a runbook's signature, but `{manifest}` is no runbook's manifest"),
            false => "a runbook's signature without its manifest".to_owned(),
        };
        problems.push(Problem::with_file(path, message).hint(MEND));
    }
    problems.into_result(found)
}

/// The path with another ending.
fn beside(path: &str, ending: &str, other: &str) -> String {
    format!("{}{other}", path.strip_suffix(ending).unwrap_or(path))
}

/// Links in the place of signed runbooks, their manifests and signatures: what they lead to can be exchanged without a
/// trace in the archive.
fn links(project: &Project) -> Result<Vec<String>, Problem> {
    let mut found = project.list_links(ARCHIVE, COPY_SIGNATURE_ENDING)?;
    let has = |path: &str, ending, other| project.has_entry(&beside(path, ending, other));
    for path in project.list_links(ARCHIVE, RUNBOOK_MANIFEST_ENDING)? {
        // Links to the manifests of other things are no matter of ours.
        if [COPY_ENDING, COPY_SIGNATURE_ENDING]
            .iter()
            .any(|other| has(&path, RUNBOOK_MANIFEST_ENDING, other))
        {
            found.push(path);
        }
    }
    for path in project.list_links(ARCHIVE, COPY_ENDING)? {
        if has(&path, COPY_ENDING, COPY_SIGNATURE_ENDING) {
            found.push(path);
        }
    }
    Ok(found)
}

/// `None` for manifests of other things.
fn read_one(project: &Project, path: &str) -> Result<Option<Archived>, Problem> {
    let archived_path = beside(path, RUNBOOK_MANIFEST_ENDING, COPY_ENDING);
    let node = match json::read(path, &project.read(path)?) {
        Ok(node) if RunbookManifest::is_one(&node) => node,
        Err(problem) if project.has_file(&archived_path) => return Err(problem),
        _ => return Ok(None),
    };
    let manifest = RunbookManifest::read(path, &node)?;
    let signature_path = format!("{archived_path}{SIGNATURE_ENDING}");
    if manifest.archived_path != archived_path || manifest.signature_path != signature_path {
        let message = format!(
            "speaks of `{}`, not of the file beside it",
            manifest.archived_path
        );
        return Err(Problem::with_file(path, message).hint(MEND));
    }
    let bytes = project.read(&archived_path)?;
    let stated = [
        (
            "SHA-256",
            manifest.sha256.to_string(),
            Digest::of(&bytes).to_string(),
        ),
        ("SHA-384", manifest.sha384.clone(), sha384_hex(&bytes)),
    ];
    if let Some((name, signed, now)) = stated.into_iter().find(|(_, signed, now)| signed != now) {
        let message = format!("is not the file that was signed: {name} {now}, but {path} says {signed}");
        return Err(Problem::with_file(archived_path, message).hint(MEND));
    }
    let signature = project.read(&signature_path)?;
    let block = manifest.read_signature(&signature_path, &signature)?;
    let record = RecordSeal::beside(project, &archived_path)?;
    Ok(Some(Archived {
        manifest,
        block,
        signature,
        record,
    }))
}

/// Checks the signatures that this key can check; names the others.
pub(super) fn check_archive(archive: &[Archived], key: &HmacKey) -> Checked<Vec<UncheckedRunbook>> {
    let mut problems = Problems::new();
    let mut unchecked = Vec::new();
    for archived in archive {
        let (manifest, block) = (&archived.manifest, &archived.block);
        // Development keys of all machines have the same id, so one that does not fit may be another machine's.
        if archived.is_signed(key) {
            continue;
        }
        if block.names(key) && !key.is_development() {
            let message = format!("the HMAC by the key `{}` does not fit", block.key_name());
            let file = match &archived.record {
                Some(record) if manifest.is_signed(block, key) => record.signature_path(),
                _ => &manifest.signature_path,
            };
            problems.push(Problem::with_file(file, message).hint(MEND));
            continue;
        }
        unchecked.push(UncheckedRunbook {
            path: manifest.archived_path.clone(),
            key_id: block.key_name().to_owned(),
        });
    }
    problems.into_result(unchecked)
}
