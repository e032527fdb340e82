//! What the analytics of the Stress Lab are asked to do.

/// The choices behind an analysis. Equal settings and inputs give equal bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AnalyticsSettings {
    /// The seed of all draws.
    pub seed: u64,
    /// Standard deviation of the logarithm of each shock's intensity.
    pub sigma: f64,
    /// How many draws for each scenario; `None` draws in stages until the intervals are narrow enough.
    pub draws: Option<u64>,
}

impl AnalyticsSettings {
    /// The largest standard deviation that makes sense: one in six intensities would be twenty times the configured
    /// one.
    pub const MOST_SIGMA: f64 = 3.0;
    /// The most draws of one scenario.
    pub const MOST_DRAWS: u64 = 1 << 26;

    /// Whether a standard deviation is above 0 and at most [`AnalyticsSettings::MOST_SIGMA`].
    pub fn accepts_sigma(sigma: f64) -> bool {
        sigma > 0.0 && sigma <= AnalyticsSettings::MOST_SIGMA
    }

    /// Whether a number of draws is from 1 to [`AnalyticsSettings::MOST_DRAWS`].
    pub fn accepts_draws(draws: u64) -> bool {
        (1..=AnalyticsSettings::MOST_DRAWS).contains(&draws)
    }
}

impl Default for AnalyticsSettings {
    /// σ = 0.55: the logarithm of BTC's daily volatility multiple has a standard deviation of 0.555, ETH's of 0.540
    /// (analytics specification, F2).
    fn default() -> AnalyticsSettings {
        AnalyticsSettings {
            seed: 6,
            sigma: 0.55,
            draws: None,
        }
    }
}
