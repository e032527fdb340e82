//! The chain of earlier releases, read out of the archive: results of all of them, sites of those that are kept.
//!
//! Each bundle is verified and read once. Where a chain cannot be followed further, the page of releases says so; only
//! the release directly before must be there for a final release.

use super::previous::{self, Previous};
use crate::bundle::{self, Members, Policy, is_safe_path};
use crate::config::Publication;
use crate::diag::{About, Checked, Problem, Problems, Topic};
use crate::document::{Node, json, yaml};
use crate::domain::{BundleName, Digest, Provenance};
use crate::evidence::{Builder, EvidenceKind, Lineage, PastRelease};
use crate::fs::{Project, Tree};
use crate::kit;
use crate::seal::DistrustCode;
use crate::site;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The folder of the bag that holds the site.
const SITE: &str = "data/site/";

/// Where the signed report stands in a bag.
const REPORT: &str = "data/reports/stress_lab_report.json";

/// Where a bag holds the rules that it was published by.
const PUBLICATION: &str = "data/evidence/config/publication.yaml";

/// What is known of earlier releases.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// The results of the release directly before, as evidence.
    pub(super) previous: Option<Previous>,
    /// Its `publication.yaml`, for the rules that it was published by; none if its bundle does not hold it.
    pub(super) publication: Option<Node>,
    /// All of them.
    pub(super) lineage: Lineage,
}

/// The chain of a publication that could be read; its problems join the others.
pub(super) fn read(project: &Project, publication: Option<&Publication>, problems: &mut Problems) -> Chain {
    let chain = publication
        .and_then(|publication| problems.take(follow(project, publication).about(Topic::ReleaseRecord)));
    chain.unwrap_or_default()
}

/// Follows the chain.
///
/// # Errors
/// A bundle that does not verify, does not come before the one that names it, or whose site cannot be placed; for a
/// final release also a predecessor that is not there or holds no results.
fn follow(project: &Project, publication: &Publication) -> Checked<Chain> {
    let mut chain = Chain::default();
    let mut next = publication.release.previous.as_deref().and_then(Digest::from_hex);
    if next.is_none() {
        return Ok(chain);
    }
    let archive = Archive::list(project, &publication.bundle_directory)?;
    let mut number = i64::from(publication.release.sequence);
    while let Some(digest) = next {
        let count = chain.lineage.releases.len();
        let Some(found) = archive.find(digest, count, publication.versions.keep_releases)? else {
            chain.lineage.missing = Some(digest);
            break;
        };
        let (past, results, before) = found.release(archive.folder)?;
        if past.sequence >= number {
            let message = format!(
                "has the number {}, but the release after it has {number}",
                past.sequence
            );
            return Err(vec![
                Problem::with_file(&found.list, message)
                    .hint("name the digest list of the release before in `previous`"),
            ]);
        }
        number = past.sequence;
        next = before;
        if count == 0 {
            previous::check_identity(publication, &found.list, &past)?;
            chain.publication = found.publication();
            chain.previous = results;
        }
        chain.lineage.releases.push(past);
    }
    let direct = (!chain.lineage.releases.is_empty(), chain.previous.is_some());
    previous::require(publication, direct)?;
    check_places(&publication.release.id, &chain.lineage)?;
    Ok(chain)
}

/// The digest lists below the folder of releases; of one release several copies may be there.
struct Archive<'a> {
    project: &'a Project,
    folder: &'a str,
    lists: BTreeMap<Digest, Vec<(String, Vec<u8>)>>,
}

/// A bundle that verifies.
struct Found {
    /// Its digest list, as shown to people, and its bytes.
    list: String,
    bytes: Vec<u8>,
    members: Members,
}

impl<'a> Archive<'a> {
    fn list(project: &'a Project, folder: &'a str) -> Checked<Archive<'a>> {
        let mut lists: BTreeMap<Digest, Vec<(String, Vec<u8>)>> = BTreeMap::new();
        for path in project.list(folder, ".sha256").map_err(|problem| vec![problem])? {
            let bytes = project.read(&path).map_err(|problem| vec![problem])?;
            lists.entry(Digest::of(&bytes)).or_default().push((path, bytes));
        }
        Ok(Archive {
            project,
            folder,
            lists,
        })
    }

    /// The release behind a list: the first copy that verifies; nothing if there is no copy. `count` releases stand
    /// between it and this one, and the sites of the first `keep` are read.
    ///
    /// # Errors
    /// What is wrong with the first copy, if none verifies.
    fn find(&self, digest: Digest, count: usize, keep: usize) -> Checked<Option<Found>> {
        let copies = self.lists.get(&digest).map(Vec::as_slice).unwrap_or_default();
        let results = results_path();
        let nested = format!("{SITE}{}/", site::KEPT_FOLDER);
        let wanted = |path: &str| {
            let of_site = count < keep && path.starts_with(SITE) && !path.starts_with(&nested);
            of_site || path == results || path == REPORT || (count == 0 && path == PUBLICATION)
        };
        let mut wrong = None;
        for (list, bytes) in copies {
            let folder = list.rsplit_once('/').map_or("", |(folder, _)| folder);
            let read = bundle::read_members(&self.project.locate(folder), &Policy::default(), wanted);
            let (file, reason) = match read {
                Ok(members) if members.verification.list == Some(digest) => {
                    return Ok(Some(Found {
                        list: list.clone(),
                        bytes: bytes.clone(),
                        members,
                    }));
                }
                Ok(members) => {
                    let name = format!("{}.sha256", members.verification.bundle);
                    (name, "was changed while it was read".to_owned())
                }
                Err(distrust) => (distrust.file.clone(), distrust.reason),
            };
            let shown = Path::new(folder).join(file).display().to_string();
            let what = if count == 0 {
                "the release before"
            } else {
                "an earlier release"
            };
            let problem = Problem::with_file(shown, format!("{what} {reason}"));
            wrong.get_or_insert(problem.hint("restore its folder from the archive"));
        }
        wrong.map_or(Ok(None), |problem| Err(vec![problem]))
    }
}

/// Where the results stand in a bag.
fn results_path() -> String {
    format!("data/{}", kit::RESULTS)
}

impl Found {
    /// Its `publication.yaml`.
    fn publication(&self) -> Option<Node> {
        let bytes = self.members.files.get(PUBLICATION)?;
        yaml::read(PUBLICATION, std::str::from_utf8(bytes).ok()?).ok()
    }

    /// The release, its results as evidence, and the list that it names as the one before.
    fn release(&self, archive: &str) -> Checked<(PastRelease, Option<Previous>, Option<Digest>)> {
        let verification = &self.members.verification;
        let Some(stated) = &verification.stated else {
            let code = DistrustCode::NotABundle.as_str();
            return Err(vec![Problem::with_file(
                &self.list,
                format!("is no release ({code})"),
            )]);
        };
        let bundle = &verification.bundle;
        // The id becomes part of paths.
        if BundleName::parse(&stated.id).is_none() {
            let message = format!(
                "states the id `{}`, which cannot be part of a file name",
                stated.id
            );
            return Err(vec![Problem::with_file(&self.list, message)]);
        }
        // Not where it was found: a copy in another place must not change what is said.
        let path = format!("{archive}/{bundle}/{}", results_path());
        let results = match self.members.files.get(&results_path()) {
            Some(bytes) => {
                let node = json::read(&path, bytes).map_err(|problem| vec![problem])?;
                Some(Previous::new(&path, bytes, node))
            }
            None => None,
        };
        let facts = results.as_ref().map(|results| {
            let mut builder = Builder::new();
            builder.add_file(&path, &results.bytes, EvidenceKind::Release);
            results.add_to(&mut builder);
            builder.finish()
        });
        let past = PastRelease {
            id: stated.id.clone(),
            bundle: bundle.clone(),
            producer: stated.producer.clone(),
            sequence: stated.sequence,
            status: stated.status,
            released_at: stated.released_at,
            generated_at: stated.generated_at,
            list: Digest::of(&self.bytes),
            manifest: listed(&self.bytes, &format!("{bundle}.manifest.json")),
            fingerprint: verification.signed_by.key.fingerprint(),
            development: verification.notice.is_some(),
            provenance: provenance(&path, self.members.files.get(REPORT))?,
            facts: facts.transpose()?,
            files: self.members.digests.clone(),
            site: site_of(&self.members.files),
        };
        Ok((past, results, stated.previous))
    }
}

/// The kinds of data behind the markets of a report.
fn provenance(shown: &str, report: Option<&Vec<u8>>) -> Checked<BTreeSet<Provenance>> {
    let Some(bytes) = report else {
        return Ok(BTreeSet::new());
    };
    let node = json::read(shown, bytes).map_err(|problem| vec![problem])?;
    let markets = node.get("datasets").and_then(Node::as_list).unwrap_or_default();
    let word = |market: &Node| Some(market.get("provenance")?.as_scalar()?.text.clone());
    let kinds = markets.iter().filter_map(word);
    Ok(kinds.filter_map(|word| Provenance::from_key(&word)).collect())
}

/// The digest of a file in a digest list.
fn listed(list: &[u8], name: &str) -> Option<Digest> {
    let text = std::str::from_utf8(list).ok()?;
    let mut lines = text.lines().filter_map(|line| line.split_once("  "));
    lines
        .find(|(_, listed)| *listed == name)
        .and_then(|(digest, _)| Digest::from_hex(digest))
}

/// The files of the site, by their paths inside it.
fn site_of(files: &Tree) -> Tree {
    let inside = files
        .iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix(SITE)?.to_owned(), bytes.clone())));
    inside.collect()
}

/// Refuses earlier sites that cannot stand in this one: two at one place, or paths that no bundle may hold.
///
/// # Errors
/// One problem for each release.
fn check_places(id: &str, lineage: &Lineage) -> Checked<()> {
    let mut problems = Problems::new();
    // Some systems cannot tell capital letters from small ones.
    let own = [site::KEPT_LIST.to_ascii_lowercase(), id.to_ascii_lowercase()];
    let mut taken: Vec<String> = own.into();
    for past in lineage.kept() {
        let place = format!("{}/{}", site::KEPT_FOLDER, past.id);
        let folded = past.id.to_ascii_lowercase();
        let longest = past
            .site
            .keys()
            .find(|path| !is_safe_path(&format!("{SITE}{place}/{path}")));
        let hint = "set `site.keep_releases` so that its site is not kept";
        if taken.contains(&folded) {
            let message = format!("another release stands at `site/{place}`");
            problems.push(Problem::with_file(&past.bundle, message).hint(hint));
        } else if let Some(path) = longest {
            let message = format!("its page `{path}` has no valid path below `site/{place}`");
            problems.push(Problem::with_file(&past.bundle, message).hint(hint));
        }
        taken.push(folded);
    }
    problems.into_result(())
}
