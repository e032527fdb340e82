//! `stage6 gate` and `stage6 publish`: the rules are evaluated for the release that stands in its folder, and one that
//! passes all of them is archived, recorded and, if asked for, put where readers fetch it.

use super::archive::{self, folder, lists};
use super::gate_facts::{BundleFound, Examined, GateFacts};
use super::gate_mirror::{MirrorFound, Mirrored};
use super::publications::{RECORD_SCHEMA, record_name, record_path};
use super::signals::SIGNALS_INDEX;
use super::{Failure, Inputs, Occasion, Recorder, TOOL_VERSION, build, kit, make, runbook, weigh};
use crate::bundle::{Packed, Policy, RELEASE_ENDINGS, Verification, verify_packed};
use crate::config::Publication;
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::domain::{Digest, GateRulings, GateStage, Timestamp};
use crate::fs::{self, Lock, Project, Tree};
use crate::gate::gate_json;
use crate::journal::{Appended, Verdict};
use crate::kit::Finished;
use crate::seal::{SIGNATURE_ENDING, SigningKeys, seal};
use std::path::{Path, PathBuf};

/// What `stage6 publish` is asked for.
#[derive(Clone, Debug, Default)]
pub struct PublishOptions {
    /// A folder that gets the release folder, in one step.
    pub to: Option<PathBuf>,
}

/// What the gate said, and what followed.
#[derive(Debug)]
pub struct Published {
    /// The bundle's name.
    pub bundle: String,
    /// Every rule.
    pub rulings: GateRulings,
    /// The archived copy, the signed record, and the folder that readers fetch it from; nothing if the gate is closed.
    pub places: Vec<String>,
    /// The line of the decision log; `None` if nothing was to be recorded.
    pub recorded: Option<Appended>,
}

/// The release that stands in its folder, and what the rules say about it.
struct Judged {
    inputs: Inputs,
    rulings: GateRulings,
    /// The files, where there are any.
    files: Tree,
    manifest: Option<Digest>,
}

/// Evaluates all rules for the release that stands in its folder, and writes nothing.
///
/// # Errors
/// Bad input. A closed gate is none.
pub fn gate(
    project: &Project,
    keys: &SigningKeys,
    policy: &Policy,
    now: Timestamp,
) -> Result<Published, Failure> {
    let judged = examine(project, keys, policy, now)?;
    Ok(judged.result(Vec::new(), None))
}

/// Builds the release unless it stands in its folder, and publishes it if the gate is open.
///
/// # Errors
/// Bad input, a target folder with anything else in it, or a disk that refuses; then nothing was published. A closed
/// gate is no error.
pub fn publish(
    project: &Project,
    keys: &SigningKeys,
    policy: &Policy,
    occasion: Occasion<'_>,
    options: &PublishOptions,
) -> Result<Published, Failure> {
    let publication = Publication::load(project)?;
    let target = options.to.as_ref().map(|to| to.join(&publication.release.id));
    if let Some(target) = &target {
        check_target(target, publication.bundle.as_str())?;
    }
    if !project.locate(&release_directory(&publication)).exists() {
        build(project, |_| Ok(keys.clone()), occasion, || (), &mut |_| ())?;
    }
    let judged = examine(project, keys, policy, occasion.now)?;
    let recorder = Recorder {
        project,
        key: &keys.hmac,
        now: occasion.now,
        actor: occasion.actor,
    };
    let bundle = judged.bundle().to_owned();
    let inputs = lists(&judged.inputs.release_directory(), &judged.files);
    if !judged.rulings.is_open() {
        let verdict = Verdict::Failed("gate-closed".to_owned());
        let recorded = recorder.published(&bundle, verdict, (inputs, archive::no_digests()))?;
        return Ok(judged.result(Vec::new(), recorded));
    }
    let _lock = Lock::take(&project.locate("var/.stage6.lock"), || ())?;
    let copy = format!("{}/{bundle}", folder(&publication));
    check_copy(project, &copy, &judged.files)?;
    let mut stagings = vec![fs::Staging::write(&project.locate(&copy), &judged.files, &[])?];
    let mut places = vec![copy.clone()];
    if let Some(target) = &target {
        stagings.push(fs::Staging::write(target, &judged.files, &[])?);
        places.push(target.display().to_string());
    }
    let record = judged.record(keys, &copy, occasion.now)?;
    let mut outputs = lists(&copy, &judged.files);
    outputs.extend(
        record
            .iter()
            .map(|(path, bytes)| (path.clone(), Digest::of(bytes))),
    );
    // As with a build, the line comes before the exchange: no release stands where readers fetch it without its line.
    let recorded = recorder.published(&bundle, Verdict::Done, (inputs.clone(), outputs))?;
    fs::publish_all(stagings).inspect_err(|_| {
        let verdict = Verdict::Failed("not-put-in-place".to_owned());
        // The failure itself is what people need to see.
        let _ = recorder.published(&bundle, verdict, (inputs, archive::no_digests()));
    })?;
    let files: Vec<(PathBuf, &[u8])> = record
        .iter()
        .map(|(path, bytes)| (project.locate(path), bytes.as_slice()))
        .collect();
    fs::write_together(&files)?;
    places.extend(record.keys().cloned());
    Ok(judged.result(places, recorded))
}

/// The folder of the release that the configuration names.
fn release_directory(publication: &Publication) -> String {
    format!("{}/{}", publication.bundle_directory, publication.release.id)
}

/// The release as it stands in its folder.
struct Standing {
    directory: String,
    files: Tree,
    /// When it says it was made, if it verifies.
    made_at: Option<Timestamp>,
    /// How many HMAC signatures fitted.
    hmac_count: usize,
}

impl Standing {
    fn read(project: &Project, publication: &Publication, keys: &SigningKeys) -> Result<Standing, Failure> {
        let directory = release_directory(publication);
        let location = project.locate(&directory);
        let files = match location.exists() {
            true => fs::read_tree(&location)?,
            false => Tree::new(),
        };
        let packed = Packed { files: files.clone() };
        let verified = verify_packed(packed, keys).ok();
        let verification = verified.map(|verified| verified.verification);
        let stated = verification.as_ref().and_then(|one| one.stated.as_ref());
        Ok(Standing {
            directory,
            files,
            made_at: stated.map(|stated| stated.generated_at),
            hmac_count: verification.as_ref().map_or(0, Verification::hmac_count),
        })
    }

    fn manifest(&self, bundle: &str) -> Option<Digest> {
        let manifest = self.files.get(&format!("{bundle}.manifest.json"));
        manifest.map(|bytes| Digest::of(bytes))
    }
}

fn examine(
    project: &Project,
    keys: &SigningKeys,
    policy: &Policy,
    now: Timestamp,
) -> Result<Judged, Failure> {
    let publication = Publication::load(project)?;
    let bundle = publication.bundle.as_str();
    let standing = Standing::read(project, &publication, keys)?;
    // The inputs of now, for the moment of the bundle: if they give the same bytes, then what was weighed is what is
    // published, and nothing in either was changed since.
    let then = standing.made_at.unwrap_or(now).min(now);
    let inputs = Inputs::load(project, then)?;
    let archived = runbook::read_archive(project)?;
    runbook::check_archive(&archived, &keys.hmac)?;
    let occasion = Occasion {
        now: then,
        draft: true,
        actor: None,
    };
    let (edition, made) = make(project, (&inputs, &archived), keys, occasion, &mut |_| ())?;
    let fallbacks = archive::verified(project, &publication, policy)?.into_iter();
    let manifest = standing.manifest(bundle);
    let finished = Finished {
        files: kit::digests(&standing.files),
        checked_at: then,
        hmac_count: standing.hmac_count,
        archive: standing.directory.clone(),
    };
    let proofs = kit::proofs(project, &inputs, &edition, keys, &finished)?;
    let index = project.read(SIGNALS_INDEX).unwrap_or_default();
    let release = Mirrored {
        folder: &standing.directory,
        id: &publication.release.id,
        files: &standing.files,
        index: &index,
    };
    let found = BundleFound {
        mirror: MirrorFound::read(project, &release, &keys.hmac, now),
        unfit_proofs: kit::unfit_proofs(project, &proofs),
        verified: standing.made_at.is_some(),
        reproduced: made.files == standing.files,
        manifest,
        fallbacks: fallbacks
            .map(|one| one.bundle)
            .filter(|name| name != bundle)
            .collect(),
    };
    let (book, _) = inputs.waiver_book(&keys.hmac);
    let mut counted = GateFacts::of(&Examined {
        inputs: &inputs,
        keys,
        archive: &archived,
        book: &book,
        evidence: &edition.evidence,
        report: &edition.report,
        run: &edition.run,
        pages: &edition.pages,
        kit: &edition.kit,
        now,
    })?;
    counted.add_bundle(&found, &standing.directory);
    counted.mirror(&found.mirror, publication.gate.no_mirror.as_ref());
    let rulings = weigh(
        &inputs,
        &edition.evidence,
        counted,
        (&book, now),
        GateStage::Publication,
    );
    Ok(Judged {
        inputs,
        rulings,
        files: standing.files,
        manifest,
    })
}

impl Judged {
    fn bundle(&self) -> &str {
        self.inputs.publication.bundle.as_str()
    }

    fn result(self, places: Vec<String>, recorded: Option<Appended>) -> Published {
        Published {
            bundle: self.bundle().to_owned(),
            rulings: self.rulings,
            places,
            recorded,
        }
    }

    /// The record of a publication with its signature: what was published, when its signatures were checked, where the
    /// copy stands, and every rule. It is the proof of source for uses of the release.
    fn record(&self, keys: &SigningKeys, copy: &str, now: Timestamp) -> Result<Tree, Failure> {
        let bundle = self.bundle();
        let digest =
            |digest: Option<Digest>| digest.map_or(Json::Null, |digest| Json::text(digest.to_string()));
        let list = self
            .files
            .get(&format!("{bundle}.sha256"))
            .map(|bytes| Digest::of(bytes));
        let json = Json::map([
            ("schema", Json::text(RECORD_SCHEMA)),
            ("schema_version", Json::text("1.0")),
            ("bundle", Json::text(bundle)),
            ("published_at", Json::text(now.to_string())),
            ("signatures_checked_at", Json::text(now.to_string())),
            ("manifest_sha256", digest(self.manifest)),
            ("list_sha256", digest(list)),
            ("release_key", Json::text(keys.release.public().fingerprint())),
            ("archive", Json::text(copy)),
            ("gate", gate_json(&self.rulings, bundle, TOOL_VERSION)),
        ]);
        let bytes = json.to_file_text().into_bytes();
        let sealed = seal(&record_name(bundle), bytes, &keys.hmac, now)?;
        let path = record_path(bundle);
        Ok([
            (format!("{path}{SIGNATURE_ENDING}"), sealed.signature),
            (path, sealed.bytes),
        ]
        .into())
    }
}

/// Refuses to put other bytes in the place of what was published before.
fn check_copy(project: &Project, copy: &str, files: &Tree) -> Result<(), Problem> {
    let location = project.locate(copy);
    if !location.exists() || fs::read_tree(&location)? == *files {
        return Ok(());
    }
    Err(Problem::with_file(copy, "is archived already with other bytes")
        .hint("give the new release a number of its own (`sequence`); what was published stays as it was"))
}

/// Refuses to replace a folder that holds anything but a release.
fn check_target(target: &Path, bundle: &str) -> Result<(), Problem> {
    let shown = target.display().to_string();
    let family = bundle.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let is_ours = |name: &String| {
        let rest = name.strip_prefix(family);
        let ending = rest.map(|rest| rest.trim_start_matches(|letter: char| letter.is_ascii_digit()));
        ending.is_some_and(|ending| RELEASE_ENDINGS.contains(&ending))
    };
    match fs::list_names(target, &shown)?.iter().find(|name| !is_ours(name)) {
        Some(name) => Err(Problem::with_file(
            format!("{shown}/{name}"),
            "is no part of this release, and the folder is replaced whole",
        )
        .hint("move it elsewhere, or name another folder with `--to`")),
        None => Ok(()),
    }
}
