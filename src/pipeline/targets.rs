//! Which folders a build may replace. A folder is replaced whole, so it must hold nothing but what an earlier build
//! put there: a wrong path in a configuration file must never cost anybody a file.

use super::archive;
use super::publications::RECORDS;
use super::rollback::ROLLBACK_PAGE;
use super::{ANALYTICS_NAME, GATE_NAME, REPORT_NAME, RunFiles};
use crate::bundle::RELEASE_ENDINGS;
use crate::config::{Core, Publication};
use crate::diag::{About, Checked, Problem, Problems, Topic};
use crate::document::Node;
use crate::domain::Digest;
use crate::fs::{self, Project, display_name};
use crate::seal::SIGNAL_LIST_NAME;
use crate::site;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Files of the site's folder that people may keep there; they are carried over.
pub(super) const KEPT: [&str; 3] = ["README.md", ".gitignore", ".gitkeep"];
/// What file managers leave behind; nobody misses it.
const LITTER: [&str; 2] = [".DS_Store", "Thumbs.db"];
/// The list of a site's files, by which an earlier build's site is known.
pub(super) const SITE_LIST: &str = "SHA256SUMS";

/// The folders that a build replaces, as paths inside the project.
pub(super) struct Targets<'a> {
    /// The site.
    pub(super) site: &'a str,
    /// The release.
    pub(super) release: &'a str,
    /// What the names of its files begin with, up to the sequence number: `stage6-2026.11-r`.
    pub(super) release_prefix: &'a str,
    /// The reports, where they are replaced too.
    pub(super) reports: Option<&'a str>,
    /// Folders that hold what must stay, and so no output.
    pub(super) reserved: &'a [String],
}

/// The folders of what was published and what was taken back: nothing is ever put over it.
pub(super) fn reserved(publication: &Publication) -> Vec<String> {
    let bundles = &publication.bundle_directory;
    vec![
        archive::folder(publication),
        format!("{bundles}/superseded"),
        RECORDS.to_owned(),
    ]
}

impl Targets<'_> {
    /// Refuses targets that hold files which no build made, and targets inside one another.
    ///
    /// # Errors
    /// One problem for each such target.
    pub(super) fn check(&self, project: &Project) -> Checked<()> {
        let mut problems = Problems::new();
        let targets = [Some(self.site), Some(self.release), self.reports];
        let targets: Vec<&str> = targets.into_iter().flatten().collect();
        for target in &targets {
            if let Some(kept) = self
                .reserved
                .iter()
                .find(|kept| contains(kept, target) || contains(target, kept))
            {
                let message = format!(
                    "the output folder `{target}` and `{kept}`, which keeps what was published, lie inside one another"
                );
                problems
                    .push(Problem::with_file(*target, message).hint("give the output a folder of its own"));
            }
        }
        for (index, one) in targets.iter().enumerate() {
            for other in targets
                .iter()
                .skip(index + 1)
                .filter(|other| contains(one, other) || contains(other, one))
            {
                let message = format!("the output folders `{one}` and `{other}` lie inside one another");
                problems
                    .push(Problem::with_file(*other, message).hint("give each output a folder of its own"));
            }
        }
        let listed = site_list(project, self.site);
        problems.take(check_one(project, self.site, &|name| {
            name == kept(site::KEPT_LIST)
                || name == ROLLBACK_PAGE
                || belongs_to_site(project, self.site, name, &listed)
        }));
        problems.take(check_one(project, self.release, &|name| {
            let sequence = name
                .strip_prefix(self.release_prefix)
                .map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
            sequence.is_some_and(|ending| RELEASE_ENDINGS.contains(&ending))
        }));
        let reports = [REPORT_NAME, ANALYTICS_NAME, GATE_NAME, SIGNAL_LIST_NAME]
            .map(RunFiles::names)
            .concat();
        if let Some(folder) = self.reports {
            problems.take(check_one(project, folder, &|name| {
                reports.iter().any(|report| report == name)
            }));
        }
        problems.into_result(())
    }
}

/// Refuses the folder of a site that holds anything which no build made.
///
/// # Errors
/// The first such file.
pub(super) fn check_site(project: &Project, site: &str) -> Checked<()> {
    let listed = site_list(project, site);
    check_one(project, site, &|name| {
        belongs_to_site(project, site, name, &listed)
    })
}

/// Whether a file of a site is one of those that people may keep there, the list of an earlier build, or one in it.
fn belongs_to_site(project: &Project, site: &str, name: &str, listed: &BTreeMap<String, String>) -> bool {
    // A link would carry a file from elsewhere into the site.
    let is_kept = KEPT.contains(&name) && project.has_own_file(&format!("{site}/{name}"));
    is_kept || name == SITE_LIST || is_listed(project, site, name, listed)
}

/// The folder for reports: a build writes inside the project only.
pub(super) fn report_directory(core: &Core, problems: &mut Problems) -> Option<String> {
    let lab = core.stress_lab.as_ref()?;
    let inside = display_name(&core.source.path, &lab.report_directory);
    if !lab.report_directory.starts_with('/') && !inside.starts_with("..") && !inside.is_empty() {
        return Some(inside);
    }
    let place = core
        .sections()
        .find_map(|(name, node)| (name == "stress_lab").then_some(node));
    let at = place
        .and_then(|node| node.get("report_directory"))
        .map(|node: &Node| node.at)
        .unwrap_or_default();
    let message = format!("`{}` is not a folder inside the project", lab.report_directory);
    let problem = Problem::new(&core.source.path, at, message).hint("a build writes inside the project only");
    problems.push(problem.about(Topic::Outputs));
    None
}

fn contains(outer: &str, inner: &str) -> bool {
    inner == outer
        || inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// The files that the lists of an earlier site name, with their digests.
fn site_list(project: &Project, site: &str) -> BTreeMap<String, String> {
    let mut listed = BTreeMap::new();
    for folder in [String::new(), kept("")] {
        let text = project
            .read_text(&format!("{site}/{folder}{SITE_LIST}"))
            .unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.split_once("  "));
        listed.extend(lines.map(|(digest, path)| (format!("{folder}{path}"), digest.to_owned())));
    }
    listed
}

/// A path below the folder of earlier sites.
fn kept(inside: &str) -> String {
    format!("{}/{inside}", site::KEPT_FOLDER)
}

/// Whether a file is still the one that the earlier build listed; one that was changed by hand is somebody's work.
fn is_listed(project: &Project, site: &str, name: &str, listed: &BTreeMap<String, String>) -> bool {
    let Some(digest) = listed.get(name) else {
        return false;
    };
    project
        .read(&format!("{site}/{name}"))
        .is_ok_and(|bytes| Digest::of(&bytes).to_string() == *digest)
}

fn check_one(project: &Project, target: &str, is_ours: &(dyn Fn(&str) -> bool + Sync)) -> Checked<()> {
    let names = fs::list_names(&project.locate(target), target).map_err(|problem| vec![problem])?;
    // Each file is read and hashed.
    match names
        .par_iter()
        .find_first(|name| !is_nobodys(name) && !is_ours(name))
    {
        Some(name) => Err(vec![somebodys(target, name)]),
        None => Ok(()),
    }
}

/// Whether nobody misses a file of that name.
pub(super) fn is_nobodys(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    LITTER.contains(&last) || fs::is_leftover(last)
}

/// The problem of a file that may be somebody's work.
pub(super) fn somebodys(target: &str, name: &str) -> Problem {
    Problem::with_file(
        format!("{target}/{name}"),
        "was not made by a build, or was changed since, and the folder is replaced whole",
    )
    .hint("move it elsewhere, or name another output folder in the configuration")
}
