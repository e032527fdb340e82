//! Which folders a build may replace. A folder is replaced whole, so it must hold nothing but what an earlier build
//! put there: a wrong path in a configuration file must never cost anybody a file.

use crate::diag::{Checked, Problem, Problems};
use crate::fs::{self, Project};
use std::collections::BTreeSet;

/// Files of a target that people may keep there; they are carried over.
pub(super) const KEPT: [&str; 3] = ["README.md", ".gitignore", ".gitkeep"];
/// What file managers leave behind; nobody misses it.
const LITTER: [&str; 2] = [".DS_Store", "Thumbs.db"];
/// The list of a site's files, by which an earlier build's site is known.
const SITE_LIST: &str = "SHA256SUMS";

/// Refuses targets that hold files which no build made, and targets inside one another.
///
/// # Errors
/// One problem for each such target.
pub(super) fn check(project: &Project, site: &str, release: &str, reports: &str) -> Checked<()> {
    let mut problems = Problems::new();
    let targets = [site, release, reports];
    for (index, one) in targets.iter().enumerate() {
        for other in targets.iter().skip(index + 1) {
            if contains(one, other) || contains(other, one) {
                let message = format!("the output folders `{one}` and `{other}` lie inside one another");
                problems
                    .push(Problem::with_file(*other, message).hint("give each output a folder of its own"));
            }
        }
    }
    let listed = site_files(project, site);
    let is_site_file = |name: &str| listed.contains(name);
    let is_release_file = |name: &str| {
        [".zip", ".manifest.json", ".manifest.json.sig", ".sha256"]
            .iter()
            .any(|ending| name.ends_with(ending))
    };
    let is_report_file = |name: &str| name.starts_with("stress_lab_") && !name.contains('/');
    problems.take(check_one(project, site, &is_site_file));
    problems.take(check_one(project, release, &is_release_file));
    problems.take(check_one(project, reports, &is_report_file));
    problems.into_result(())
}

fn contains(outer: &str, inner: &str) -> bool {
    inner == outer
        || inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// The files that the list of an earlier site names, and the list itself.
fn site_files(project: &Project, site: &str) -> BTreeSet<String> {
    let text = project
        .read_text(&format!("{site}/{SITE_LIST}"))
        .unwrap_or_default();
    let listed = text
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(_, path)| path.to_owned());
    listed.chain([SITE_LIST.to_owned()]).collect()
}

fn check_one(project: &Project, target: &str, is_ours: &dyn Fn(&str) -> bool) -> Checked<()> {
    let is_known = |name: &str| {
        let last = name.rsplit('/').next().unwrap_or(name);
        KEPT.contains(&name) || LITTER.contains(&last) || is_ours(name)
    };
    let names = fs::list_names(&project.locate(target), target).map_err(|problem| vec![problem])?;
    match names.iter().find(|name| !is_known(name)) {
        Some(name) => Err(vec![
            Problem::with_file(
                format!("{target}/{name}"),
                "was not made by a build, and the folder is replaced whole",
            )
            .hint("move it elsewhere, or name another output folder in the configuration"),
        ]),
        None => Ok(()),
    }
}
