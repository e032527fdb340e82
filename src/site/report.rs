//! The page about the Stress Lab's report: verdicts, metrics against their limits, and what the numbers stand on.

mod analytics;
mod baselines;
mod charts;
mod figure;
mod history;
mod scenario;

pub(super) use analytics::REQUIRED as REQUIRED_ANALYTICS;
pub(super) use history::REQUIRED as REQUIRED_HISTORY;

use super::edition::{Edition, Group};
use super::frame::{self, Entry, Outline};
use super::sheet::Sheet;
use super::voice::Voice;
use crate::content::charts::ChartKind;
use crate::content::place::{evidence_path, relative, report_path};
use crate::domain::{Metric, Verdict};
use analytics::Document;
use baselines::BaselineRow;
use history::HistoryView;
use scenario::ScenarioView;
use serde::Serialize;

#[derive(Debug, Serialize)]
struct ReportView {
    title: String,
    summary: String,
    verdict: &'static str,
    verdict_label: String,
    generated_at: String,
    scenario_count: String,
    failure_count: String,
    signature: String,
    scenarios: Vec<ScenarioView>,
    limits: Vec<LimitRow>,
    baselines: Vec<BaselineRow>,
    inputs: Vec<InputRow>,
    history: Option<HistoryView>,
    /// There are analytics, so their numbers need an explanation of where they come from.
    analysed: bool,
}

/// The limits on one metric: the global one, and each scenario's own where it has one.
#[derive(Debug, Serialize)]
struct LimitRow {
    label: String,
    global_limit: String,
    own: Vec<Option<String>>,
}

/// A file that the numbers depend on.
#[derive(Debug, Serialize)]
struct InputRow {
    path: String,
    href: Option<String>,
    role: String,
    size: String,
    digest: String,
}

/// The sheet of the report in one language.
pub(super) fn sheet<'a>(edition: &Edition<'a>, voice: &Voice<'_>) -> Sheet<'a> {
    let path = report_path(voice.language);
    let view = view(edition, voice, &path);
    let other = voice.language.other();
    let outline = Outline {
        title: view.title.clone(),
        description: view.summary.clone(),
        group: Some(Group::Evidence),
        twin: edition
            .input
            .languages
            .contains(&other)
            .then(|| report_path(other)),
        marks: edition.marks,
        contents: contents(voice, &view),
        path,
        ..Outline::default()
    };
    frame::sheet(edition, voice, "report.html", outline).with("report", view)
}

fn view(edition: &Edition<'_>, voice: &Voice<'_>, here: &str) -> ReportView {
    let report = edition.input.report;
    let signing = edition.signing();
    let verdict = if report.failure_count() == 0 {
        Verdict::Passed
    } else {
        Verdict::Failed
    };
    let document = Document::of(edition);
    let seal = if signing.development {
        "seal.development"
    } else {
        "seal.signed"
    };
    ReportView {
        title: voice.text("report.title"),
        summary: voice.text("report.summary"),
        verdict: verdict.key(),
        verdict_label: voice.text(&format!("verdict.{}", verdict.key())),
        generated_at: voice.moment(report.generated_at),
        scenario_count: voice.count(report.scenarios.len()),
        failure_count: voice.count(report.failure_count()),
        signature: voice.filled(
            "report.signed_by",
            &[("state", &voice.text(seal)), ("key", &signing.key_id)],
        ),
        scenarios: report
            .scenarios
            .iter()
            .zip(scenario::ids(&report.scenarios))
            .enumerate()
            .map(|(place, (scenario, id))| {
                let mut shown = scenario::view(voice, id, scenario);
                shown.headroom = charts::html(edition, voice, ChartKind::Headroom, place);
                shown.analytics = document
                    .as_ref()
                    .and_then(|document| document.view(edition, voice, here, (place, &scenario.name)));
                shown
            })
            .collect(),
        limits: limits(edition, voice),
        baselines: baselines::rows(edition, voice, here),
        inputs: inputs(edition, voice, here),
        history: history::view(edition, voice, here),
        analysed: document.is_some(),
    }
}

fn contents(voice: &Voice<'_>, view: &ReportView) -> Vec<Entry> {
    let entry = |id: &str, text: String| Entry {
        level: 2,
        id: id.to_owned(),
        text,
    };
    let section = |key: &str| entry(key, voice.text(&format!("report.{key}")));
    let mut contents = vec![section("overview")];
    contents.extend(
        view.scenarios
            .iter()
            .map(|scenario| entry(&scenario.id, scenario.name.clone())),
    );
    if view.history.is_some() {
        contents.push(section("history"));
    }
    if view.analysed {
        contents.push(section("origins"));
    }
    contents.extend(["limits", "baselines", "inputs"].map(section));
    contents
}

fn limits(edition: &Edition<'_>, voice: &Voice<'_>) -> Vec<LimitRow> {
    let report = edition.input.report;
    let row = |metric: Metric| {
        let shown = |limit: f64| voice.quantity(limit, metric.unit());
        LimitRow {
            label: voice.metric(metric),
            global_limit: shown(report.thresholds.limit(metric)),
            own: report
                .scenarios
                .iter()
                .map(|scenario| {
                    scenario
                        .overrides
                        .iter()
                        .find(|(own, _)| *own == metric)
                        .map(|(_, limit)| shown(limit))
                })
                .collect(),
        }
    };
    Metric::ALL.into_iter().map(row).collect()
}

fn inputs(edition: &Edition<'_>, voice: &Voice<'_>, here: &str) -> Vec<InputRow> {
    edition
        .input
        .report
        .inputs
        .iter()
        .map(|input| InputRow {
            path: input.path.clone(),
            href: evidence_link(edition, voice, here, &input.path),
            role: voice.text(&format!("role.{}", input.role)),
            size: voice.size(input.size),
            digest: input.digest.to_string(),
        })
        .collect()
}

/// The page of an evidence file, if the file is among the evidence.
fn evidence_link(edition: &Edition<'_>, voice: &Voice<'_>, here: &str, path: &str) -> Option<String> {
    edition
        .input
        .evidence
        .file(path)
        .map(|file| relative(here, &evidence_path(voice.language, &file.path)))
}
