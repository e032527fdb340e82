//! Estimates with their intervals: a dot, and whiskers to both ends.

use super::{Canvas, Plot, Say, Scale};

/// Half the height of the caps at the ends of an interval.
const CAP: f64 = 6.0;

/// One estimate.
#[derive(Clone, Debug)]
pub struct Interval {
    /// What is estimated.
    pub label: String,
    /// Estimate and interval in words.
    pub said: String,
    /// The estimate.
    pub value: f64,
    /// The ends of the interval, the lower first.
    pub ends: (f64, f64),
    /// It sums up the others.
    pub total: bool,
}

/// Probabilities with their intervals on one axis from 0.
#[derive(Clone, Debug)]
pub struct Intervals {
    /// In the order of the rows.
    pub rows: Vec<Interval>,
    /// The name of the axis.
    pub axis: String,
}

impl Intervals {
    /// Draws them; `say` says a probability. The axis ends at a round value at or below 1.
    pub fn plot(&self, id: &str, say: Say<'_>) -> Plot {
        let most = self.rows.iter().map(|row| row.ends.1.max(row.value));
        let scale = Scale::linear(0.0, most.fold(0.01, f64::max).min(1.0));
        let mut canvas = Canvas::new(id, self.rows.len());
        canvas.axis(&scale, say, &self.axis);
        for (row, interval) in self.rows.iter().enumerate() {
            let y = Canvas::middle(row);
            let (low, high) = (scale.at(interval.ends.0), scale.at(interval.ends.1));
            canvas.line("chart-stem", (0.0, y), (scale.at(interval.value), y));
            canvas.line("chart-whisker", (low, y), (high, y));
            for end in [low, high] {
                canvas.line("chart-whisker", (end, y - CAP), (end, y + CAP));
            }
            let class = if interval.total {
                "chart-point chart-open"
            } else {
                "chart-point"
            };
            canvas.dot(class, (scale.at(interval.value), y), 4.0);
            canvas.words(row, &interval.label, &interval.said);
        }
        canvas.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whiskers_end_at_the_ends_and_the_dot_stands_at_the_estimate() {
        let intervals = Intervals {
            rows: vec![Interval {
                label: String::from("any"),
                said: String::from("25 %"),
                value: 0.25,
                ends: (0.2, 0.3),
                total: false,
            }],
            axis: String::from("axis"),
        };
        // The axis ends at 0.3: a fifth stands at two thirds, a quarter at five sixths.
        let drawn = intervals.plot("c", &|share| format!("{share}")).marks;
        assert!(
            drawn.contains("<circle class=\"chart-point\" cx=\"83.333%\" cy=\"52\" r=\"4\"/>"),
            "{drawn}"
        );
        assert!(
            drawn.contains("<line class=\"chart-whisker\" x1=\"66.667%\" y1=\"52\" x2=\"100%\" y2=\"52\"/>")
        );
        assert!(
            drawn.contains(
                "<line class=\"chart-whisker\" x1=\"66.667%\" y1=\"46\" x2=\"66.667%\" y2=\"58\"/>"
            )
        );
    }
}
