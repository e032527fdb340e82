//! `stage6 gate` and `stage6 publish`: the rules are evaluated for the release that stands in its folder, and one that
//! passes all of them is archived, recorded and, if asked for, put where readers fetch it.

use super::archive::{self, folder, lists};
use super::gate_facts::{BundleFound, Examined, GateFacts};
use super::gate_mirror::{MirrorFound, Mirrored};
use super::outlets::{Author, Delivery, Outlet, Outlets};
use super::publications::PublicationStatement;
use super::signals::SIGNALS_INDEX;
use super::{Edition, Failure, Inputs, Occasion, Recorder, build, kit, make, runbook, weigh};
use crate::bundle::{Packed, Policy, Verification, verify_packed};
use crate::config::Publication;
use crate::diag::Problem;
use crate::domain::{Digest, GateRulings, GateStage, Reuse, Timestamp};
use crate::fs::{self, Lock, Project, Tree};
use crate::journal::{Appended, JournalEvent, LOG_PATH, Stored, Verdict};
use crate::kit::Finished;
use crate::seal::SigningKeys;
use std::path::PathBuf;

/// What `stage6 publish` is asked for.
#[derive(Clone, Debug, Default)]
pub struct PublishOptions {
    /// Where it goes beyond the archive.
    pub outlets: Vec<Outlet>,
    /// Who makes commits; the producer, if nobody is named.
    pub author: Option<Author>,
    /// The moment of the run was given, not read from the clock; the record says so.
    pub moment_is_stated: bool,
}

/// What the gate said, and what followed.
#[derive(Debug)]
pub struct Published {
    /// The bundle's name.
    pub bundle: String,
    /// Every rule.
    pub rulings: GateRulings,
    /// The archived copy and the signed record; nothing if the gate is closed.
    pub places: Vec<String>,
    /// What came of each outlet; nothing if the gate is closed.
    pub deliveries: Vec<Delivery>,
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
    let outlets = options.outlets_of(project, &publication);
    outlets.check()?;
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
    if !judged.rulings.is_open() {
        let verdict = Verdict::Failed("gate-closed".to_owned());
        let inputs = lists(&judged.inputs.release_directory(), &judged.files);
        let recorded = recorder.published(judged.bundle(), verdict, (inputs, archive::no_digests()))?;
        return Ok(judged.result(Vec::new(), recorded));
    }
    check_order(project, occasion.now)?;
    let _lock = Lock::take(&project.locate("var/.stage6.lock"), || ())?;
    let (places, recorded) = put_in_place(project, &publication, keys, (&judged, &recorder), options)?;
    // Last: whatever an outlet shows, archive and record have already.
    let deliveries = outlets.deliver(&judged.files, policy, occasion.now);
    Ok(Published {
        deliveries,
        ..judged.result(places, recorded)
    })
}

/// Refuses outlets that could not be served, and writes nothing.
///
/// # Errors
/// One problem for each of them.
pub fn check_outlets(project: &Project, options: &PublishOptions) -> Result<(), Failure> {
    let publication = Publication::load(project)?;
    Ok(options.outlets_of(project, &publication).check()?)
}

impl PublishOptions {
    fn outlets_of<'a>(&'a self, project: &'a Project, publication: &'a Publication) -> Outlets<'a> {
        Outlets {
            project,
            publication,
            all: &self.outlets,
            author: self.author.as_ref(),
        }
    }
}

/// Archive, then record: whatever ends this early, there is no record without the copy that it names.
fn put_in_place(
    project: &Project,
    publication: &Publication,
    keys: &SigningKeys,
    (judged, recorder): (&Judged, &Recorder<'_>),
    options: &PublishOptions,
) -> Result<(Vec<String>, Option<Appended>), Failure> {
    let bundle = judged.bundle();
    let copy = format!("{}/{bundle}", folder(publication));
    check_copy(project, &copy, &judged.files)?;
    let archived = vec![fs::Staging::write(&project.locate(&copy), &judged.files, &[])?];
    let mut places = vec![copy.clone()];
    let record = PublicationStatement {
        bundle,
        files: &judged.files,
        manifest: judged.manifest,
        rulings: &judged.rulings,
        archive: &copy,
        now: recorder.now,
        moment_is_stated: options.moment_is_stated,
    };
    let record = record.seal(project, keys)?;
    let inputs = lists(&judged.inputs.release_directory(), &judged.files);
    let mut outputs = lists(&copy, &judged.files);
    let digests = record
        .iter()
        .map(|(path, bytes)| (path.clone(), Digest::of(bytes)));
    outputs.extend(digests);
    // As with a build, the line comes before the exchange: no release stands where readers fetch it without its line.
    let recorded = recorder.published(bundle, Verdict::Done, (inputs.clone(), outputs))?;
    let files: Vec<(PathBuf, &[u8])> = record
        .iter()
        .map(|(path, bytes)| (project.locate(path), bytes.as_slice()))
        .collect();
    let put = || -> Result<(), Failure> {
        fs::publish_all(archived)?;
        Ok(fs::write_together(&files)?)
    };
    put().inspect_err(|_| {
        let verdict = Verdict::Failed("not-put-in-place".to_owned());
        // The failure itself is what people need to see.
        let _ = recorder.published(bundle, verdict, (inputs, archive::no_digests()));
    })?;
    places.extend(record.keys().cloned());
    Ok((places, recorded))
}

/// Refuses a moment before the last publication: with a clock that was set back, what expired would hold again.
fn check_order(project: &Project, now: Timestamp) -> Result<(), Failure> {
    let entries = Stored::read(project)?.entries().map_err(Failure::Journal)?;
    let last = entries
        .iter()
        .rev()
        .map(|(entry, _)| &entry.decision)
        .find(|decision| decision.event == JournalEvent::Publication && decision.verdict == Verdict::Done);
    match last {
        Some(decision) if decision.at > now => {
            let message = format!(
                "this run is of {now}, but the decision log says that `{}` was published at {}",
                decision.subject, decision.at
            );
            let problem = Problem::with_file(LOG_PATH, message);
            Err(problem.hint("leave `--date` away, or set the clock right").into())
        }
        _ => Ok(()),
    }
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

/// Looks at what surrounds a release that stands: proofs, mirror, archive.
struct Finder<'a> {
    project: &'a Project,
    keys: &'a SigningKeys,
    policy: &'a Policy,
    publication: &'a Publication,
    standing: &'a Standing,
}

impl Finder<'_> {
    /// `made` is what the inputs give for the moment `then` of the bundle.
    fn find(
        &self,
        (inputs, edition): (&Inputs, &Edition),
        made: &Tree,
        (then, now): (Timestamp, Timestamp),
    ) -> Result<BundleFound, Failure> {
        let (project, publication, standing) = (self.project, self.publication, self.standing);
        let fallbacks = archive::verified(project, publication, self.policy)?.into_iter();
        let own = i64::from(publication.release.sequence);
        let finished = Finished {
            files: kit::digests(&standing.files),
            checked_at: then,
            hmac_count: standing.hmac_count,
            archive: archive::place(publication),
        };
        let proofs = kit::proofs(project, inputs, edition, self.keys, &finished)?;
        let index = project.read(SIGNALS_INDEX).unwrap_or_default();
        let release = Mirrored {
            folder: &standing.directory,
            id: &publication.release.id,
            files: &standing.files,
            index: &index,
        };
        Ok(BundleFound {
            mirror: MirrorFound::read(project, &release, &self.keys.hmac, now),
            unfit_proofs: kit::unfit_proofs(project, &proofs),
            verified: standing.made_at.is_some(),
            reproduced: *made == standing.files,
            manifest: standing.manifest(publication.bundle.as_str()),
            fallbacks: fallbacks
                .filter(|one| one.sequence() < own)
                .map(|one| one.bundle)
                .collect(),
        })
    }
}

fn examine(
    project: &Project,
    keys: &SigningKeys,
    policy: &Policy,
    now: Timestamp,
) -> Result<Judged, Failure> {
    let publication = Publication::load(project)?;
    let standing = Standing::read(project, &publication, keys)?;
    // The inputs of now, for the moment of the bundle: if they give the same bytes, then what was weighed is what is
    // published, and nothing in either was changed since.
    let then = standing.made_at.unwrap_or(now).min(now);
    let inputs = Inputs::load(project, then)?;
    let archived = runbook::read_archive(project)?;
    runbook::check_archive(&archived, &keys.hmac)?;
    let occasion = Occasion {
        draft: true,
        ..Occasion::at(then)
    };
    // Nothing of earlier builds is believed here.
    let anew = (keys, &Reuse::none());
    let (edition, made) = make(project, (&inputs, &archived), anew, occasion, &mut |_| ())?;
    let finder = Finder {
        project,
        keys,
        policy,
        publication: &publication,
        standing: &standing,
    };
    let found = finder.find((&inputs, &edition), &made.files, (then, now))?;
    let manifest = found.manifest;
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
            deliveries: Vec::new(),
            recorded,
        }
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
