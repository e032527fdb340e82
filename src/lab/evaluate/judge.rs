//! What is found in each profile and each stress test, and what follows from it.

use super::{DEFAULT_TAG, Evaluation, EvaluationPolicy, Gaps, Insight, Withheld};
use crate::document::json_text::Json;
use crate::domain::{Holding, PaperProfile, PaperReport, PaperTest, WeightAction, WeightOverride, gravity};
use crate::lab::arithmetic::{fixed, grouped};
use std::collections::BTreeMap;

/// Evaluates a report of Paper Labs. `holdings` are the assets of the portfolio, if one is known.
///
/// With [`Gaps::Reference`] the gaps of the reference are kept (finding Q16): every passed test recommends
/// nothing-at-all, and a test whose assets nobody holds recommends something for all assets or for a whole risk
/// budget. Otherwise the first is left out and the second is withheld, with its reason.
pub fn evaluate(
    report: &PaperReport,
    holdings: Option<&[Holding]>,
    policy: &EvaluationPolicy,
    gaps: Gaps,
) -> Evaluation {
    let mut evaluation = Evaluation {
        source_report_at: report.generated_at.clone(),
        ..Evaluation::default()
    };
    if report.synthetic_data {
        evaluation
            .remarks
            .push("the report says that its data are synthetic: invented, not market data".to_owned());
    }
    for profile in &report.profiles {
        evaluation.insights.extend(drawdown(profile, policy));
        for test in &profile.tests {
            judge(&profile.name, test, holdings, policy, gaps, &mut evaluation);
        }
    }
    evaluation
}

fn drawdown(profile: &PaperProfile, policy: &EvaluationPolicy) -> Option<Insight> {
    let (severity, limit) = match profile.max_drawdown {
        fall if fall >= policy.drawdown_critical => ("critical", policy.drawdown_critical),
        fall if fall >= policy.drawdown_warning => ("warning", policy.drawdown_warning),
        _ => return None,
    };
    let percent = |fraction: f64| fixed(fraction * 100.0, 2);
    Some(Insight {
        profile: profile.name.clone(),
        scenario: "max_drawdown".to_owned(),
        severity: severity.to_owned(),
        message: format!(
            "Max drawdown {}% przekracza próg {}%",
            percent(profile.max_drawdown),
            percent(limit)
        ),
        metrics: BTreeMap::from([
            ("max_drawdown_pct".to_owned(), Json::Float(profile.max_drawdown)),
            ("total_return_pct".to_owned(), Json::Float(profile.total_return)),
            (
                "worst_daily_loss_pct".to_owned(),
                Json::Float(profile.worst_daily_loss),
            ),
        ]),
        targets: Vec::new(),
        tags: vec![DEFAULT_TAG.to_owned(), format!("profile:{}", profile.name)],
    })
}

/// A line that a derived metric crossed.
struct Alert {
    severity: &'static str,
    message: String,
    tag: &'static str,
    metrics: Vec<(&'static str, Json)>,
}

fn liquidity(test: &PaperTest, policy: &EvaluationPolicy) -> Option<Alert> {
    let value = test.liquidity_usd?;
    let (severity, word, limit) = match value {
        low if low < policy.liquidity_critical_usd => {
            ("critical", "krytycznego", policy.liquidity_critical_usd)
        }
        low if low < policy.liquidity_warning_usd => {
            ("warning", "ostrzegawczego", policy.liquidity_warning_usd)
        }
        _ => return None,
    };
    Some(Alert {
        severity,
        message: format!(
            "Płynność {} USD poniżej progu {word} {} USD",
            grouped(value),
            grouped(limit)
        ),
        tag: "metric:liquidity",
        metrics: vec![
            ("liquidity_alert", Json::text(severity)),
            ("liquidity_threshold_usd", Json::Float(limit)),
        ],
    })
}

fn latency(test: &PaperTest, policy: &EvaluationPolicy) -> Option<Alert> {
    let peak = test.latency_peak_ms?;
    let (severity, word, limit) = match peak {
        high if high > policy.latency_critical_ms => ("critical", "krytycznego", policy.latency_critical_ms),
        high if high > policy.latency_warning_ms => ("warning", "ostrzegawczego", policy.latency_warning_ms),
        _ => return None,
    };
    let (shown, line) = (fixed(peak, 1), fixed(limit, 1));
    Some(Alert {
        severity,
        // The reference's own words, whose grammar differs from those for liquidity.
        message: format!("Latencja zleceń {shown} ms przekracza próg {word} {line} ms"),
        tag: "metric:latency",
        metrics: vec![
            ("latency_alert", Json::text(severity)),
            ("latency_threshold_ms", Json::Float(limit)),
            ("latency_peak_ms", Json::Float(peak)),
        ],
    })
}

/// The severity that a test claims or that follows from how it ended.
fn base_severity(test: &PaperTest) -> Option<&str> {
    if let Some(word) = &test.severity {
        return Some(word);
    }
    match test.status.trim().to_lowercase().as_str() {
        "failed" | "error" | "breach" => Some("critical"),
        "warning" | "degraded" => Some("warning"),
        "ok" | "passed" | "success" => Some("info"),
        _ => None,
    }
}

fn judge(
    profile: &str,
    test: &PaperTest,
    holdings: Option<&[Holding]>,
    policy: &EvaluationPolicy,
    gaps: Gaps,
    evaluation: &mut Evaluation,
) {
    let alerts: Vec<Alert> = [liquidity(test, policy), latency(test, policy)]
        .into_iter()
        .flatten()
        .collect();
    let derived = alerts.iter().map(|alert| alert.severity).reduce(graver);
    let severity = match (base_severity(test), derived) {
        (Some(base), Some(derived)) => graver(base, derived),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => return,
    };
    let mut metrics = test.metrics.clone();
    for (key, value) in alerts.iter().flat_map(|alert| alert.metrics.clone()) {
        metrics.entry(key.to_owned()).or_insert(value);
    }
    let reason = match test.notes.is_empty() {
        true => format!("Status {}", test.status).trim().to_owned(),
        false => test.notes.clone(),
    };
    let joined = |count: usize| {
        let messages = alerts.iter().take(count).map(|alert| alert.message.as_str());
        std::iter::once(reason.as_str())
            .chain(messages)
            .collect::<Vec<_>>()
            .join("; ")
    };
    let insight = Insight {
        profile: profile.to_owned(),
        scenario: test.name.clone(),
        severity: severity.to_owned(),
        message: joined(alerts.len()),
        metrics,
        targets: targets(test, holdings),
        tags: tags(profile, test, &alerts),
    };
    let why = format!("{}: {}", test.name, joined(1));
    recommend(&insight, test, holdings, why, gaps, evaluation);
    evaluation.insights.push(insight);
}

/// The graver of two words; the first of equals.
fn graver<'w>(first: &'w str, second: &'w str) -> &'w str {
    if gravity(second) > gravity(first) {
        second
    } else {
        first
    }
}

fn tags(profile: &str, test: &PaperTest, alerts: &[Alert]) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let own = test.tags.iter().cloned();
    let derived = alerts.iter().map(|alert| alert.tag.to_owned());
    let all = std::iter::once(DEFAULT_TAG.to_owned()).chain(own).chain(derived);
    for tag in all.chain(std::iter::once(format!("profile:{profile}"))) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// The assets that a test is about: those it names, and those that share a tag with it; of a known portfolio only
/// what it holds.
fn targets(test: &PaperTest, holdings: Option<&[Holding]>) -> Vec<String> {
    let mut targets: Vec<String> = Vec::new();
    let tagged = holdings
        .unwrap_or_default()
        .iter()
        .filter(|held| held.tags.iter().any(|tag| test.tags.contains(tag)));
    for symbol in test.assets.iter().chain(tagged.map(|held| &held.symbol)) {
        let is_held = holdings.is_none_or(|held| held.iter().any(|held| held.symbol == *symbol));
        if is_held && !targets.contains(symbol) {
            targets.push(symbol.clone());
        }
    }
    targets
}

/// What each severity advises (section 6, "Policy defaults"); words that it does not know advise nothing.
fn action(severity: &str) -> Option<WeightAction> {
    match severity {
        "critical" => Some(WeightAction {
            weight_multiplier: Some(0.0),
            min_weight: Some(0.0),
            max_weight: Some(0.0),
            force_rebalance: true,
        }),
        "warning" => Some(WeightAction {
            weight_multiplier: Some(0.6),
            min_weight: Some(0.0),
            ..WeightAction::default()
        }),
        "notice" | "info" => Some(WeightAction::default()),
        _ => None,
    }
}

fn recommend(
    insight: &Insight,
    test: &PaperTest,
    holdings: Option<&[Holding]>,
    reason: String,
    gaps: Gaps,
    evaluation: &mut Evaluation,
) {
    let Some(action) = action(&insight.severity) else {
        return;
    };
    // Q16: a recommendation that changes nothing is not one.
    if action.is_empty() && gaps != Gaps::Reference {
        return;
    }
    let one = |symbol: Option<&String>| WeightOverride {
        severity: insight.severity.clone(),
        reason: reason.clone(),
        symbol: symbol.cloned(),
        risk_budget: test.risk_budget.clone(),
        action: action.clone(),
        tags: insight.tags.clone(),
        unmapped: false,
    };
    if !insight.targets.is_empty() {
        evaluation
            .overrides
            .extend(insight.targets.iter().map(|symbol| one(Some(symbol))));
        return;
    }
    match refusal(test, holdings, gaps) {
        Some(why) => evaluation.withheld.push(withheld(insight, test, why)),
        None => evaluation.overrides.push(one(None)),
    }
}

/// Why a test without targets recommends nothing (finding Q16). A test about certain assets must not turn into advice
/// about all of them, nor about all of a risk budget; one that names nothing must not be advice about everything.
fn refusal(test: &PaperTest, holdings: Option<&[Holding]>, gaps: Gaps) -> Option<&'static str> {
    let is_about_some = !test.assets.is_empty() || !test.tags.is_empty();
    match (gaps, holdings) {
        (Gaps::Reference, _) => None,
        (_, Some(_)) if is_about_some => {
            Some("the portfolio holds none of the assets that the test is about")
        }
        (_, None) if is_about_some => Some("no portfolio is given, so the tags of the test name no asset"),
        (Gaps::Closed, _) if test.risk_budget.is_none() => {
            Some("the test names no asset; `--allow-global` would make it advice about all of them")
        }
        _ => None,
    }
}

fn withheld(insight: &Insight, test: &PaperTest, why: &str) -> Withheld {
    let tags = test.tags.iter().map(|tag| format!("tag:{tag}"));
    let budget = test.risk_budget.iter().map(|name| format!("risk_budget:{name}"));
    Withheld {
        profile: insight.profile.clone(),
        scenario: insight.scenario.clone(),
        severity: insight.severity.clone(),
        reason: why.to_owned(),
        named: test.assets.iter().cloned().chain(tags).chain(budget).collect(),
    }
}
