//! Files that cannot go into a bundle, tables that pages could not tell apart, and releases whose time is over.

use crate::bundle::is_safe_path;
use crate::config::{Core, Markets, Publication};
use crate::diag::{About, Problem, Topic};
use crate::domain::{ReleaseStatus, Timestamp};
use crate::fs::display_name;
use std::collections::BTreeMap;

/// Files that a bundle could not hold.
pub(super) fn unfit_for_a_bundle<'f>(
    core: Option<&Core>,
    markets: Option<&Markets>,
    others: impl Iterator<Item = &'f (String, Vec<u8>)>,
) -> Vec<Problem> {
    let (Some(core), Some(markets)) = (core, markets) else {
        return Vec::new();
    };
    let baselines = markets.sources.iter().map(|source| source.path.as_str());
    let mut problems = unfit_names(baselines.chain(others.map(|(path, _)| path.as_str())));
    problems.extend(outside_baselines(core, markets));
    problems
}

/// Refuses a final release that no reader would accept any more on the day that it is built.
pub(super) fn check_validity(publication: &Publication, now: Timestamp) -> Result<(), Problem> {
    let release = &publication.release;
    if release.status != ReleaseStatus::Final || now <= release.valid_until {
        return Ok(());
    }
    let record = &publication.release_source;
    let at = record
        .node
        .get("released_at")
        .map(|node| node.at)
        .unwrap_or_default();
    let message = format!(
        "a final release that was valid until {} cannot be built {now}",
        release.valid_until
    );
    Err(Problem::new(&record.path, at, message).hint(
        "write the record of a new release, or `valid_for_days` in config/publication.yaml if it is to count longer",
    ))
    .about(Topic::ReleaseRecord)
}

/// Baselines that a bundle could not hold: a reader of the site must be able to see what its numbers come from.
fn outside_baselines(core: &Core, markets: &Markets) -> Vec<Problem> {
    let datasets = core.stress_lab.iter().flat_map(|lab| &lab.datasets);
    let inside = |path: &str| markets.sources.iter().any(|source| source.path == path);
    let outside = datasets.filter_map(|dataset| {
        let path = display_name(&core.source.path, &dataset.metrics_path);
        let is_outside = dataset.metrics_path.starts_with('/') || path.starts_with("..");
        (is_outside && inside(&path)).then(|| {
            let message = format!("the baseline of `{}` lies outside the project", dataset.key);
            Problem::new(&core.source.path, dataset.path_at, message)
                .hint("put it into the project: a bundle holds every file that its numbers come from")
        })
    });
    outside.collect()
}

/// Files whose names no zip of ours may hold.
pub(super) fn unfit_names<'p>(paths: impl Iterator<Item = &'p str>) -> Vec<Problem> {
    let unfit = paths.filter(|path| !path.starts_with("..") && !is_safe_path(path));
    unfit
        .map(|path| {
            Problem::with_file(path, "this name cannot go into the bundle")
                .hint("use letters, digits, `.`, `-` and `_`; not a dot at the beginning or end")
        })
        .collect()
}

/// Pages name a table by its file name alone, so two folders may not hold the same one.
pub(super) fn names_taken(tables: &[(String, Vec<u8>)]) -> Vec<Problem> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for (path, _) in tables {
        if let Some(first) = seen.insert(name(path), path) {
            let problem =
                Problem::with_file(path, format!("there is a table of this name already: `{first}`"));
            problems.push(problem.hint("rename one of them; pages refer to tables by the file's name"));
        }
    }
    problems
}
