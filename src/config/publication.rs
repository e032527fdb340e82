//! `publication.yaml`: what is published, how, and which release.

use super::core::{SourceFile, read_yaml};
use super::fields::{Fields, Range};
use super::gate::GateSettings;
use super::release::{ReleaseRecord, Releases, record_path};
use super::release_signing::ReleaseSigning;
use super::versions::Versions;
use crate::diag::{About, Checked, Position, Problem, Problems, Topic};
use crate::document::{Node, Value, yaml};
use crate::domain::{BundleName, Language, Release};
use crate::fs::{Project, display_name};
use std::cell::RefCell;

/// The path of the file inside a project.
const PATH: &str = "config/publication.yaml";
/// Where it selects a release, as [`flatten`] names it.
const SELECTED: &str = ".bundle.release";

/// What is published, and how.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The file.
    pub source: SourceFile,
    /// The record of the release.
    pub release_source: SourceFile,
    /// The name of the site.
    pub site_name: String,
    /// The languages, the default first.
    pub languages: Vec<Language>,
    /// The folder of the site, inside the project.
    pub site_directory: String,
    /// Where the site is served, and how many earlier releases it keeps.
    pub versions: Versions,
    /// The folder that holds one folder for each release, inside the project.
    pub bundle_directory: String,
    /// The name of the bundle, with release and sequence.
    pub bundle: BundleName,
    /// The release.
    pub release: Release,
    /// All releases, the oldest first.
    pub releases: Vec<ReleaseRecord>,
    /// The rules that readers are told of.
    pub rules: Rules,
    /// Whose signature readers check, and where the release key is.
    pub signing: ReleaseSigning,
    /// The rules that stand between the release and its readers.
    pub gate: GateSettings,
}

/// The rules of publication that the build itself needs.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Days from T to the summary.
    pub publish_after_days: u32,
    /// Days from T until readers should ask for a newer release.
    pub valid_for_days: u32,
    /// Hours that a snapshot of signal quality may be old.
    pub max_snapshot_age_hours: f64,
    /// Percent by which coverage may change before readers must be told what came and went.
    pub coverage_change_percent: f64,
    /// Days that the report of a run may be old, if there is such a rule.
    pub max_report_age_days: Option<f64>,
    /// Hours within which the mirror must be compared again.
    pub mirror_retry_hours: Option<f64>,
    /// Hours between checks of what was published.
    pub freshness_check_hours: Option<f64>,
    /// Hours after a publication until people have looked back on it.
    pub retrospective_hours: Option<f64>,
}

/// `publication.yaml` alone, before anybody looks for the release that it selects.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The file.
    pub source: SourceFile,
    /// The name of the site.
    pub site_name: String,
    /// The languages, the default first.
    pub languages: Vec<Language>,
    /// The folder of the site, inside the project.
    pub site_directory: String,
    /// Where the site is served, and how many earlier releases it keeps.
    pub versions: Versions,
    /// What the names of bundles begin with.
    pub bundle: String,
    /// The folder that holds one folder for each release, inside the project.
    pub bundle_directory: String,
    /// The id of the selected release.
    pub selected: String,
    /// The rules that readers are told of.
    pub rules: Rules,
    /// Whose signature readers check, and where the release key is.
    pub signing: ReleaseSigning,
    /// The rules that a release must pass to be published.
    pub gate: GateSettings,
}

impl Settings {
    /// Reads the file.
    ///
    /// # Errors
    /// Every problem in it, with its place.
    pub fn load(project: &Project) -> Checked<Settings> {
        let source = read_yaml(&project.locate(PATH), PATH).map_err(|problem| vec![problem])?;
        let problems = RefCell::new(Problems::new());
        let settings = read(&source, &problems);
        let settings = problems.into_inner().into_result(settings)?;
        settings.ok_or_else(|| vec![Problem::with_file(PATH, "could not be read")])
    }

    /// The bytes of the file with another release selected; all else stays, comments too.
    ///
    /// # Errors
    /// The line is written in a way that cannot be replaced safely.
    pub fn select(&self, id: &str) -> Result<Vec<u8>, Problem> {
        let node = self.source.node.at_path(&["bundle", "release"]);
        let at = node.map(|node| node.at).unwrap_or_default();
        let by_hand = || {
            Problem::new(PATH, at, "`bundle.release` could not be replaced here").hint(format!(
                "write `release: \"{id}\"` on a line of its own below `bundle:`"
            ))
        };
        let text = std::str::from_utf8(&self.source.bytes).map_err(|_| by_hand())?;
        let start = offset_of(text, at).ok_or_else(by_hand)?;
        let rest = text.get(start..).unwrap_or_default();
        let end = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => rest.get(1..).and_then(|rest| rest.find(quote)).map(|end| end + 2),
            _ => rest.find(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '}')),
        };
        let end = end.unwrap_or(rest.len());
        let edited = format!(
            "{}\"{id}\"{}",
            &text[..start],
            rest.get(end..).unwrap_or_default()
        );
        // An edit of text is only trusted when the reader finds in it what was meant, and nothing else changed.
        let is_meant = |node: &Node| {
            let (mut before, mut after) = (Vec::new(), Vec::new());
            flatten("", &self.source.node, &mut before);
            flatten("", node, &mut after);
            before.retain(|(name, _)| name != SELECTED);
            let chosen = after.iter().position(|(name, _)| name == SELECTED);
            chosen.is_some_and(|index| after.remove(index).1 == id) && before == after
        };
        match yaml::read(PATH, &edited) {
            Ok(node) if is_meant(&node) => Ok(edited.into_bytes()),
            _ => Err(by_hand()),
        }
    }
}

/// Every scalar under the path of its keys.
fn flatten(name: &str, node: &Node, found: &mut Vec<(String, String)>) {
    match &node.value {
        Value::Scalar(scalar) => found.push((name.to_owned(), scalar.text.clone())),
        Value::List(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| flatten(&format!("{name}.{index}"), item, found)),
        Value::Map(entries) => entries
            .iter()
            .for_each(|entry| flatten(&format!("{name}.{}", entry.key), &entry.value, found)),
    }
}

/// Where the character at a line and column begins, in bytes.
fn offset_of(text: &str, at: Position) -> Option<usize> {
    let line = usize::try_from(at.line).ok()?.checked_sub(1)?;
    let column = usize::try_from(at.column).ok()?.checked_sub(1)?;
    let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(before..)?;
    let inside = rest.char_indices().nth(column).map(|(offset, _)| offset)?;
    Some(before + inside)
}

impl Publication {
    /// Reads the file and the records of all releases.
    ///
    /// # Errors
    /// Every problem in them, each with its place.
    pub fn load(project: &Project) -> Checked<Publication> {
        let releases = Releases::load(project)?;
        let selected = &releases.settings.selected;
        let found = releases
            .records
            .iter()
            .find(|record| record.release.id == *selected);
        let Some(record) = found else {
            return Err(vec![
                Problem::with_file(record_path(selected), "no such file")
                    .hint(format!(
                        "`{PATH}` names the release `{selected}`; write its record"
                    ))
                    .about(Topic::ReleaseRecord),
            ]);
        };
        let bundle = releases.bundle(&record.release);
        if BundleName::parse(bundle.as_str()).is_none() {
            let message = format!("the bundle's name `{bundle}` is too long");
            return Err(vec![
                Problem::with_file(PATH, message).hint("shorten `bundle.name` or the release's id"),
            ]);
        }
        Ok(Publication {
            bundle,
            release_source: record.source.clone(),
            release: record.release.clone(),
            source: releases.settings.source,
            site_name: releases.settings.site_name,
            languages: releases.settings.languages,
            site_directory: releases.settings.site_directory,
            versions: releases.settings.versions,
            bundle_directory: releases.settings.bundle_directory,
            rules: releases.settings.rules,
            signing: releases.settings.signing,
            gate: releases.settings.gate,
            releases: releases.records,
        })
    }
}

fn read(source: &SourceFile, problems: &RefCell<Problems>) -> Option<Settings> {
    let fields = Fields::open(&source.path, "", &source.node, problems)?;
    let site = fields.required("site").and_then(|_| fields.section("site"))?;
    let site_name = site.required_text("name");
    let languages = languages(&site);
    let site_directory = folder(&site, "directory", "../site");
    let versions = Versions::read(&site);
    site.finish();
    let bundle = fields.required("bundle").and_then(|_| fields.section("bundle"))?;
    let bundle_name = named(&bundle, "name");
    let release = named(&bundle, "release");
    let bundle_directory = folder(&bundle, "directory", "../var/marketing");
    bundle.finish();
    let signing = ReleaseSigning::read(&fields);
    let gate = GateSettings::read(&fields);
    let rules = fields.required("rules").and_then(|_| fields.section("rules"))?;
    let days = |key| rules.required(key).and_then(|_| rules.whole_number(key, 1));
    let (publish_after_days, valid_for_days) = (days("publish_after_days"), days("valid_for_days"));
    let max_snapshot_age_hours = rules.required_number("max_snapshot_age_hours", Range::Positive);
    let coverage_change_percent = rules.required_number("coverage_change_percent", Range::Positive);
    let [
        max_report_age_days,
        mirror_retry_hours,
        freshness_check_hours,
        retrospective_hours,
        _,
    ] = [
        "max_report_age_days",
        "mirror_retry_hours",
        "freshness_check_hours",
        "retrospective_hours",
        "benchmark_difference_percent",
    ]
    .map(|key| rules.number(key, Range::Positive));
    rules.finish();
    fields.finish();
    Some(Settings {
        source: source.clone(),
        site_name: site_name?,
        languages,
        site_directory: site_directory?,
        versions: versions?,
        bundle: bundle_name?,
        bundle_directory: bundle_directory?,
        selected: release?,
        rules: Rules {
            publish_after_days: publish_after_days?,
            valid_for_days: valid_for_days?,
            max_snapshot_age_hours: max_snapshot_age_hours?,
            coverage_change_percent: coverage_change_percent?,
            max_report_age_days,
            mirror_retry_hours,
            freshness_check_hours,
            retrospective_hours,
        },
        signing: signing?,
        gate,
    })
}

fn languages(fields: &Fields<'_, '_>) -> Vec<Language> {
    let mut found = Vec::new();
    for (tag, node) in fields.texts("languages").unwrap_or_default() {
        match Language::from_tag(&tag) {
            Some(language) if !found.contains(&language) => found.push(language),
            Some(_) => fields.refuse(
                node,
                format!("the language `{tag}` stands twice"),
                "keep one of them",
            ),
            None => fields.refuse(node, format!("unknown language `{tag}`"), "use pl and en"),
        }
    }
    if found.len() != Language::ALL.len()
        && let Some(node) = fields.required("languages")
    {
        fields.refuse(
            node,
            "a release is published in Polish and English",
            "write `languages: [pl, en]`",
        );
    }
    found
}

/// A folder inside the project, as a path from its root.
fn folder(fields: &Fields<'_, '_>, key: &'static str, default: &str) -> Option<String> {
    let written = fields.text(key).unwrap_or_else(|| default.to_owned());
    let inside = display_name(PATH, &written);
    let is_inside = !written.starts_with('/') && !inside.starts_with("..") && !inside.is_empty();
    if !is_inside && let Some(node) = fields.node(key) {
        fields.refuse(
            node,
            format!("`{written}` is not a folder inside the project"),
            "outputs stay inside the project",
        );
    }
    is_inside.then_some(inside)
}

/// A name that is safe in file names.
fn named(fields: &Fields<'_, '_>, key: &'static str) -> Option<String> {
    let name = fields.required_text(key)?;
    if BundleName::parse(&name).is_none()
        && let Some(node) = fields.node(key)
    {
        fields.refuse(
            node,
            format!("`{name}` cannot be part of a file name"),
            "use letters, digits, `.`, `-` and `_`",
        );
        return None;
    }
    Some(name)
}
