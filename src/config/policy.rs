//! `stress_lab.override_policy`: how a failed scenario is answered, and which asset each symbol is (finding Q6).

use super::advice::gravity_word;
use super::core::Mode;
use super::fields::{Fields, Shared};
use super::governed::action;
use super::record::Record;
use crate::diag::{Problem, nearest};
use crate::domain::{Metric, OverridePolicy, PolicyAnswer, Severity};

/// Reads `stress_lab.override_policy`.
pub(crate) fn override_policy(parent: &Fields<'_, '_>) -> Option<OverridePolicy> {
    let node = parent.node("override_policy")?;
    let (path, problems) = parent.context();
    let record = Record::open(
        path,
        &parent.name_of("override_policy"),
        node,
        problems,
        Mode::Strict,
    )?;
    let mut policy = OverridePolicy::default();
    for entry in record.named("severities") {
        known_key(
            path,
            entry.key_at,
            &entry.key,
            Severity::WORDS.into_iter(),
            "severity",
            problems,
        );
        let answer = record
            .below(&format!("severities.{}", entry.key), &entry.value)
            .and_then(answer);
        policy
            .severities
            .extend(answer.map(|answer| (entry.key.clone(), answer)));
    }
    for entry in record.named("metrics") {
        known_key(
            path,
            entry.key_at,
            &entry.key,
            Metric::ALL.into_iter().map(Metric::key),
            "metric",
            problems,
        );
        let metric = Metric::ALL.into_iter().find(|metric| metric.key() == entry.key);
        let answer = record
            .below(&format!("metrics.{}", entry.key), &entry.value)
            .and_then(answer);
        policy.metrics.extend(metric.zip(answer));
    }
    symbols(&record, &mut policy);
    if record.named("severities").is_empty() && record.named("metrics").is_empty() {
        record.refuse(
            node,
            "the policy answers nothing",
            "add answers under `severities:` or `metrics:`",
        );
    }
    record.finish();
    Some(policy)
}

/// Reads which asset each symbol of the Stress Lab is.
fn symbols(record: &Record<'_, '_>, policy: &mut OverridePolicy) {
    for entry in record.named("symbols") {
        match entry
            .value
            .as_scalar()
            .map(|scalar| scalar.text.trim())
            .filter(|text| !text.is_empty())
        {
            Some(asset) => {
                if let Some((other, _)) = policy.symbols.iter().find(|(_, known)| *known == asset) {
                    let message = format!("`{other}` and `{}` are both the asset `{asset}`", entry.key);
                    let hint = "give each symbol of the Stress Lab an asset of its own";
                    record.refuse(&entry.value, message, hint);
                }
                policy.symbols.insert(entry.key.clone(), asset.to_owned());
            }
            None => record.refuse(
                &entry.value,
                "not the symbol of an asset",
                "write `BTCUSDT: BTC_USDT`",
            ),
        }
    }
}

fn known_key<'k>(
    path: &str,
    at: crate::diag::Position,
    key: &str,
    known: impl Iterator<Item = &'k str> + Clone,
    what: &str,
    problems: Shared<'_>,
) {
    if known.clone().any(|word| word == key) {
        return;
    }
    let hint = match nearest(key, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known: {}", known.collect::<Vec<_>>().join(", ")),
    };
    problems
        .borrow_mut()
        .push(Problem::new(path, at, format!("unknown {what} `{key}`")).hint(hint));
}

fn answer(record: Record<'_, '_>) -> Option<PolicyAnswer> {
    let severity = gravity_word(&record, true);
    let action = action(&record);
    if action.is_empty()
        && let Some(node) = record.node("severity")
    {
        record.refuse(
            node,
            "the answer changes nothing",
            "give a multiplier, a limit or `force_rebalance: true`",
        );
    }
    record.finish();
    Some(PolicyAnswer {
        severity: severity?,
        action,
    })
}
