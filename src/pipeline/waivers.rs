//! Who answers for the contradictions of a release, and whether the release may rely on it.

use super::{Failure, Inputs};
use crate::config::{SourceFile, WAIVERS_PATH, read_waivers};
use crate::diag::{About, Checked, Problem, Problems, Topic};
use crate::domain::{MOST_WAIVED_DAYS, ReleaseStatus, Timestamp, Waived, Waiver, WaiverBook};
use crate::evidence::{Builder, Evidence, EvidenceKind, Sealed, Signer};
use crate::fs::{self, Project};
use crate::seal::{self, HmacKey, SIGNATURE_ENDING, SignatureFile};

/// The waivers of a project, with their signature where they have one.
#[derive(Debug)]
pub(super) struct WaiverFile {
    waivers: Vec<Waiver>,
    source: SourceFile,
    pub(super) signature: Option<Vec<u8>>,
}

impl WaiverFile {
    pub(super) fn read(project: &Project) -> Checked<Option<WaiverFile>> {
        let Some((waivers, source)) = read_waivers(project)? else {
            return Ok(None);
        };
        let path = format!("{WAIVERS_PATH}{SIGNATURE_ENDING}");
        let signature = match project.has_file(&path) {
            true => Some(project.read(&path).map_err(|problem| vec![problem])?),
            false => None,
        };
        Ok(Some(WaiverFile {
            waivers,
            source,
            signature,
        }))
    }
}

/// Signs the waivers: whoever holds the key of publications agrees to them.
///
/// # Errors
/// No waivers, problems in them, or a disk that refuses.
pub fn sign_waivers(project: &Project, key: &HmacKey, now: Timestamp) -> Result<(String, usize), Failure> {
    let Some((waivers, source)) = read_waivers(project)? else {
        return Err(Problem::with_file(WAIVERS_PATH, "no such file")
            .hint("there is nothing to sign: write the waivers first")
            .into());
    };
    let name = WAIVERS_PATH.rsplit('/').next().unwrap_or(WAIVERS_PATH);
    let sealed = seal::seal(name, source.bytes, key, now)?;
    let path = format!("{WAIVERS_PATH}{SIGNATURE_ENDING}");
    fs::write_together(&[(project.locate(&path), &sealed.signature)])?;
    Ok((path, waivers.len()))
}

impl Inputs {
    /// The waivers with the state of their signature, and what is wrong with it. A signature by another key is none
    /// in a draft, so that everybody can build drafts; one over other bytes is always wrong.
    pub(super) fn waiver_book(&self, key: &HmacKey) -> (WaiverBook, Vec<Problem>) {
        let mut book = WaiverBook {
            path: WAIVERS_PATH.to_owned(),
            ..WaiverBook::default()
        };
        let Some(file) = &self.waivers else {
            return (book, Vec::new());
        };
        // What was signed for another release holds for none else.
        let release = &self.publication.release.id;
        let is_ours = |waiver: &&Waiver| waiver.release.as_ref().is_none_or(|of| of == release);
        book.waivers = file.waivers.iter().filter(is_ours).cloned().collect();
        let Some(signature) = &file.signature else {
            return (book, Vec::new());
        };
        let path = format!("{WAIVERS_PATH}{SIGNATURE_ENDING}");
        let hint = "sign the waivers again with `stage6 sign-waivers`";
        let problem = |reason: String| vec![Problem::with_file(&path, reason).hint(hint)];
        let bytes = &file.source.bytes;
        let signature = SignatureFile::read(&path, signature)
            .and_then(|signature| signature.check_target(WAIVERS_PATH, bytes).map(|()| signature));
        let signature = match signature {
            Ok(signature) => signature,
            Err(distrust) => return (book, problem(format!("does not fit: {}", distrust.reason))),
        };
        match signature.check_key(WAIVERS_PATH, bytes, key) {
            Ok(()) if !key.is_development() => {
                book.signed_with = Some(key.id().unwrap_or_default().to_owned());
                (book, Vec::new())
            }
            Err(distrust) if !self.is_draft() => {
                let reason = format!("does not verify: {}", distrust.reason);
                (book, problem(reason))
            }
            Ok(()) | Err(_) => (book, Vec::new()),
        }
    }

    /// The waivers, and what is wrong with them and with the contradictions that they are about.
    pub(super) fn weigh_waivers(
        &self,
        evidence: &Evidence,
        key: &HmacKey,
        now: Timestamp,
    ) -> (WaiverBook, Problems) {
        let (book, broken) = self.waiver_book(key);
        // A signature that does not fit is told as that, not as one that is missing.
        let must_be_signed = !self.is_draft() && broken.is_empty();
        let mut problems = Problems::new();
        problems.extend(evidence.unwaived(&book, now, must_be_signed));
        problems.extend(broken);
        if !self.is_draft() {
            problems.extend(book.waivers.iter().filter_map(|waiver| unfit(&book, waiver, now)));
        }
        problems.extend(
            self.publication
                .gate
                .weigh(&book.path, &book.waivers)
                .into_result(())
                .err()
                .unwrap_or_default(),
        );
        (book, problems.about(Topic::Contradictions))
    }

    /// Waivers are evidence too: readers see who answers for what.
    pub(super) fn collect_waivers(&self, builder: &mut Builder, key: &HmacKey) {
        let Some(file) = &self.waivers else { return };
        let (book, _) = self.waiver_book(key);
        let added = builder.add_file(WAIVERS_PATH, &file.source.bytes, EvidenceKind::Publication);
        added.sealed = book.signed_with.map(|key_id| Sealed {
            key_id,
            development: false,
            signer: Signer::People(Vec::new()),
        });
        builder.add_facts(WAIVERS_PATH, "", &file.source.node);
    }

    /// Whether the release is a draft.
    pub(super) fn is_draft(&self) -> bool {
        self.publication.release.status == ReleaseStatus::Draft
    }

    /// Refuses to let false claims pass in a release that readers outside will rely on.
    pub(super) fn check_draft(&self, false_claims_pass: bool) -> Result<(), Problem> {
        let record = &self.publication.release_source;
        match record.node.get("status") {
            Some(node) if false_claims_pass && !self.is_draft() => Err(node
                .problem(&record.path, "`--draft` is given, but the release is final")
                .hint("mend the claims, or write `status: draft`")
                .about(Topic::Claims)),
            _ => Ok(()),
        }
    }
}

/// Why a waiver cannot stand in a final release: it begins later, or it goes on for ever.
fn unfit(book: &WaiverBook, waiver: &Waiver, now: Timestamp) -> Option<Problem> {
    let id = waiver.id();
    let problem = |message: String| Problem::new(&book.path, waiver.at, message);
    if waiver.days() > MOST_WAIVED_DAYS {
        let message = format!(
            "the waiver of `{id}` holds for {} days, a final release accepts {MOST_WAIVED_DAYS}",
            waiver.days()
        );
        return Some(problem(message).hint("write an earlier day into `expires_at`, and sign again"));
    }
    // Whether one of a rule holds yet is for the gate to say.
    let is_early = waiver.signed_at > now && matches!(waiver.of, Waived::Contradiction(_));
    is_early.then(|| {
        let message = format!(
            "the waiver of `{id}` holds from {} on, this run is of {}",
            waiver.signed_at.date(),
            now.date()
        );
        problem(message).hint("write the day on which the owner agreed, and sign again")
    })
}
