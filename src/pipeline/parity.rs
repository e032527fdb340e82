//! `stage6 parity`: a release and the index of snapshots, compared with their copies in a mirror.

use super::Failure;
use super::signals::SIGNALS_INDEX;
use crate::config::Releases;
use crate::diag::Problem;
use crate::document::json;
use crate::domain::{Digest, Timestamp};
use crate::fs::{self, Project, Tree};
use crate::publish::{Mirror, Original, Parity};
use crate::seal::{HmacKey, SIGNATURE_ENDING, SignatureFile, seal};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where the gate looks for the report, inside a project.
pub const MIRROR_REPORT: &str = "var/audit/stage6/mirror_parity.json";

/// What to compare, and with what.
#[derive(Clone, Debug)]
pub struct ParityOptions {
    /// The mirror's folder.
    pub mirror: PathBuf,
    /// The release; without it, the selected one.
    pub release: Option<String>,
    /// Where to write the report; the name ends in `.json`.
    pub report: Option<PathBuf>,
    /// The moment that the report states.
    pub now: Timestamp,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct ParityFound {
    /// The release.
    pub release: String,
    /// The comparison.
    pub parity: Parity,
}

/// Compares every file of a release, and the index of snapshots, with a mirror. A file's key is its path from the
/// folder that holds the release; the index goes by its name alone, as in the reference. With a key, the report is signed.
///
/// # Errors
/// No such release, or one that was not built; no index; a report that would replace another file; a disk that refuses.
pub fn parity(
    project: &Project,
    options: &ParityOptions,
    key: Option<&HmacKey>,
) -> Result<ParityFound, Failure> {
    let releases = Releases::load(project)?;
    let id = options.release.as_ref().unwrap_or(&releases.settings.selected);
    let release = &releases.find(id)?.release;
    if let Some(report) = &options.report {
        check_report(report)?;
        check_signature(report, key)?;
    }
    let folder = releases.folder(release);
    check_mirror(project, &options.mirror.join(&release.id), &folder)?;
    let originals = originals(project, &folder, &release.id)?;
    let parity = Parity::of(originals, see(&options.mirror, &release.id));
    if let Some(report) = &options.report {
        write(report, &parity, options, key)?;
    }
    Ok(ParityFound {
        release: release.id.clone(),
        parity,
    })
}

/// Refuses a mirror that is the original, by another name or by a link: it would always be equal.
fn check_mirror(project: &Project, mirror: &Path, folder: &str) -> Result<(), Problem> {
    let original = project.locate(folder).canonicalize().ok();
    match original.is_some() && mirror.canonicalize().ok() == original {
        true => Err(Problem::with_file(
            mirror.display().to_string(),
            "is the release itself, not a mirror of it",
        )
        .hint("name the folder of the copy with `--mirror`")),
        false => Ok(()),
    }
}

fn originals(project: &Project, folder: &str, id: &str) -> Result<Vec<Original>, Problem> {
    if !project.locate(folder).is_dir() {
        return Err(Problem::with_file(folder, "the release was not built")
            .hint("run `stage6 build`, or name another release with `--release ID`"));
    }
    let index = project
        .read(SIGNALS_INDEX)
        .map_err(|problem| problem.hint("make the index of snapshots with `stage6 signal-quality`"))?;
    let files = fs::read_tree(&project.locate(folder))?;
    Ok(originals_of(folder, id, &files, &index))
}

/// What a mirror must hold: the files of a release, and the index of snapshots.
pub(super) fn originals_of(folder: &str, id: &str, files: &Tree, index: &[u8]) -> Vec<Original> {
    let files = files.iter().map(|(name, bytes)| Original {
        key: format!("{id}/{name}"),
        source: format!("{folder}/{name}"),
        digest: Digest::of(bytes),
    });
    let index = Original {
        key: file_name(SIGNALS_INDEX).to_owned(),
        source: SIGNALS_INDEX.to_owned(),
        digest: Digest::of(index),
    };
    files.chain([index]).collect()
}

/// The place of a report's signature.
fn signature_of(report: &Path) -> PathBuf {
    let mut name = report.as_os_str().to_owned();
    name.push(SIGNATURE_ENDING);
    PathBuf::from(name)
}

/// Writes the report, with its signature if there is a key.
fn write(
    report: &Path,
    parity: &Parity,
    options: &ParityOptions,
    key: Option<&HmacKey>,
) -> Result<(), Failure> {
    let root = options.mirror.display().to_string();
    let bytes = parity.json(&root, options.now).to_file_text().into_bytes();
    let name = report
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let sealed = key.map(|key| seal(&name, bytes.clone(), key, options.now));
    let sealed = sealed.transpose()?;
    let signature = signature_of(report);
    let mut files = vec![(report.to_owned(), bytes.as_slice())];
    files.extend(
        sealed
            .iter()
            .map(|sealed| (signature.clone(), sealed.signature.as_slice())),
    );
    Ok(fs::write_together(&files)?)
}

/// Refuses to leave the signature of an earlier report beside a new one, or to replace anything that is no signature.
fn check_signature(report: &Path, key: Option<&HmacKey>) -> Result<(), Problem> {
    let place = signature_of(report);
    if place.symlink_metadata().is_err() {
        return Ok(());
    }
    let shown = place.display().to_string();
    let bytes = fs::read_file(&place, &shown)?;
    let problem = |message: &str| Problem::with_file(&shown, message);
    match (SignatureFile::read(&shown, &bytes), key) {
        (Ok(_), Some(_)) => Ok(()),
        (Ok(_), None) => Err(problem(
            "signs the report that is there, and there is no key to sign the new one",
        )
        .hint("give `--signing-key-path FILE`, or choose another name for the report")),
        (Err(_), _) => Err(problem("is there already, and no signature of a report")
            .hint("choose another name for the report")),
    }
}

/// Looks at the two places of the mirror that a release has.
fn see(mirror: &Path, id: &str) -> Mirror {
    if !mirror.is_dir() {
        return Mirror::Absent("the mirror is not there".to_owned());
    }
    let mut seen = BTreeMap::new();
    let folder = mirror.join(id);
    if folder.is_dir() {
        match fs::read_tree(&folder) {
            Ok(files) => seen.extend(
                files
                    .into_iter()
                    .map(|(name, bytes)| (format!("{id}/{name}"), Digest::of(&bytes))),
            ),
            Err(problem) => return Mirror::Unfit(format!("{id}/{}: {}", problem.path, problem.message)),
        }
    }
    let name = file_name(SIGNALS_INDEX);
    let index = mirror.join(name);
    if index.exists() {
        match fs::read_file(&index, name) {
            Ok(bytes) => drop(seen.insert(name.to_owned(), Digest::of(&bytes))),
            Err(problem) => return Mirror::Unfit(format!("{name}: {}", problem.message)),
        }
    }
    Mirror::Seen(seen)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Refuses a report that would replace anything but such a report.
fn check_report(report: &Path) -> Result<(), Problem> {
    let shown = report.display().to_string();
    if report.extension().is_none_or(|ending| ending != "json") {
        let problem = Problem::with_file(shown, "the name does not end in `.json`");
        return Err(problem.hint("name a report, such as `mirror_parity.json`"));
    }
    if !report.exists() {
        return Ok(());
    }
    let bytes = fs::read_file(report, &shown)?;
    let has = |key: &str| json::read(&shown, &bytes).is_ok_and(|root| root.get(key).is_some());
    match has("mirror_root") || has("parity_validated") {
        true => Ok(()),
        false => Err(
            Problem::with_file(shown, "is there already, and no report on a mirror")
                .hint("choose another name for the report"),
        ),
    }
}
