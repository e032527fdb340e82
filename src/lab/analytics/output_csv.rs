//! The tables of the analytics as one CSV in long form, a number in each row, for people who live in spreadsheets.

use super::{Analytics, Estimate, Root, ScenarioAnalytics, ShockRoot};
use crate::document::csv_text::csv_bytes;
use crate::document::json_text::python_float;
use crate::domain::Shock;

/// The bytes of the CSV file (RFC 4180: comma, CRLF). A root that is never reached is the word `never`.
pub fn analytics_csv(analytics: &Analytics) -> Vec<u8> {
    let header = ["scenario", "table", "metric", "part", "quantity", "value"];
    let mut table = Table { rows: Vec::new() };
    for scenario in &analytics.scenarios {
        reverse_rows(scenario, &mut table);
        probability_rows(scenario, &mut table);
        attribution_rows(scenario, &mut table);
    }
    csv_bytes(&header, table.rows.into_iter().map(Vec::from))
}

struct Table {
    rows: Vec<[String; 6]>,
}

impl Table {
    /// Adds a row for each quantity of one thing; `of` is scenario, table, metric and part.
    fn add(&mut self, of: [&str; 4], quantities: impl IntoIterator<Item = (&'static str, f64)>) {
        for (quantity, value) in quantities {
            let [scenario, table, metric, part] = of.map(str::to_owned);
            let value = if value == f64::INFINITY {
                "never".to_owned()
            } else {
                python_float(value)
            };
            self.rows
                .push([scenario, table, metric, part, quantity.to_owned(), value]);
        }
    }
}

/// A shock as rows name it: its place from 1, and its kind.
fn label(shocks: &[Shock], place: usize) -> String {
    format!("{} {}", place + 1, shocks[place].kind.key())
}

fn reverse_rows(analysed: &ScenarioAnalytics, table: &mut Table) {
    let name = &analysed.scenario.name;
    let shocks = &analysed.scenario.shocks;
    for scale in &analysed.reverse.scale {
        let diagnoses: Vec<&str> = scale.diagnoses.iter().map(|diagnosis| diagnosis.key()).collect();
        let of = [name, "reverse_stress", scale.metric.key(), "(all shocks)"];
        table.add(
            of,
            [
                ("limit", scale.limit),
                ("value", scale.value),
                ("scale", scale.root.smallest),
            ],
        );
        let [scenario, kind, metric, part] = of.map(str::to_owned);
        table.rows.push([
            scenario,
            kind,
            metric,
            part,
            "diagnoses".to_owned(),
            diagnoses.join(" "),
        ]);
    }
    for root in &analysed.reverse.shocks {
        let shock = &shocks[root.shock];
        let multiple = |of: &Root| ShockRoot::multiple(of, shock);
        let quantities = [
            ("intensity", shock.intensity),
            ("intensity_with_others", root.with_others.smallest),
            ("multiple_with_others", multiple(&root.with_others)),
            ("intensity_alone", root.alone.smallest),
            ("multiple_alone", multiple(&root.alone)),
        ];
        table.add(
            [
                name,
                "reverse_stress",
                root.metric.key(),
                &label(shocks, root.shock),
            ],
            quantities,
        );
    }
}

fn estimate(estimate: &Estimate) -> [(&'static str, f64); 3] {
    [
        ("probability", estimate.probability()),
        ("low", estimate.low),
        ("high", estimate.high),
    ]
}

fn probability_rows(analysed: &ScenarioAnalytics, table: &mut Table) {
    let (name, probability) = (&analysed.scenario.name, &analysed.probability);
    table.add(
        [name, "breach_probability", "(any)", ""],
        [("draws", probability.any.draws as f64)],
    );
    table.add(
        [name, "breach_probability", "(any)", ""],
        estimate(&probability.any),
    );
    for (metric, value) in &probability.thresholds {
        table.add([name, "breach_probability", metric.key(), ""], estimate(value));
    }
    for (first, second, value) in &probability.pairs {
        table.add(
            [name, "joint_breach_probability", first.key(), second.key()],
            estimate(value),
        );
    }
    for (metric, mean) in &probability.means {
        table.add([name, "mean", metric.key(), ""], [("mean", *mean)]);
    }
    for curve in &probability.exceedances {
        for (level, value) in &curve.levels {
            let part = format!("utilisation above {}", python_float(*level));
            table.add([name, "exceedance", curve.metric.key(), &part], estimate(value));
        }
    }
}

fn attribution_rows(analysed: &ScenarioAnalytics, table: &mut Table) {
    let shocks = &analysed.scenario.shocks;
    for share in &analysed.attribution.shares {
        let of = [
            analysed.scenario.name.as_str(),
            "attribution",
            share.metric.key(),
            &label(shocks, share.shock),
        ];
        table.add(of, share.shapley.map(|value| ("shapley", value)));
        let swing = &share.swing;
        table.add(
            of,
            [
                ("with_0.8", swing.lower),
                ("with_1.2", swing.upper),
                ("removed", swing.removed),
            ],
        );
        table.add(of, share.elasticity.map(|value| ("elasticity", value)));
    }
}
