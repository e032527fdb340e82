//! Files that cannot go into a bundle, and tables that pages could not tell apart.

use crate::bundle::is_safe_path;
use crate::config::{Core, Markets};
use crate::diag::Problem;
use crate::fs::display_name;
use std::collections::BTreeMap;

/// Files that a bundle could not hold.
pub(super) fn unfit_for_a_bundle<'f>(
    core: &Core,
    markets: &Markets,
    others: impl Iterator<Item = &'f (String, Vec<u8>)>,
) -> Vec<Problem> {
    let baselines = markets.sources.iter().map(|source| source.path.as_str());
    let mut problems = unfit_names(baselines.chain(others.map(|(path, _)| path.as_str())));
    problems.extend(outside_baselines(core, markets));
    problems
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
fn unfit_names<'p>(paths: impl Iterator<Item = &'p str>) -> Vec<Problem> {
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
