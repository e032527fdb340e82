use super::*;
use crate::diag::Position;
use crate::domain::{Timestamp, Unit};

fn evidence() -> Evidence {
    let number = FactValue::Number;
    let words = |list: &[&str]| FactValue::List(list.iter().map(|word| (*word).to_owned()).collect());
    let moment = |text: &str| FactValue::Moment(Timestamp::parse(text).unwrap());
    let facts = [
        ("lab.max_minutes", number(40.0)),
        ("lab.max_pct", number(0.6)),
        ("lab.name", FactValue::Text("crunch".into())),
        ("lab.markets", words(&["BTCUSDT", "ETHUSDT"])),
        ("lab.symbols", words(&["BTCUSDT", "SOLUSDT"])),
        ("lab.enabled", FactValue::Bool(true)),
        ("tables.limits.row-1.value", number(3.0)),
        ("release.released_at", moment("2026-11-23T00:00:00Z")),
        ("release.publish_at", moment("2026-11-30T00:00:00Z")),
    ];
    let facts = facts.into_iter().map(|(id, value)| Fact {
        id: id.to_owned(),
        value,
        unit: Unit::Plain,
        source: "core.yaml".into(),
        at: Position::new(1, 1),
    });
    Evidence::for_tests(Vec::new(), facts.collect(), Vec::new())
}

fn verdict(expression: &str) -> Option<bool> {
    let judgement = judge(expression, &evidence());
    assert!(
        judgement.faults.is_empty(),
        "{expression}: {:?}",
        judgement.faults
    );
    judgement.verdict
}

fn fault(expression: &str) -> String {
    let judgement = judge(expression, &evidence());
    assert_eq!(judgement.verdict, None, "{expression}");
    let shown = judgement
        .faults
        .iter()
        .map(|fault| format!("{}: {} ({})", fault.offset, fault.message, fault.hint));
    shown.collect::<Vec<_>>().join("; ")
}

#[test]
fn facts_are_compared_by_their_values() {
    for holds in [
        "lab.max_minutes == 40",
        "lab.max_minutes - 5 < 36 && lab.max_pct <= 0.6",
        "lab.name == 'crunch' || lab.enabled",
        "lab.enabled ? lab.max_minutes > 39 : false",
        "'SOLUSDT' in lab.symbols && !('SOLUSDT' in lab.markets)",
        "lab.symbols.exists(symbol, !(symbol in lab.markets))",
        "lab.markets.all(market, market.endsWith('USDT'))",
        "lab.markets.exists_one(market, market == 'BTCUSDT')",
        "size(lab.markets) == 2 && lab.markets[0] == 'BTCUSDT'",
        "abs(lab.max_pct - 1) < 0.41",
        "has(lab.max_pct) && !has(lab.other)",
        // Seven days of 86,400 seconds.
        "release.publish_at - release.released_at == 604800",
    ] {
        assert_eq!(verdict(holds), Some(true), "{holds}");
    }
    assert_eq!(verdict("lab.max_minutes < 40"), Some(false));
}

#[test]
fn ids_that_cel_cannot_name_are_reached_by_index_or_by_function() {
    assert_eq!(verdict("tables.limits[\"row-1\"].value == 3"), Some(true));
    assert_eq!(verdict("fact('tables.limits.row-1.value') == 3"), Some(true));
}

#[test]
fn the_facts_that_are_read_do_not_depend_on_their_values() {
    let judgement = judge("lab.enabled || lab.max_pct > 1", &evidence());
    let facts: Vec<&str> = judgement.facts.iter().map(String::as_str).collect();
    assert_eq!(facts, ["lab.enabled", "lab.max_pct"]);
    assert_eq!(
        fault("lab.enabled || lab.max_minuts > 1"),
        "15: no fact `lab.max_minuts` (did you mean `lab.max_minutes`?)"
    );
}

#[test]
fn what_cannot_be_evaluated_says_why_and_where() {
    assert_eq!(
        fault("lab.max_minutes"),
        "0: the expression gives a number, not true or false (compare it with something: `… == 0`, `… <= 40`)"
    );
    assert_eq!(
        fault("lab.max_minutes > 'ż'"),
        "0: `>` cannot take a number and a text (compare numbers with numbers, texts in quotes with texts)"
    );
    assert_eq!(
        fault("'ż' == lab.nothing && other"),
        "8: no fact `lab.nothing` (6 facts begin with `lab.`, such as `lab.enabled`); \
         23: no fact `other` (`stage6 facts` lists the ids of all facts)"
    );
    assert!(fault("'ż' == 'ż' && lab.max_minutes = 40").starts_with("32: cannot read the expression"));
    assert!(fault("").starts_with("0: there is no expression"));
    assert!(fault("timestamp('2026-11-23T00:00:00Z') > 0").starts_with("0: no function `timestamp`"));
    assert!(fault("lab.name.matches('a')").contains("no function `matches`"));
    assert!(fault("{'a': 1}.a == 1").contains("a map in an expression"));
}

#[test]
fn no_expression_exhausts_the_stack_or_runs_for_long() {
    let repeated = |text: &str| text.repeat(MAX_LENGTH / text.len());
    let loops = "lab.markets.all(a, lab.markets.all(b, lab.markets.all(c, a == b || b == c)))";
    let hostile = [
        repeated("("),
        repeated("["),
        repeated("!"),
        format!("{}true", repeated("!").split_at(990).0),
        repeated("-"),
        repeated("-1"),
        format!("{}1", repeated("1+").split_at(990).0),
        format!("lab{}", repeated("[0]").split_at(990).0),
        format!("lab{}", repeated(".a").split_at(990).0),
        format!("{}1", repeated("true?1:").split_at(980).0),
        format!("{}1", repeated("1?").split_at(980).0),
        repeated("a&&"),
        repeated("'"),
        repeated("`"),
        loops.to_owned(),
    ];
    let small_stack = std::thread::Builder::new().stack_size(1 << 20);
    let run = move || {
        for text in &hostile {
            assert_ne!(judge(text, &evidence()).verdict, Some(false), "{text}");
        }
    };
    small_stack.spawn(run).unwrap().join().unwrap();
}
