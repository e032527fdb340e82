//! The state of the release at a glance, for the home page.

use super::edition::Edition;
use super::marks::used_symbols;
use super::versions;
use super::voice::Voice;
use crate::content::place::{claims_path, gate_path, page_path, relative, report_path};
use crate::domain::{GateRulings, Provenance, ReleaseStatus, RuleVerdict, Timestamp, Unit};
use crate::evidence::Before;
use serde::Serialize;
use std::collections::BTreeSet;

/// Pages that cells lead to, where the release has them.
const CONTRADICTIONS: &str = "contradictions";

/// A cell of the status strip. A state is shown by a sign and a colour, a fact without judgement by neither.
#[derive(Debug, Serialize)]
pub(super) struct Status {
    label: String,
    value: String,
    more: String,
    state: &'static str,
    href: Option<String>,
}

impl Status {
    fn to(self, href: Option<String>) -> Status {
        Status { href, ..self }
    }
}

/// What a reader wants to know first: the verdict, who signed, how old and of what kind the data is, where the evidence
/// contradicts itself, whether the release may be published, and what it is compared with. Each leads to its page.
pub(super) fn status(edition: &Edition<'_>, voice: &Voice<'_>, here: &str) -> Vec<Status> {
    let link = |path: String| Some(relative(here, &path));
    let report = report_path(voice.language);
    let page = |id: &str| {
        edition
            .page(voice.language, id)
            .map(|page| page_path(page.language, &page.id))
    };
    let mut cells = vec![
        release(edition, voice),
        result(edition, voice).to(link(report.clone())),
        seal(edition, voice).to(edition.verification(voice.language).and_then(link)),
        data_age(edition, voice).to(link(format!("{report}#baselines"))),
        data_kind(edition, voice).to(link(format!("{report}#baselines"))),
        contradictions(edition, voice).to(page(CONTRADICTIONS)
            .or_else(|| Some(claims_path(voice.language)))
            .and_then(link)),
    ];
    if let Some(gate) = edition.input.gate {
        cells.push(gate_state(voice, gate).to(link(gate_path(voice.language))));
    }
    cells.push(changes(edition, voice, here));
    cells
}

fn release(edition: &Edition<'_>, voice: &Voice<'_>) -> Status {
    let release = edition.input.release;
    let draft = release.status == ReleaseStatus::Draft;
    let until = voice.date(release.valid_until);
    Status {
        label: voice.text("release"),
        value: release.id.clone(),
        more: voice.filled(
            if draft {
                "status.release_draft"
            } else {
                "status.release_until"
            },
            &[("date", &until)],
        ),
        state: if draft { "warn" } else { "plain" },
        href: None,
    }
}

fn result(edition: &Edition<'_>, voice: &Voice<'_>) -> Status {
    let report = edition.input.report;
    let total = report.scenarios.len();
    let within = voice.count(total - report.failure_count());
    let counts = [("within", within.as_str()), ("total", &voice.count(total))];
    Status {
        label: voice.text("status.result"),
        value: voice.filled("status.within", &counts),
        more: voice.text("status.result_more"),
        state: if report.failure_count() == 0 {
            "good"
        } else {
            "bad"
        },
        href: None,
    }
}

fn seal(edition: &Edition<'_>, voice: &Voice<'_>) -> Status {
    let signing = edition.signing();
    let (seal, state) = if signing.development {
        ("seal.development", "warn")
    } else {
        ("seal.signed", "good")
    };
    Status {
        label: voice.text("status.signature"),
        value: capitalized(&voice.text(seal)),
        more: voice.filled("seal.keyed", &[("key", &signing.key_id)]),
        state,
        href: None,
    }
}

/// How many contradictions the evidence holds, and who answers for them.
fn contradictions(edition: &Edition<'_>, voice: &Voice<'_>) -> Status {
    let found = edition.input.evidence.contradictions();
    let book = edition.input.waivers;
    let owners: BTreeSet<&str> = found
        .iter()
        .filter_map(|one| Some(book.of(&one.id)?.owner.as_str()))
        .collect();
    let open = found.iter().filter(|one| book.of(&one.id).is_none()).count();
    let owners = owners.into_iter().collect::<Vec<_>>().join(", ");
    let (more, state) = match (found.len(), open) {
        (0, _) => (voice.text("status.contradictions_none"), "good"),
        (_, 0) if book.signed_with.is_some() => (
            voice.filled("status.contradictions_signed", &[("owners", &owners)]),
            "warn",
        ),
        (_, 0) => (
            voice.filled("status.contradictions_waived", &[("owners", &owners)]),
            "warn",
        ),
        (_, open) => (
            voice.filled("status.contradictions_open", &[("count", &voice.count(open))]),
            "bad",
        ),
    };
    Status {
        label: voice.text("status.contradictions"),
        value: voice.count(found.len()),
        more,
        state,
        href: None,
    }
}

fn gate_state(voice: &Voice<'_>, gate: &GateRulings) -> Status {
    let state = gate.state();
    let count = |verdict: RuleVerdict| voice.count(gate.count(verdict));
    let values = [
        ("failed", count(RuleVerdict::Failed)),
        ("count", voice.count(gate.rulings.len())),
        ("pending", count(RuleVerdict::Pending)),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    Status {
        label: voice.text("status.gate"),
        value: voice.text(&format!("status.gate_{state}")),
        more: voice.filled("status.gate_more", &values),
        state: match state {
            "open" => "good",
            "closed" => "bad",
            _ => "plain",
        },
        href: None,
    }
}

/// What changed since the release before.
fn changes(edition: &Edition<'_>, voice: &Voice<'_>, here: &str) -> Status {
    let news = versions::news(edition, voice);
    let (value, more) = match (edition.input.evidence.before(), news.said) {
        (Before::None, _) => (
            voice.text("status.changes_first"),
            voice.text("status.changes_first_more"),
        ),
        (_, Some(said)) => said,
        (_, None) => (
            voice.text("status.changes_unknown"),
            voice.text("status.changes_unknown_more"),
        ),
    };
    Status {
        label: voice.text("status.changes"),
        value,
        more,
        state: "plain",
        href: Some(relative(here, &news.path)),
    }
}

/// The age of the oldest baseline that a scenario used, counted to the run.
fn data_age(edition: &Edition<'_>, voice: &Voice<'_>) -> Status {
    let report = edition.input.report;
    let used = used_symbols(report);
    let dated: Option<Vec<Timestamp>> = report
        .markets
        .iter()
        .filter(|market| used.contains(market.baseline.symbol.as_str()))
        .map(|market| market.as_of)
        .collect();
    let label = voice.text("status.age");
    match dated.unwrap_or_default().into_iter().min() {
        Some(oldest) => Status {
            label,
            value: voice.quantity(whole_days(report.generated_at, oldest), Unit::Days),
            more: voice.filled("status.age_more", &[("date", &voice.date(oldest))]),
            state: "plain",
            href: None,
        },
        None => Status {
            label,
            value: capitalized(&voice.text("baseline.unknown")),
            more: voice.text("status.age_unknown"),
            state: "warn",
            href: None,
        },
    }
}

/// Full days between two moments; an age is not rounded up.
pub(super) fn whole_days(now: Timestamp, then: Timestamp) -> f64 {
    now.days_since(then).floor()
}

/// The weakest provenance among the baselines that scenarios used.
fn data_kind(edition: &Edition<'_>, voice: &Voice<'_>) -> Status {
    let report = edition.input.report;
    let used = used_symbols(report);
    let unstated = report.markets.iter().any(|market| {
        market.provenance == Provenance::Unstated && used.contains(market.baseline.symbol.as_str())
    });
    let (provenance, state) = match edition.marks {
        marks if marks.synthetic => (Provenance::Synthetic, "warn"),
        marks if marks.sample => (Provenance::Sample, "warn"),
        _ if unstated => (Provenance::Unstated, "warn"),
        _ => (Provenance::Measured, "good"),
    };
    let key = provenance.key();
    Status {
        label: voice.text("status.data"),
        value: capitalized(&voice.text(&format!("provenance.{key}"))),
        more: voice.text(&format!("status.data_{key}")),
        state,
        href: None,
    }
}

/// A word that stands alone begins with a capital letter.
fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
