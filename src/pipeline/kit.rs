//! The T+7 kit of a build, and the proof of source beside its release.

use super::{Edition, Failure, Inputs, archive};
use crate::bundle::{self, Policy, Verification, Verified};
use crate::config::Publication;
use crate::diag::{About, Checked, Problem, Topic};
use crate::domain::{Digest, Language, StressReport};
use crate::evidence::Evidence;
use crate::fs::{self, NewFolder, Project, Tree};
use crate::kit::{self, Finished, Kit, KitInput, Press};
use crate::seal::SigningKeys;
use crate::site;
use std::path::{Path, PathBuf};

/// What of a bundle is for announcements: the kit, the page with the summary in both forms, and the
/// picture for previews.
fn is_of_kit(path: &str, languages: &[Language]) -> bool {
    if path == format!("data/{}", kit::RESULTS) || path == format!("data/{}/delta.csv", kit::FOLDER) {
        return true;
    }
    languages.iter().any(|language| {
        let tag = language.tag();
        path.starts_with(&format!("data/{}/{tag}/", kit::FOLDER))
            || path == format!("data/pages/{tag}/{}.md", kit::SUMMARY_PAGE)
            || path == format!("data/site/{}", kit::feed_path(*language))
            || path == format!("data/site/{}", site::card_path(*language))
    })
}

/// A kit that was taken out of a release.
#[derive(Debug)]
pub struct KitFiles {
    /// What was shown of the release before a byte of it was used.
    pub verification: Verification,
    /// The release's folder, as shown to people.
    pub folder: String,
    /// The files, by their paths in the bag.
    pub files: Tree,
}

/// Reads the kit out of the built release that `publication.yaml` names, after verifying it.
///
/// # Errors
/// Problems of the project, no built release, or one that cannot be trusted.
pub fn read_kit(project: &Project, languages: &[Language], policy: &Policy) -> Result<KitFiles, Failure> {
    let publication = Publication::load(project)?;
    let folder = format!("{}/{}", publication.bundle_directory, publication.release.id);
    if !project.locate(&folder).is_dir() {
        let problem = Problem::with_file(folder, "the release is not built yet");
        return Err(problem.hint("run `stage6 build` first").into());
    }
    let of_kit = |path: &str| is_of_kit(path, languages);
    let members = bundle::read_members(&project.locate(&folder), policy, of_kit)?;
    Ok(KitFiles {
        verification: members.verification,
        folder,
        files: members.files,
    })
}

/// Writes a kit into a folder that must not exist yet, whole or not at all. Returns the paths inside it.
///
/// # Errors
/// The folder is in use, or the disk refuses.
pub fn write_kit(kit: &KitFiles, target: &Path) -> Result<(), Failure> {
    NewFolder::check(target)?;
    let folder = NewFolder::begin(target)?;
    for (path, bytes) in &kit.files {
        let mut file = folder.create(path.strip_prefix("data/").unwrap_or(path))?;
        file.write(bytes)?;
        file.finish()?;
    }
    folder.put_in_place()?;
    Ok(())
}

/// Makes the kit of a build.
pub(super) fn make(
    project: &Project,
    inputs: &Inputs,
    told: (&Evidence, &StressReport),
    keys: &SigningKeys,
) -> Checked<Kit> {
    let press = Press::load(project).about(Topic::Templates)?;
    with_input(inputs, told, keys, |input| kit::make(input, &press)).about(Topic::Templates)
}

/// What a proof says of the release that a build has just verified.
pub(super) fn finished(inputs: &Inputs, edition: &Edition, verified: &Verified) -> Finished {
    Finished {
        files: digests(&verified.files),
        checked_at: edition.report.generated_at,
        hmac_count: verified.verification.hmac_count(),
        archive: archive::place(&inputs.publication),
    }
}

/// The digests of a release's files, as a proof lists them.
pub(super) fn digests(files: &Tree) -> Vec<(String, Digest)> {
    let files = files.iter();
    files
        .map(|(name, bytes)| (name.clone(), Digest::of(bytes)))
        .collect()
}

/// The proofs that are missing, or that speak of another bundle than the one that stands.
pub(super) fn unfit_proofs(project: &Project, proofs: &[(String, String)]) -> Vec<String> {
    let unfit = proofs.iter().filter_map(|(path, text)| {
        let stands = project.read(path);
        match stands {
            Err(_) => Some(format!("{path}: missing")),
            Ok(bytes) if bytes != text.as_bytes() => Some(format!("{path}: of another bundle, or changed")),
            Ok(_) => None,
        }
    });
    unfit.collect()
}

/// The proofs of source of a finished release, with their places inside the project: beside its folder, which holds nothing foreign.
pub(super) fn proofs(
    project: &Project,
    inputs: &Inputs,
    edition: &Edition,
    keys: &SigningKeys,
    finished: &Finished,
) -> Checked<Vec<(String, String)>> {
    let press = Press::load(project)?;
    with_input(inputs, (&edition.evidence, &edition.report), keys, |input| {
        let languages = inputs.publication.languages.iter();
        languages
            .map(|language| {
                let path = format!("{}.proof.{}.md", inputs.release_directory(), language.tag());
                let text = kit::proof(input, &press, *language, finished)?;
                Ok((path, text))
            })
            .collect()
    })
}

/// Writes the proofs, together or not at all.
pub(super) fn write_proofs(project: &Project, proofs: &[(String, String)]) -> Result<(), Failure> {
    let files: Vec<(PathBuf, &[u8])> = proofs
        .iter()
        .map(|(path, text)| (project.locate(path), text.as_bytes()))
        .collect();
    Ok(fs::write_together(&files)?)
}

fn with_input<T>(
    inputs: &Inputs,
    (evidence, report): (&Evidence, &StressReport),
    keys: &SigningKeys,
    then: impl FnOnce(&KitInput<'_>) -> T,
) -> T {
    let publication = &inputs.publication;
    let fingerprint = keys.release.public().fingerprint();
    then(&KitInput {
        evidence,
        report,
        release: &publication.release,
        bundle: &publication.bundle,
        producer: &publication.signing.producer,
        key_id: keys.hmac.id().unwrap_or_default(),
        fingerprint: &fingerprint,
        development: keys.is_development(),
        name: &publication.site_name,
        languages: &publication.languages,
        wordings: &inputs.wordings,
        lineage: &inputs.chain.lineage,
        base_url: publication.versions.base_url.as_ref(),
        has_summary: inputs.drafts.iter().any(|draft| draft.id == kit::SUMMARY_PAGE),
    })
}
