//! Scenes: what authors write, and the pages or problems that come of it.

mod charts;
mod claims;
mod pages;
mod problems;
mod tables;

use super::{Terms, resolve};
use crate::content::{Page, Wording, draft};
use crate::diag::{Checked, Position};
use crate::domain::{Digest, Fact, FactValue, Language, Timestamp, Unit};
use crate::evidence::{Evidence, EvidenceFile, EvidenceKind, Table};
use crate::fs::Project;

/// Six lines, so that a scene's body begins in line 7.
const FRONT: &str = "---\ntitle: T\nsummary: S.\nsection: review\norder: 1\n---\n";
/// A table with columns in two languages, a shared word, numbers, and quotes and a bar in a cell.
const RULES: &str = "\
id,rule_pl,rule_en,severity,limit_hours,note
age,Wiek `fact:lab.max_blackout_minutes`,Age `fact:lab.max_blackout_minutes`,high,12.5,`fact:lab.max_loss_pct`
sig,\"Podpis, \"\"tak\"\" | nie\",Signature,low,,
";

fn fact(id: &str, value: FactValue, line: u32) -> Fact {
    Fact {
        id: id.into(),
        value,
        unit: Unit::of_key(id.rsplit('.').next().unwrap()),
        source: "config/core.yaml".into(),
        at: Position::new(line, 5),
    }
}

fn file(path: &str, kind: EvidenceKind, text: &str) -> EvidenceFile {
    EvidenceFile {
        path: path.into(),
        bytes: text.into(),
        digest: Digest::of(text.as_bytes()),
        kind,
        sealed: None,
        sample: false,
        extract_of: None,
    }
}

fn evidence() -> Evidence {
    let moment = Timestamp::parse("2024-11-21T00:00:00Z").unwrap();
    let tables = [
        ("content/tables/rules.csv", RULES),
        (
            "content/tables/bad.csv",
            "id,text\na,[x](y.md)\nb,see[^n] <b>x</b>\nc,`fact:lab.nothing`\n",
        ),
    ];
    let mut files = vec![file("config/core.yaml", EvidenceKind::Config, "a: 1\nb: 2\n")];
    let report = r#"{"scenarios": [{"name": "crunch", "metrics": {"blackout_minutes": 30},
        "thresholds": {"max_blackout_minutes": 40}, "threshold_overrides": {}}]}"#;
    files.push(file(
        "var/stress_lab_report.json",
        EvidenceKind::Report,
        &report.replace('\n', " "),
    ));
    files.extend(tables.map(|(path, text)| file(path, EvidenceKind::Table, text)));
    Evidence::for_tests(
        files,
        vec![
            fact("lab.max_loss_pct", FactValue::Number(0.6), 41),
            fact("lab.max_blackout_minutes", FactValue::Number(40.0), 42),
            fact("lab.status", FactValue::Text("passed".into()), 43),
            fact(
                "lab.symbols",
                FactValue::List(vec!["A|B".into(), "C_D".into()]),
                44,
            ),
            fact("lab.as_of", FactValue::Moment(moment), 0),
            fact("lab.name_pl", FactValue::Text("nazwa".into()), 45),
            fact("lab.name_en", FactValue::Text("name".into()), 46),
        ],
        tables
            .map(|(path, text)| Table::read(path, text.as_bytes()).unwrap())
            .into(),
    )
}

/// Resolves pages given by path below `content/` and body.
fn pages(bodies: &[(&str, &str)]) -> Checked<Vec<Page>> {
    let place = tempfile::tempdir().unwrap();
    let wordings = Wording::load(&Project::open(place.path()).unwrap()).unwrap();
    let drafts = bodies.iter().map(|(path, body)| {
        let (tag, name) = path.split_once('/').unwrap();
        let id = name.strip_suffix(".md").unwrap();
        let language = Language::from_tag(tag).unwrap();
        draft::read(
            &format!("content/{path}"),
            language,
            id,
            &format!("{FRONT}{body}"),
        )
        .unwrap()
    });
    resolve(drafts.collect(), &evidence(), &wordings, &Terms::default())
}

/// The only page of a Polish scene; spaces that do not break are shown as `_`.
fn polish(body: &str) -> Page {
    let mut page = pages(&[("pl/a/x.md", body)]).unwrap().remove(0);
    page.html = page.html.replace('\u{a0}', "_");
    page.markdown = page.markdown.replace('\u{a0}', "_");
    page
}

/// All problems of a scene, one below the other.
fn complaints(bodies: &[(&str, &str)]) -> String {
    let found = pages(bodies).unwrap_err();
    found.iter().map(|problem| format!("{problem}\n")).collect()
}
