//! `stage6 portfolio`.

use super::Outcome;
use super::clock::environment;
use super::console::Console;
use super::lab_arguments::PortfolioArguments;
use super::reports::{self, count};
use crate::document::json_text::Json;
use crate::pipeline::{self, Failure};

pub(super) fn run(arguments: &PortfolioArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let options = reports::options(&arguments.report)?;
    let run = pipeline::run_portfolio(&arguments.config, &arguments.portfolio, &options, &environment)?;
    for result in &run.results {
        let percent = result.total_return * 100.0;
        console.line(format!(
            "{:>8.2} %  {:>16.2} USD  {}",
            percent, result.pnl_usd, result.scenario.name
        ));
        if !result.unmatched.is_empty() {
            let names = result.unmatched.join(", ");
            console.remark(format!(
                "note: `{}` shocks what the portfolio does not hold: {names}",
                result.scenario.name
            ));
        }
    }
    reports::show(&run.written, options.mode, console);
    let worst = run.summary.worst.and_then(|index| run.results.get(index));
    let mut members = reports::members("stressed", Some(&run.written));
    members.extend([
        ("scenarios", count(run.results.len())),
        (
            "worst_scenario",
            Json::optional_text(worst.map(|worst| worst.scenario.name.as_str())),
        ),
        (
            "max_drawdown_pct",
            worst.map_or(Json::Null, |worst| Json::Float(worst.drawdown)),
        ),
    ]);
    console.object(&Json::map(members));
    Ok(Outcome::Good)
}
