//! `publication.yaml` and the record of the release that it names.

use super::core::{SourceFile, read_yaml};
use super::fields::{Fields, Range};
use super::gate::GateSettings;
use super::release_signing::ReleaseSigning;
use crate::diag::{Checked, Problem, Problems};
use crate::domain::{BundleName, Digest, Language, Release, ReleaseStatus, Timestamp};
use crate::fs::{Project, display_name};
use std::cell::RefCell;

/// The path of the file inside a project.
const PATH: &str = "config/publication.yaml";

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
    /// The folder that holds one folder for each release, inside the project.
    pub bundle_directory: String,
    /// The name of the bundle, with release and sequence.
    pub bundle: BundleName,
    /// The release.
    pub release: Release,
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
}

impl Publication {
    /// Reads both files.
    ///
    /// # Errors
    /// Every problem in them, each with its place.
    pub fn load(project: &Project) -> Checked<Publication> {
        let source = read_yaml(&project.locate(PATH), PATH).map_err(|problem| vec![problem])?;
        let problems = RefCell::new(Problems::new());
        let raw = read(&source, &problems);
        let raw = problems.into_inner().into_result(raw)?;
        let Some(raw) = raw else {
            return Err(vec![Problem::with_file(PATH, "could not be read")]);
        };
        let (release, release_source) = load_release(project, &raw)?;
        let bundle = BundleName::of(&raw.bundle, &release);
        if BundleName::parse(bundle.as_str()).is_none() {
            let message = format!("the bundle's name `{bundle}` is too long");
            return Err(vec![
                Problem::with_file(PATH, message).hint("shorten `bundle.name` or the release's id"),
            ]);
        }
        Ok(Publication {
            bundle,
            source,
            release_source,
            site_name: raw.site_name,
            languages: raw.languages,
            site_directory: raw.site_directory,
            bundle_directory: raw.bundle_directory,
            release,
            rules: raw.rules,
            signing: raw.signing,
            gate: raw.gate,
        })
    }
}

struct Raw {
    site_name: String,
    languages: Vec<Language>,
    site_directory: String,
    bundle: String,
    bundle_directory: String,
    release: String,
    rules: Rules,
    signing: ReleaseSigning,
    gate: GateSettings,
}

fn read(source: &SourceFile, problems: &RefCell<Problems>) -> Option<Raw> {
    let fields = Fields::open(&source.path, "", &source.node, problems)?;
    let site = fields.required("site").and_then(|_| fields.section("site"))?;
    let site_name = site.required_text("name");
    let languages = languages(&site);
    let site_directory = folder(&site, "directory", "../site");
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
    for key in [
        "max_snapshot_age_hours",
        "max_report_age_days",
        "coverage_change_percent",
        "mirror_retry_hours",
        "freshness_check_hours",
        "benchmark_difference_percent",
    ] {
        rules.number(key, Range::Positive);
    }
    rules.finish();
    fields.finish();
    Some(Raw {
        site_name: site_name?,
        languages,
        site_directory: site_directory?,
        bundle: bundle_name?,
        bundle_directory: bundle_directory?,
        release: release?,
        rules: Rules {
            publish_after_days: publish_after_days?,
            valid_for_days: valid_for_days?,
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

fn load_release(project: &Project, raw: &Raw) -> Checked<(Release, SourceFile)> {
    let path = format!("content/releases/{}.yaml", raw.release);
    let source = read_yaml(&project.locate(&path), &path).map_err(|problem| {
        vec![problem.hint(format!(
            "`{PATH}` names the release `{}`; write its record",
            raw.release
        ))]
    })?;
    let problems = RefCell::new(Problems::new());
    let release = read_release(&source, raw, &problems);
    match problems.into_inner().into_result(release)? {
        Some(release) => Ok((release, source)),
        None => Err(vec![Problem::with_file(path, "could not be read")]),
    }
}

fn read_release(source: &SourceFile, raw: &Raw, problems: &RefCell<Problems>) -> Option<Release> {
    let fields = Fields::open(&source.path, "", &source.node, problems)?;
    let id = fields.required_text("id");
    if let (Some(id), Some(node)) = (&id, fields.node("id"))
        && *id != raw.release
    {
        fields.refuse(
            node,
            format!("`id` is `{id}`, but the file is named `{}`", raw.release),
            "make them the same",
        );
    }
    let sequence = fields
        .required("sequence")
        .and_then(|_| fields.whole_number("sequence", 1));
    let status = fields.required_text("status").and_then(|word| {
        let status = ReleaseStatus::from_word(&word);
        if let (None, Some(node)) = (status, fields.node("status")) {
            fields.refuse(
                node,
                format!("unknown status `{word}`"),
                "write `draft`, or `final` for a release that is signed with keys for publication",
            );
        }
        status
    });
    let released_at = fields
        .required_text("released_at")
        .and_then(|text| match Timestamp::parse(&text) {
            Ok(moment) => Some(moment),
            Err(error) => {
                if let Some(node) = fields.node("released_at") {
                    fields.refuse(node, format!("`released_at` is `{text}`"), error.to_string());
                }
                None
            }
        });
    let previous = fields.text("previous");
    if let (Some(text), Some(node)) = (&previous, fields.node("previous"))
        && Digest::from_hex(text).is_none()
    {
        fields.refuse(
            node,
            "`previous` is not a SHA-256",
            "copy the digest of the last release's `.sha256` file",
        );
    }
    // Read where waivers are weighed: they need a signature in a release that is no draft.
    fields.text("status");
    fields.finish();
    let released_at = released_at?;
    Some(Release {
        id: id?,
        status: status?,
        sequence: sequence?,
        released_at,
        publish_at: released_at.plus_days(i64::from(raw.rules.publish_after_days)),
        valid_until: released_at.plus_days(i64::from(raw.rules.valid_for_days)),
        previous,
    })
}
