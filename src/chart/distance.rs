//! Distances to limits: how many times stronger everything would have to be, on an axis of ratios.

use super::{Anchor, Canvas, Pattern, Plot, Say, Scale};

/// The axis shows at least from half to twice of what is configured.
const LEAST: (f64, f64) = (0.5, 2.0);

/// What is known of a distance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DistanceState {
    /// The limit falls above this multiple of what is configured.
    Reached(f64),
    /// Only in the formulas: nothing can become so many times stronger.
    OutOfReach(f64),
    /// The limit is broken already; it would hold up to this multiple.
    Broken(f64),
    /// No multiple breaks it.
    Never,
    /// It is broken without any strength at all.
    Always,
}

/// One limit.
#[derive(Clone, Debug)]
pub struct Distance {
    /// What is limited.
    pub label: String,
    /// The distance in words.
    pub said: String,
    /// The distance.
    pub state: DistanceState,
}

/// Limits on one axis of multiples.
#[derive(Clone, Debug)]
pub struct Distances {
    /// In the order of the rows.
    pub rows: Vec<Distance>,
    /// The name of the line at 1, what is configured.
    pub now: String,
    /// The name of the axis, which says that it is logarithmic.
    pub axis: String,
}

impl Distances {
    /// Draws them; `say` says a multiple.
    pub fn plot(&self, id: &str, say: Say<'_>) -> Plot {
        let multiples = self.rows.iter().filter_map(|row| match row.state {
            DistanceState::Reached(at) | DistanceState::OutOfReach(at) | DistanceState::Broken(at) => {
                Some(at)
            }
            DistanceState::Never | DistanceState::Always => None,
        });
        let positive = multiples.filter(|at| *at > 0.0);
        let (low, high) = positive.fold(LEAST, |(low, high), at| (low.min(at), high.max(at)));
        let scale = Scale::logarithmic(low, high);
        let mut canvas = Canvas::new(id, self.rows.len());
        canvas.axis(&scale, say, &self.axis);
        let now = scale.at(1.0);
        canvas.reference(now, &self.now);
        for (row, distance) in self.rows.iter().enumerate() {
            let y = Canvas::middle(row);
            match distance.state {
                DistanceState::Reached(at) => {
                    canvas.bar(row, "chart-within", Pattern::Solid, (now, scale.at(at)));
                    canvas.dot("chart-point", (scale.at(at), y), 6.0);
                }
                DistanceState::OutOfReach(at) => {
                    canvas.bar(row, "chart-far", Pattern::Dotted, (now, scale.at(at)));
                    canvas.dot("chart-point chart-open", (scale.at(at), y), 6.0);
                }
                DistanceState::Broken(at) => {
                    canvas.bar(row, "chart-over", Pattern::Crossed, (scale.at(at), now));
                    canvas.dot("chart-point chart-over", (scale.at(at), y), 6.0);
                }
                DistanceState::Never => {
                    canvas.line("chart-endless", (now, y), (100.0, y));
                    canvas.text("chart-arrow", Anchor::End, (100.0, y + 5.0), "∞");
                }
                DistanceState::Always => canvas.bar(row, "chart-over", Pattern::Crossed, (0.0, now)),
            }
            canvas.words(row, &distance.label, &distance.said);
        }
        canvas.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(states: &[DistanceState]) -> String {
        let row = |state: &DistanceState| Distance {
            label: String::from("L"),
            said: String::from("S"),
            state: *state,
        };
        let distances = Distances {
            rows: states.iter().map(row).collect(),
            now: String::from("now"),
            axis: String::from("axis"),
        };
        distances.plot("c", &|at| format!("{at}")).marks
    }

    #[test]
    fn one_stands_between_half_and_two_and_multiples_beside_it() {
        // From 0.5 to 2 the middle is 1, and a quarter of the way is the square root of 0.5 (0.70710678).
        let drawn = drawn(&[
            DistanceState::Reached(2.0),
            DistanceState::Broken(std::f64::consts::FRAC_1_SQRT_2),
            DistanceState::Never,
            DistanceState::Always,
        ]);
        assert!(
            drawn.contains("<line class=\"chart-reference\" x1=\"50%\""),
            "{drawn}"
        );
        assert!(drawn.contains("chart-within chart-solid\" x=\"50%\" y=\"46\" width=\"50%\""));
        assert!(drawn.contains(
            "chart-over chart-crossed\" fill=\"url(#c-crossed)\" x=\"25%\" y=\"90\" width=\"25%\""
        ));
        assert!(
            drawn.contains("<line class=\"chart-endless\" x1=\"50%\" y1=\"140\" x2=\"100%\" y2=\"140\"/>")
        );
        assert!(drawn.contains("fill=\"url(#c-crossed)\" x=\"0%\" y=\"178\" width=\"50%\""));
    }

    #[test]
    fn what_is_out_of_reach_is_open_and_dotted() {
        let drawn = drawn(&[DistanceState::OutOfReach(44.0)]);
        assert!(drawn.contains("chart-far chart-dotted\" fill=\"url(#c-dotted)\""));
        assert!(drawn.contains("chart-point chart-open"));
    }
}
