//! Problems, claims and rules of the gate as JUnit XML: each is a test that passed or failed.

use crate::content::Claim;
use crate::diag::Problem;
use crate::domain::{GateRulings, RuleVerdict, Ruling};
use crate::gate::plain;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// What a command found, as far as a test dashboard shows it.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) problems: Vec<Problem>,
    /// What is wrong and stops nothing.
    pub(super) warnings: Vec<Problem>,
    pub(super) claims: Vec<Claim>,
    pub(super) rulings: Option<GateRulings>,
}

/// The document. Every suite has at least one case, so that a dashboard tells "all well" from "did not run".
///
/// # Errors
/// The text of the reason, if the XML cannot be written.
pub(super) fn junit(findings: &Findings) -> Result<String, String> {
    let mut report = Report::new("stage6");
    report.add_test_suite(problems(&findings.problems));
    if !findings.claims.is_empty() {
        let mut suite = TestSuite::new("claims");
        suite.add_test_cases(findings.claims.iter().map(claim));
        report.add_test_suite(suite);
    }
    if let Some(rulings) = &findings.rulings {
        let mut suite = TestSuite::new("gate");
        suite.add_test_cases(rulings.rulings.iter().map(rule));
        report.add_test_suite(suite);
    }
    report.to_string().map_err(|error| error.to_string())
}

fn problems(problems: &[Problem]) -> TestSuite {
    let mut suite = TestSuite::new("problems");
    if problems.is_empty() {
        suite.add_test_case(case("problems", "no problems", TestCaseStatus::success()));
    }
    suite.add_test_cases(problems.iter().map(|problem| {
        let name = match problem.at.line {
            0 => problem.path.clone(),
            line => format!("{}:{line}:{}", problem.path, problem.at.column),
        };
        case(
            &problem.path,
            &name,
            failed(&problem.message, &problem.to_string()),
        )
    }));
    suite
}

fn claim(claim: &Claim) -> TestCase {
    let status = if claim.holds {
        TestCaseStatus::success()
    } else {
        let more = format!(
            "{}:{}: {}\n{}",
            claim.source, claim.at.line, claim.sentence, claim.expression
        );
        failed("the claim does not hold", &more)
    };
    case(
        &claim.source,
        &format!("{}/{}", claim.language.tag(), claim.id),
        status,
    )
}

fn rule(ruling: &Ruling) -> TestCase {
    let rule = &ruling.rule;
    let status = match ruling.verdict {
        RuleVerdict::Passed | RuleVerdict::Confirmed | RuleVerdict::Waived => TestCaseStatus::success(),
        RuleVerdict::Pending => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message("decided at publication");
            skipped
        }
        RuleVerdict::Failed => {
            let facts = ruling.facts.iter();
            let facts: String = facts
                .map(|fact| format!("\n{} = {}", fact.id, plain(&fact.value)))
                .collect();
            let fault = ruling.fault.as_ref().map(|fault| format!("\n{fault}"));
            let more = format!(
                "{}{facts}{}\nhint: {}",
                rule.because.english,
                fault.unwrap_or_default(),
                rule.hint.english
            );
            failed(&rule.because.english, &more)
        }
    };
    let mut case = case("gate", &rule.id, status);
    if ruling.verdict == RuleVerdict::Waived {
        let owner = ruling.waiver.as_ref().map(|waiver| waiver.owner.as_str());
        case.set_system_out(format!("waived by {}", owner.unwrap_or_default()));
    }
    case
}

fn failed(message: &str, more: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(message).set_description(more);
    status
}

fn case(group: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(group);
    case
}
