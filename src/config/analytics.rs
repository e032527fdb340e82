//! The section `stress_lab.analytics`: seed, sigma and draws of the analyses.

use super::fields::{Fields, Range};
use crate::domain::AnalyticsSettings;

/// Reads the section; what it leaves out has its default.
pub(super) fn read(fields: Fields<'_, '_>) -> AnalyticsSettings {
    let default = AnalyticsSettings::default();
    let seed = whole(
        &fields,
        "seed",
        |_| true,
        "a whole number from 0 to 9223372036854775807",
    );
    let draws = whole(
        &fields,
        "draws",
        AnalyticsSettings::accepts_draws,
        "a whole number from 1 to 67108864",
    );
    let sigma = fields.number("sigma", Range::Positive);
    if let (Some(sigma), Some(node)) = (sigma, fields.node("sigma"))
        && !AnalyticsSettings::accepts_sigma(sigma)
    {
        let message = format!(
            "`{}` is {sigma}, expected at most {}",
            fields.name_of("sigma"),
            AnalyticsSettings::MOST_SIGMA
        );
        fields.refuse(node, message, "0.55 fits the history of BTC and ETH");
    }
    fields.finish();
    AnalyticsSettings {
        seed: seed.unwrap_or(default.seed),
        sigma: sigma.unwrap_or(default.sigma),
        draws,
    }
}

fn whole(
    fields: &Fields<'_, '_>,
    key: &'static str,
    accepts: fn(u64) -> bool,
    expected: &str,
) -> Option<u64> {
    let node = fields.node(key)?;
    let integer = node
        .as_scalar()
        .filter(|scalar| scalar.unknown_tag.is_none())
        .and_then(|scalar| scalar.as_integer());
    let number = integer
        .and_then(|number| u64::try_from(number).ok())
        .filter(|number| accepts(*number));
    if number.is_none() {
        let message = format!("`{}` is not {expected}", fields.name_of(key));
        fields.refuse(
            node,
            message,
            "write digits only, or remove the line for the default",
        );
    }
    number
}
