//! What is known about files once all their bytes were seen, and which few of those bytes are kept.
//!
//! Later steps need digests of everything, but bytes of lists, signatures and reports alone. So memory depends on the
//! number of files, not on their size.

use super::source::{Shelf, Source};
use crate::domain::{Digest, DigestStream};
use crate::seal::{
    Distrust, DistrustCode, HmacKey, HmacStream, HmacTag, Listed, RUNBOOK_MANIFEST_ENDING, SIGNAL_LIST_NAME,
    SIGNATURE_ENDING,
};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The folder of the bag whose files have signatures and manifests.
pub(super) const REPORTS: &str = "data/reports/";
/// The ending of a report's manifest.
pub(super) const REPORT_MANIFEST: &str = ".manifest.json";
/// The folder of the bag with what is known about signal quality; a signed list among the reports names its files.
pub(super) const SIGNALS: &str = "data/signal_quality/";
/// The folder of the bag with evidence under its paths in the project.
pub(super) const EVIDENCE: &str = "data/evidence/";
/// What the name of a signed checklist's signature ends in.
pub(super) const RUNBOOK_SIGNATURE: &str = ".md.sig";
/// The folder of the bag that holds the payload.
pub(super) const PAYLOAD: &str = "data/";

/// Most bytes of a list beside the payload: 20,000 lines with the longest paths.
const MAX_LIST: u64 = 8 << 20;
/// Most bytes of a signature, of a report's manifest, and of a signed JSON report.
const MAX_KEPT: u64 = 4 << 20;
/// Most bytes of all these together.
const MAX_KEPT_TOTAL: u64 = 24 << 20;
/// Most values of a JSON file that is parsed; each takes far more memory than its bytes.
const MAX_VALUES: usize = 1 << 17;
/// Largest total of a bag's bytes.
pub(super) const MAX_TOTAL: u64 = 16 << 30;

/// What is known about a file.
#[derive(Debug)]
pub(super) struct Observed {
    pub(super) size: u64,
    pub(super) digest: Digest,
    /// The tag of its bytes, if there are a key and a signature to compare it with.
    pub(super) tag: Option<HmacTag>,
    /// Its bytes, if a later step reads them.
    pub(super) kept: Option<Vec<u8>>,
}

/// What is known about the files of a bag, by path.
pub(super) type Observations = BTreeMap<String, Observed>;

/// How one file is to be looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan<'k> {
    keep: bool,
    key: Option<&'k HmacKey>,
}

/// Plans how to look at files, given by path and size, before any of them is read.
///
/// # Errors
/// More bytes in all, or to be kept, than the limits allow. `place` is what holds the files.
pub(super) fn plan<'k>(
    place: &str,
    files: &[(&str, u64)],
    key: Option<&'k HmacKey>,
) -> Result<Vec<Plan<'k>>, Distrust> {
    let refuse = |file: &str, reason: String| Err(Distrust::new(DistrustCode::Malformed, file, reason));
    let names: BTreeSet<&str> = files.iter().map(|(path, _)| *path).collect();
    let (mut total, mut total_kept) = (0_u64, 0_u64);
    let mut plans = Vec::with_capacity(files.len());
    for (path, size) in files {
        let is_report = path.starts_with(REPORTS);
        let is_signed = is_report && names.contains(format!("{path}{SIGNATURE_ENDING}").as_str());
        let key = key.filter(|_| is_signed);
        let is_list = !path.starts_with(PAYLOAD);
        let is_runbook = is_of_runbook(path, &names);
        let is_parsed = is_report
            && (path.ends_with(SIGNATURE_ENDING)
                || path.ends_with(REPORT_MANIFEST)
                || (key.is_some() && path.ends_with(".json"))
                || is_signal_list(path));
        let keep = is_list || is_parsed || is_runbook;
        let limit = if is_list { MAX_LIST } else { MAX_KEPT };
        if keep && *size > limit {
            return refuse(
                path,
                format!(
                    "larger than {} MiB, the most that is read of such a file",
                    limit >> 20
                ),
            );
        }
        total = total.saturating_add(*size);
        total_kept += if keep { *size } else { 0 };
        plans.push(Plan { keep, key });
    }
    if total > MAX_TOTAL {
        return refuse(place, format!("more than {} GiB when unpacked", MAX_TOTAL >> 30));
    }
    if total_kept > MAX_KEPT_TOTAL {
        let most = MAX_KEPT_TOTAL >> 20;
        return refuse(
            place,
            format!("more than {most} MiB of lists, signatures and signed JSON reports"),
        );
    }
    Ok(plans)
}

/// Whether it is the list of what is known about signal quality, which is read with and without a key.
fn is_signal_list(path: &str) -> bool {
    path.strip_prefix(REPORTS)
        .and_then(|name| name.strip_suffix(".json"))
        == Some(SIGNAL_LIST_NAME)
}

/// Whether it is a signed checklist, its manifest or its signature.
fn is_of_runbook(path: &str, names: &BTreeSet<&str>) -> bool {
    let endings = [RUNBOOK_SIGNATURE, RUNBOOK_MANIFEST_ENDING, ".md"];
    let stem = endings.iter().find_map(|ending| path.strip_suffix(ending));
    path.starts_with(EVIDENCE)
        && stem.is_some_and(|stem| names.contains(format!("{stem}{RUNBOOK_SIGNATURE}").as_str()))
}

/// Takes a file's bytes as they come.
pub(super) struct Observer {
    size: u64,
    digest: DigestStream,
    hmac: Option<HmacStream>,
    kept: Option<Vec<u8>>,
}

impl Observer {
    pub(super) fn new(plan: Plan<'_>) -> Observer {
        Observer {
            size: 0,
            digest: Digest::stream(),
            hmac: plan.key.map(HmacKey::stream),
            kept: plan.keep.then(Vec::new),
        }
    }

    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.digest.update(bytes);
        if let Some(hmac) = &mut self.hmac {
            hmac.update(bytes);
        }
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(bytes);
        }
    }

    /// # Errors
    /// A JSON file with more values than may be parsed. `path` names it.
    pub(super) fn finish(self, path: &str) -> Result<Observed, Distrust> {
        if let Some(kept) = &self.kept {
            check_values(path, kept)?;
        }
        Ok(Observed {
            size: self.size,
            digest: self.digest.finish(),
            tag: self.hmac.map(HmacStream::finish),
            kept: self.kept,
        })
    }
}

/// Refuses JSON with more values than may be parsed. Counts what stands between values, in texts too.
pub(super) fn check_values(path: &str, bytes: &[u8]) -> Result<(), Distrust> {
    let is_json = path.ends_with(".json") || path.ends_with(SIGNATURE_ENDING);
    let separators = || bytes.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{'));
    if is_json && separators().count() > MAX_VALUES {
        let reason = format!("holds more than {MAX_VALUES} values, the most that are read of such a file");
        return Err(Distrust::new(DistrustCode::Malformed, path, reason));
    }
    Ok(())
}

/// Observes many files on all cores, by their number. The error is that of the first file that has one, whatever the
/// order they were looked at.
pub(super) fn in_parallel<T: Send>(
    count: usize,
    observe: impl Fn(usize) -> Result<T, Distrust> + Sync,
) -> Result<Vec<T>, Distrust> {
    let failed = AtomicUsize::new(usize::MAX);
    let each = |index: usize| {
        // Behind a failure nothing matters any more; before it everything does.
        if failed.load(Ordering::Relaxed) < index {
            return None;
        }
        let result = observe(index);
        if result.is_err() {
            failed.fetch_min(index, Ordering::Relaxed);
        }
        Some(result)
    };
    let results: Vec<Option<Result<T, Distrust>>> =
        (0..count).into_par_iter().with_max_len(1).map(each).collect();
    results.into_iter().flatten().collect()
}

/// Observes all files of a bag that lies unpacked.
pub(super) fn observe_shelf(shelf: Shelf<'_>, key: Option<&HmacKey>) -> Result<Observations, Distrust> {
    let files = shelf.files();
    let plans = plan("(folder)", &files, key)?;
    let observed = in_parallel(files.len(), |index| {
        let (path, _) = files[index];
        let missing = || Distrust::new(DistrustCode::MissingFile, path, "is not there any more");
        let source: Source<'_> = shelf.open(path)?.ok_or_else(missing)?;
        let mut observer = Observer::new(plans[index]);
        source.pieces(0, source.size(), |piece| {
            observer.take(piece);
            Ok::<(), Distrust>(())
        })?;
        observer.finish(path)
    })?;
    let names = files.iter().map(|(path, _)| (*path).to_owned());
    Ok(names.zip(observed).collect())
}

/// The bytes of a file that is parsed.
///
/// # Errors
/// It is not there.
pub(super) fn kept<'o>(files: &'o Observations, path: &str, place: &str) -> Result<&'o [u8], Distrust> {
    let bytes = files.get(path).and_then(|file| file.kept.as_deref());
    bytes.ok_or_else(|| Distrust::new(DistrustCode::MissingFile, path, place))
}

/// Files as lists have them: those whose path fulfils `wanted`.
pub(super) fn as_listed(files: &Observations, wanted: impl Fn(&str) -> bool) -> BTreeMap<String, Listed> {
    let chosen = files.iter().filter(|(path, _)| wanted(path));
    let listed = chosen.map(|(path, file)| Listed {
        path: path.clone(),
        size: file.size,
        digest: file.digest,
    });
    listed.map(|file| (file.path.clone(), file)).collect()
}
