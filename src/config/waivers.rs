//! `waivers.yaml`: contradictions of the evidence and rules of the gate that somebody answers for.

use super::core::{SourceFile, read_yaml};
use super::fields::{Fields, Shared};
use crate::diag::{Checked, Problems};
use crate::document::Node;
use crate::domain::{Timestamp, Waived, Waiver};
use crate::fs::Project;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Where waivers stand, inside the project.
pub const WAIVERS_PATH: &str = "config/waivers.yaml";

/// Reads the waivers; none where there is no such file.
///
/// # Errors
/// Every problem of the file, each with its place.
pub fn read_waivers(project: &Project) -> Checked<Option<(Vec<Waiver>, SourceFile)>> {
    if !project.has_file(WAIVERS_PATH) {
        return Ok(None);
    }
    let source = read_yaml(&project.locate(WAIVERS_PATH), WAIVERS_PATH).map_err(|problem| vec![problem])?;
    let problems = RefCell::new(Problems::new());
    let waivers = all(&source, &problems);
    let waivers = problems.into_inner().into_result(waivers)?;
    Ok(Some((waivers, source)))
}

fn all(source: &SourceFile, problems: Shared<'_>) -> Vec<Waiver> {
    let Some(fields) = Fields::open(&source.path, "", &source.node, problems) else {
        return Vec::new();
    };
    let items = fields.list("waivers").unwrap_or_default();
    let mut waivers: Vec<Waiver> = Vec::new();
    let mut seen = BTreeSet::new();
    for node in items {
        let Some(waiver) = one(&source.path, node, problems) else {
            continue;
        };
        if !seen.insert((waiver.of.clone(), waiver.release.clone())) {
            let message = format!("a second waiver of `{}`", waiver.id());
            fields.refuse(node, message, "keep one of them");
        }
        waivers.push(waiver);
    }
    fields.finish();
    waivers
}

fn one(path: &str, node: &Node, problems: Shared<'_>) -> Option<Waiver> {
    let fields = Fields::open(path, "waivers", node, problems)?;
    let mut release = None;
    let of = match fields.text("rule") {
        Some(rule) => {
            if let Some(both) = fields.node("contradiction") {
                let hint = "write one entry for each";
                fields.refuse(both, "a waiver of a rule and of a contradiction at once", hint);
            }
            release = release_of_rule(&fields);
            Some(Waived::Rule(rule))
        }
        None => fields.required_text("contradiction").map(Waived::Contradiction),
    };
    let reason_pl = fields.required_text("reason_pl");
    let reason_en = fields.required_text("reason_en");
    let owner = fields.required_text("owner");
    let signed_at = day(&fields, "signed_at");
    let expires_at = day(&fields, "expires_at");
    if let (Some(from), Some(to), Some(node)) = (signed_at, expires_at, fields.node("expires_at"))
        && to < from
    {
        fields.refuse(node, "expires before it was signed", "write the later day here");
    }
    fields.finish();
    Some(Waiver {
        of: of?,
        release,
        reason_pl: reason_pl?,
        reason_en: reason_en?,
        owner: owner?,
        signed_at: signed_at?,
        expires_at: expires_at?,
        at: node.at,
    })
}

/// A rule is waived or confirmed for one release.
fn release_of_rule(fields: &Fields<'_, '_>) -> Option<String> {
    let release = fields.text("release");
    if release.is_none() && fields.node("release").is_none() {
        let hint = "add `release:` with its id: what was seen to for one release says nothing about the next";
        fields.refuse_whole("a waiver of a rule is for one release", hint);
    }
    release
}

fn day(fields: &Fields<'_, '_>, key: &'static str) -> Option<Timestamp> {
    let text = fields.required_text(key)?;
    let day = (text.len() == 10)
        .then(|| Timestamp::parse_date_or_moment(&text).ok())
        .flatten();
    if day.is_none()
        && let Some(node) = fields.node(key)
    {
        let message = format!("`{key}` is `{text}`, expected a day");
        fields.refuse(node, message, "write it as year, month, day: `2026-11-23`");
    }
    day
}
