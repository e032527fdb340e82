//! Shares of limits: bars that end at the share of the limit that a value uses.

use super::{Canvas, Pattern, Plot, Say, Scale};

/// From this share of a limit on, a value is near to it.
const NEAR: f64 = 0.9;
/// The axis reaches at least so far, so that the limit is inside.
const REACH: f64 = 1.25;

/// Which side of the limit a value lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareState {
    /// Well below the limit.
    Within,
    /// At the limit or close below it.
    Near,
    /// Above the limit.
    Over,
}

impl ShareState {
    /// The state of a value under its limit.
    pub fn of(value: f64, limit: f64) -> ShareState {
        match () {
            () if value > limit => ShareState::Over,
            () if limit > 0.0 && value / limit >= NEAR => ShareState::Near,
            () => ShareState::Within,
        }
    }

    /// The filling of its bar.
    pub fn pattern(self) -> Pattern {
        match self {
            ShareState::Within => Pattern::Solid,
            ShareState::Near => Pattern::Hatched,
            ShareState::Over => Pattern::Crossed,
        }
    }

    /// The class of its bar.
    pub fn class(self) -> &'static str {
        match self {
            ShareState::Within => "chart-within",
            ShareState::Near => "chart-near",
            ShareState::Over => "chart-over",
        }
    }
}

/// One value under its limit.
#[derive(Clone, Debug)]
pub struct Share {
    /// What is measured.
    pub label: String,
    /// Value, limit and share in words.
    pub said: String,
    /// The share of the limit, 1 is all of it; `None` where nothing is a share of a limit of zero.
    pub share: Option<f64>,
    /// Which side of the limit it lies on.
    pub state: ShareState,
}

/// Values under their limits on one axis.
#[derive(Clone, Debug)]
pub struct Shares {
    /// In the order of the rows.
    pub rows: Vec<Share>,
    /// The name of the line at the limit.
    pub limit: String,
    /// The name of the axis.
    pub axis: String,
}

impl Shares {
    /// Draws them; `say` says a share.
    pub fn plot(&self, id: &str, say: Say<'_>) -> Plot {
        let most = self.rows.iter().filter_map(|row| row.share);
        let scale = Scale::linear(0.0, most.fold(REACH, f64::max));
        let mut canvas = Canvas::new(id, self.rows.len());
        canvas.axis(&scale, say, &self.axis);
        let (start, limit) = (scale.at(0.0), scale.at(1.0));
        for (row, share) in self.rows.iter().enumerate() {
            let end = share.share.map_or(start, |share| scale.at(share));
            canvas.bar(row, "chart-track", Pattern::Solid, (start, limit));
            match share.state {
                ShareState::Over if share.share.is_some() => {
                    canvas.bar(row, "chart-within", Pattern::Solid, (start, limit));
                    canvas.bar(row, "chart-over", Pattern::Crossed, (limit, end));
                }
                state => canvas.bar(row, state.class(), state.pattern(), (start, end)),
            }
        }
        canvas.reference(limit, &self.limit);
        for (row, share) in self.rows.iter().enumerate() {
            canvas.words(row, &share.label, &share.said);
        }
        canvas.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(shares: &[(Option<f64>, ShareState)]) -> String {
        let row = |(share, state): &(Option<f64>, ShareState)| Share {
            label: String::from("L"),
            said: String::from("<1>"),
            share: *share,
            state: *state,
        };
        let shares = Shares {
            rows: shares.iter().map(row).collect(),
            limit: String::from("limit"),
            axis: String::from("axis"),
        };
        shares.plot("c", &|share| format!("{share}")).marks
    }

    #[test]
    fn a_value_at_the_limit_is_near_and_one_above_is_over() {
        assert_eq!(ShareState::of(45.0, 45.0), ShareState::Near);
        assert_eq!(ShareState::of(40.4, 45.0), ShareState::Within);
        assert_eq!(ShareState::of(45.001, 45.0), ShareState::Over);
        assert_eq!(ShareState::of(0.0, 0.0), ShareState::Within);
        assert_eq!(ShareState::of(1.0, 0.0), ShareState::Over);
    }

    #[test]
    fn a_bar_ends_at_its_share_and_an_excess_begins_at_the_limit() {
        // The axis ends at 125 %, so the limit stands at 80 % of the width and half of it at 40 %.
        let drawn = plot(&[(Some(0.5), ShareState::Within), (Some(1.125), ShareState::Over)]);
        assert!(
            drawn.contains("chart-within chart-solid\" x=\"0%\" y=\"46\" width=\"40%\""),
            "{drawn}"
        );
        assert!(drawn.contains(
            "chart-over chart-crossed\" fill=\"url(#c-crossed)\" x=\"80%\" y=\"90\" width=\"10%\""
        ));
        assert!(drawn.contains("<line class=\"chart-reference\" x1=\"80%\""));
        assert!(drawn.contains("&lt;1&gt;"));
    }

    #[test]
    fn the_axis_grows_with_a_large_breach() {
        // Up to 400 %: the limit stands at a quarter.
        let drawn = plot(&[(Some(4.0), ShareState::Over)]);
        assert!(
            drawn.contains("<line class=\"chart-reference\" x1=\"25%\""),
            "{drawn}"
        );
    }
}
