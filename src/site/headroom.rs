//! Headroom: how much of a limit a metric uses, as a number and as a small bar.

use serde::Serialize;

/// Size of the bar in CSS pixels. The limit stands at four fifths, so that a breach can be seen to reach over it.
const WIDTH: f64 = 160.0;
const HEIGHT: f64 = 14.0;
const LIMIT_AT: f64 = 128.0;

/// From this share of a limit on, a bar is marked as near to it.
const NEAR: f64 = 0.9;

/// Which side of the limit a value lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// Well below the limit.
    Within,
    /// At the limit or close below it.
    Near,
    /// Above the limit.
    Over,
}

/// The measures of a bar; its colours are the style sheet's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Bar {
    pub(super) state: State,
    width: f64,
    height: f64,
    limit_at: f64,
    fill: f64,
    /// What reaches over the limit; cut off at the edge of the bar.
    excess: Option<f64>,
}

/// The share of a limit that a value uses; none when the limit is zero, because nothing is a share of that.
pub(super) fn share(observed: f64, limit: f64) -> Option<f64> {
    (limit > 0.0).then(|| observed / limit)
}

/// The bar of a value under its limit.
pub(super) fn bar(observed: f64, limit: f64) -> Bar {
    let over = observed > limit;
    let share = share(observed, limit)
        .unwrap_or(if over { f64::INFINITY } else { 0.0 })
        .max(0.0);
    let state = match share {
        _ if over => State::Over,
        near if near >= NEAR => State::Near,
        _ => State::Within,
    };
    Bar {
        state,
        width: WIDTH,
        height: HEIGHT,
        limit_at: LIMIT_AT,
        fill: tenth(share.min(1.0) * LIMIT_AT),
        excess: over.then(|| tenth(((share - 1.0) * LIMIT_AT).clamp(1.0, WIDTH - LIMIT_AT))),
    }
}

/// A tenth of a pixel is finer than any screen.
pub(super) fn tenth(pixels: f64) -> f64 {
    (pixels * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_ends_at_its_share_of_the_limit() {
        let half = bar(22.5, 45.0);
        assert_eq!((half.state, half.fill, half.excess), (State::Within, 64.0, None));
        let at_limit = bar(45.0, 45.0);
        assert_eq!(
            (at_limit.state, at_limit.fill, at_limit.excess),
            (State::Near, 128.0, None)
        );
    }

    #[test]
    fn a_breach_is_seen_however_small_and_stays_inside_however_large() {
        assert_eq!(bar(45.001, 45.0).excess, Some(1.0));
        assert_eq!(bar(54.0, 45.0).excess, Some(25.6));
        assert_eq!(bar(900.0, 45.0).excess, Some(32.0));
        assert_eq!(bar(1.0, 0.0).state, State::Over);
    }

    #[test]
    fn nothing_is_a_share_of_a_zero_limit() {
        assert_eq!(share(0.0, 0.0), None);
        assert_eq!(bar(0.0, 0.0).state, State::Within);
    }
}
