//! The manifest and signature that every mandatory checklist has in a bundle: those of the archive where a key made for
//! publication signed it there, else a seal of the build, which says that nobody signed.

use super::Inputs;
use super::runbook::Archived;
use crate::content::place;
use crate::domain::{Digest, Timestamp};
use crate::evidence::{Evidence, EvidenceKind, Sealed, Signer};
use crate::fs::Tree;
use crate::seal::{HmacKey, RUNBOOK_MANIFEST_ENDING, RunbookManifest, SIGNATURE_ENDING, sha384_hex};

/// What a bundle holds beside a checklist.
pub(super) struct RunbookSeal {
    /// The checklist, inside the project.
    path: String,
    manifest: Vec<u8>,
    signature: Vec<u8>,
    sealed: Sealed,
}

/// The seals of all mandatory checklists, and of every archived runbook that is among the documents.
pub(super) fn seals(
    inputs: &Inputs,
    archive: &[Archived],
    key: &HmacKey,
    now: Timestamp,
) -> Vec<RunbookSeal> {
    let mandatory = &inputs.publication.gate.checklists;
    let is_there = |path: &&String| inputs.documents.iter().any(|(known, _)| known == *path);
    let archived = archive.iter().filter(|one| one.was_signed_for_publication(key));
    let mut seals: Vec<RunbookSeal> = archived.map(RunbookSeal::of_archive).collect();
    seals.retain(|seal| is_there(&&seal.path));
    for path in mandatory {
        let has_seal = seals.iter().any(|seal| seal.path == *path);
        let document = inputs.documents.iter().find(|(known, _)| known == path);
        if let (false, Some((path, bytes))) = (has_seal, document) {
            seals.push(RunbookSeal::by_build(path, bytes, key, now));
        }
    }
    seals
}

impl RunbookSeal {
    fn of_archive(one: &Archived) -> RunbookSeal {
        RunbookSeal {
            path: one.path().to_owned(),
            manifest: one.manifest.to_file(),
            signature: one.signature.clone(),
            sealed: Sealed {
                key_id: one.key_name().to_owned(),
                development: false,
                signer: Signer::People(one.manifest.stakeholders.clone()),
            },
        }
    }

    fn by_build(path: &str, bytes: &[u8], key: &HmacKey, now: Timestamp) -> RunbookSeal {
        let manifest = RunbookManifest {
            source_path: path.to_owned(),
            archived_path: path.to_owned(),
            signature_path: format!("{path}{SIGNATURE_ENDING}"),
            generated_at: now,
            sha256: Digest::of(bytes),
            sha384: sha384_hex(bytes),
            stakeholders: Vec::new(),
            sealed_by_build: true,
        };
        RunbookSeal {
            path: path.to_owned(),
            signature: manifest.to_signature(key),
            manifest: manifest.to_file(),
            sealed: Sealed {
                key_id: key.id().unwrap_or_default().to_owned(),
                development: key.is_development(),
                signer: Signer::Nobody,
            },
        }
    }
}

/// Tells the evidence which documents are sealed, for the pages that show them.
pub(super) fn tell(seals: &[RunbookSeal], evidence: &mut Evidence) {
    for seal in seals {
        evidence.set_sealed(&seal.path, seal.sealed.clone());
    }
}

/// The files of the seals, by their paths below the bag's `data` folder.
pub(super) fn files(seals: &[RunbookSeal]) -> Tree {
    let mut files = Tree::new();
    for seal in seals {
        let path = place::bundled_evidence(EvidenceKind::Document, &seal.path);
        let stem = path.strip_suffix(".md").unwrap_or(&path);
        files.insert(format!("{stem}{RUNBOOK_MANIFEST_ENDING}"), seal.manifest.clone());
        files.insert(format!("{path}{SIGNATURE_ENDING}"), seal.signature.clone());
    }
    files
}
