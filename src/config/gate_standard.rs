//! The rules that this version ships, as the standard for those of a project: whoever edits `publication.yaml` may
//! loosen them, but never without a trace.

use super::core::SourceFile;
use super::gate::{GateSettings, rule};
use crate::diag::{Position, Problems};
use crate::document::{Node, yaml};
use crate::domain::{GateRule, RULES_KEPT};
use std::cell::RefCell;

/// The publication file that is shipped with this version.
const SHIPPED: &str = include_str!("../../config/publication.yaml");
/// What it is called where a rule of it stands in for one of the project.
const NAME: &str = "config/publication.yaml";
/// The limits that rules read, and whether a higher number is the looser one.
const LIMITS: [(&str, bool); 9] = [
    ("publish_after_days", false),
    ("valid_for_days", true),
    ("max_snapshot_age_hours", true),
    ("max_report_age_days", true),
    ("coverage_change_percent", true),
    ("mirror_retry_hours", true),
    ("freshness_check_hours", true),
    ("retrospective_hours", true),
    ("benchmark_difference_percent", true),
];

/// The shipped rules.
fn shipped() -> Vec<GateRule> {
    let problems = RefCell::new(Problems::new());
    let root = yaml::read(NAME, SHIPPED).ok();
    let nodes = root.as_ref().and_then(|root| root.at_path(&["gate", "rules"]));
    let nodes = nodes.and_then(Node::as_list).unwrap_or_default();
    let rules = nodes.iter().filter_map(|node| rule(NAME, node, &problems));
    rules.collect()
}

/// Whether a project's rules must have this one as it is shipped: those that nobody can waive, and the one that tells of
/// changes.
fn is_fixed(rule: &GateRule) -> bool {
    !rule.waivable || rule.id == RULES_KEPT
}

/// In what a project's rule asks for less than the shipped one, or for something else: `expression`, `stage`, `waivable`.
fn differences(own: &GateRule, shipped: &GateRule) -> Vec<&'static str> {
    let found = [
        ("expression", own.expression != shipped.expression),
        ("stage", own.stage != shipped.stage),
        ("waivable", own.waivable && !shipped.waivable),
    ];
    let found = found.into_iter().filter(|(_, differs)| *differs);
    found.map(|(what, _)| what).collect()
}

/// Compares a project's rules with the shipped ones and names what is looser. A fixed rule that was removed or changed is
/// put back, so that it is evaluated all the same. A project without rules gets none: its gate is closed.
pub(super) fn hold_to_standard(rules: &mut Vec<GateRule>) -> Vec<String> {
    let mut loosened = Vec::new();
    if rules.is_empty() {
        return loosened;
    }
    for shipped in shipped() {
        let own = rules.iter().position(|rule| rule.id == shipped.id);
        let found = match own.and_then(|index| rules.get(index)) {
            Some(own) => differences(own, &shipped),
            None => vec!["removed"],
        };
        loosened.extend(found.iter().map(|what| format!("{}: {what}", shipped.id)));
        if found.is_empty() || !is_fixed(&shipped) {
            continue;
        }
        match own.and_then(|index| rules.get_mut(index)) {
            Some(own) => {
                *own = GateRule {
                    at: own.at,
                    ..shipped
                }
            }
            None => rules.push(GateRule {
                at: Position::default(),
                ..shipped
            }),
        }
    }
    loosened
}

/// The limits of a publication file that are looser than the shipped ones, in words.
fn looser_limits(publication: &SourceFile) -> Vec<String> {
    let number = |root: &Node, key: &str| {
        root.at_path(&["rules", key])?
            .as_scalar()?
            .text
            .parse::<f64>()
            .ok()
    };
    let standard = yaml::read(NAME, SHIPPED).ok();
    let looser = LIMITS.into_iter().filter_map(|(key, more_is_looser)| {
        let own = number(&publication.node, key)?;
        let shipped = number(standard.as_ref()?, key)?;
        let is_looser = match more_is_looser {
            true => own > shipped,
            false => own < shipped,
        };
        is_looser.then(|| format!("{key}: {own} (shipped {shipped})"))
    });
    looser.collect()
}

impl GateSettings {
    /// What is looser than the standard: rules, limits, and lists of what is mandatory that name nothing.
    pub fn all_loosened(&self, publication: &SourceFile) -> Vec<String> {
        let lists = [
            ("pages", &self.pages),
            ("checklists", &self.checklists),
            ("exchanges", &self.exchanges),
        ];
        let empty = lists.into_iter().filter(|(_, list)| list.is_empty());
        let empty = empty.map(|(name, _)| format!("{name}: none"));
        let limits = looser_limits(publication).into_iter();
        self.loosened.iter().cloned().chain(limits).chain(empty).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rules_are_their_own_standard() {
        let mut rules = shipped();
        assert!(rules.iter().any(|rule| rule.id == RULES_KEPT && rule.waivable));
        assert!(rules.iter().filter(|rule| is_fixed(rule)).count() > 5);
        assert_eq!(hold_to_standard(&mut rules), Vec::<String>::new());
        assert_eq!(rules, shipped());
    }

    #[test]
    fn what_is_looser_is_named_and_what_is_fixed_is_put_back() {
        let mut rules = shipped();
        let standard = shipped();
        rules.retain(|rule| rule.id != "claims-true" && rule.id != "report-fresh");
        for rule in &mut rules {
            match rule.id.as_str() {
                "keys-fit" => rule.waivable = true,
                "t-plus-7-reached" => rule.expression = Some("release.sequence == 1".to_owned()),
                // Stricter is no matter.
                "still-valid" => rule.waivable = false,
                _ => {}
            }
        }
        let expected = [
            "t-plus-7-reached: expression",
            "keys-fit: waivable",
            "report-fresh: removed",
            "claims-true: removed",
        ];
        assert_eq!(hold_to_standard(&mut rules), expected);
        let same = |id: &str| {
            let find = |rules: &[GateRule]| rules.iter().find(|rule| rule.id == id).cloned();
            let (own, shipped) = (find(&rules), find(&standard));
            own.map(|rule| (rule.expression, rule.waivable))
                == shipped.map(|rule| (rule.expression, rule.waivable))
        };
        assert!(same("keys-fit") && same("claims-true"));
        assert!(!same("t-plus-7-reached"));
        assert_eq!(hold_to_standard(&mut Vec::new()), Vec::<String>::new());
    }
}
