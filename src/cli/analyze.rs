//! `stage6 analyze`, and how its results are told.

use super::Outcome;
use super::arguments::AnalyzeArguments;
use super::build::key_choice;
use super::clock::{self, environment};
use super::console::Console;
use super::simulate::tell_signature;
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::domain::AnalyticsSettings;
use crate::lab::analytics::{Diagnosis, Estimate, ScaleRoot, ScenarioAnalytics};
use crate::pipeline::{self, AnalyzeOptions, Analyzed, Failure, SettingsChoice};
use std::io::{self, IsTerminal, Write};

pub(super) fn run(arguments: &AnalyzeArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let options = AnalyzeOptions {
        config: arguments.config.clone(),
        output: arguments.output.clone(),
        settings: settings(arguments)?,
        key: key_choice(&arguments.key),
        now: clock::now(&arguments.date)?,
    };
    let shows_progress = io::stderr().is_terminal();
    let mut progress = |scenario: &str, draws: u64| {
        if shows_progress {
            // A terminal that went away does not stop the work.
            let _ = write!(io::stderr(), "\r\x1b[K{scenario}: {draws} draws");
        }
    };
    let analyzed = pipeline::analyze(&options, &environment, &mut progress);
    if shows_progress {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
    show(&analyzed?, console);
    Ok(Outcome::Good)
}

fn settings(arguments: &AnalyzeArguments) -> Result<SettingsChoice, Problem> {
    let refuse = |flag: &str, text: &str, expected: &str, hint: &str| {
        Problem::with_file(flag, format!("`{text}` is not {expected}")).hint(hint)
    };
    let seed = arguments.seed.as_deref().map(|text| {
        text.parse::<u64>().map_err(|_| {
            refuse(
                "--seed",
                text,
                "a whole number from 0 to 18446744073709551615",
                "leave it out for the configured seed, or 6",
            )
        })
    });
    let sigma = arguments.sigma.as_deref().map(|text| {
        text.parse::<f64>()
            .ok()
            .filter(|sigma| AnalyticsSettings::accepts_sigma(*sigma))
            .ok_or_else(|| {
                refuse(
                    "--sigma",
                    text,
                    "a number above 0 and at most 3",
                    "0.55 fits the history of BTC and ETH",
                )
            })
    });
    let draws = arguments.draws.as_deref().map(|text| match text {
        "staged" => Ok(None),
        _ => text
            .parse::<u64>()
            .ok()
            .filter(|draws| AnalyticsSettings::accepts_draws(*draws))
            .map(Some)
            .ok_or_else(|| {
                let hint = "leave it out to draw until the intervals are narrow enough";
                refuse(
                    "--draws",
                    text,
                    "`staged` or a whole number from 1 to 67108864",
                    hint,
                )
            }),
    });
    Ok(SettingsChoice {
        seed: seed.transpose()?,
        sigma: sigma.transpose()?,
        draws: draws.transpose()?,
    })
}

fn show(analyzed: &Analyzed, console: &mut Console) {
    let analytics = &analyzed.analytics;
    for scenario in &analytics.scenarios {
        for line in scenario_lines(scenario) {
            console.line(line);
        }
    }
    console.line(format!(
        "seed {}, hash {}",
        analytics.settings.seed,
        analytics.hash().short()
    ));
    tell_signature(
        analyzed.signed_by.as_ref(),
        analyzed.unset_variable.as_deref(),
        console,
    );
    for file in &analyzed.files {
        console.line(format!("wrote {}", file.display()));
    }
    let files = analyzed
        .files
        .iter()
        .map(|file| Json::text(file.display().to_string()))
        .collect();
    let scenarios = analytics.scenarios.iter().map(|scenario| {
        let any = &scenario.probability.any;
        Json::map([
            ("name", Json::text(&scenario.scenario.name)),
            ("draws", Json::integer(any.draws)),
            ("any_breach", Json::Float(any.probability())),
        ])
    });
    console.object(&Json::map([
        ("status", Json::text("analyzed")),
        ("files", Json::List(files)),
        (
            "key_id",
            Json::optional_text(analyzed.signed_by.as_ref().map(|(id, _)| id.as_str())),
        ),
        ("seed", Json::integer(analytics.settings.seed)),
        ("hash", Json::text(analytics.hash().to_string())),
        ("scenarios", Json::List(scenarios.collect())),
    ]));
}

/// A headline, and a line for each metric that the scenario moves.
fn scenario_lines(analysed: &ScenarioAnalytics) -> Vec<String> {
    let probability = &analysed.probability;
    let (name, any) = (&analysed.scenario.name, &probability.any);
    let mut lines = vec![format!(
        "{name}: any breach {} in {} draws",
        percent(any),
        any.draws
    )];
    for scale in &analysed.reverse.scale {
        let estimate = probability
            .thresholds
            .iter()
            .find(|(metric, _)| *metric == scale.metric);
        if let Some((_, estimate)) = estimate {
            lines.push(format!(
                "  {:<24}{:<32}{}",
                scale.metric.key(),
                distance(scale),
                percent(estimate)
            ));
        }
    }
    lines
}

fn distance(scale: &ScaleRoot) -> String {
    let breaks = match scale.root.smallest {
        smallest if smallest.is_infinite() => "never breaks".to_owned(),
        0.0 => "broken from the start".to_owned(),
        smallest => format!("breaks at {smallest:.3} times"),
    };
    if scale.diagnoses.contains(&Diagnosis::Dead) {
        format!("{breaks} (dead)")
    } else {
        breaks
    }
}

/// `38.74 % (38.11 to 39.37)`.
fn percent(estimate: &Estimate) -> String {
    let [p, low, high] = [estimate.probability(), estimate.low, estimate.high].map(|share| share * 100.0);
    format!("{p:.2} % ({low:.2} to {high:.2})")
}
