//! Contributions: signed bars from zero, in groups that sum up.

use super::{Canvas, Pattern, Plot, Say, Scale};

/// One part of a sum.
#[derive(Clone, Debug)]
pub struct Contribution {
    /// What contributes.
    pub label: String,
    /// How much, in words.
    pub said: String,
    /// How much on the common axis; it can be negative. `None` where the axis cannot show it.
    pub value: Option<f64>,
}

/// A sum and its parts.
#[derive(Clone, Debug)]
pub struct ContributionGroup {
    /// What is summed.
    pub label: String,
    /// The sum in words.
    pub said: String,
    /// Its parts.
    pub parts: Vec<Contribution>,
}

/// Groups on one axis.
#[derive(Clone, Debug)]
pub struct Contributions {
    /// In their order.
    pub groups: Vec<ContributionGroup>,
    /// The name of the line at zero.
    pub zero: String,
    /// The name of the axis.
    pub axis: String,
}

impl Contributions {
    /// Draws them; `say` says a value of the axis.
    pub fn plot(&self, id: &str, say: Say<'_>) -> Plot {
        let values = self.groups.iter().flat_map(|group| &group.parts);
        let values: Vec<f64> = values.filter_map(|part| part.value).collect();
        let scale = Scale::linear(
            values.iter().copied().fold(0.0, f64::min),
            values.iter().copied().fold(0.0, f64::max),
        );
        let rows = self.groups.iter().map(|group| 1 + group.parts.len()).sum();
        let mut canvas = Canvas::new(id, rows);
        canvas.axis(&scale, say, &self.axis);
        let zero = scale.at(0.0);
        // At the edge, zero is where the bars begin and needs no line.
        if zero > 0.0 {
            canvas.reference(zero, &self.zero);
        }
        let mut row = 0;
        for group in &self.groups {
            canvas.heading(row, &group.label, &group.said);
            row += 1;
            for part in &group.parts {
                if let Some(value) = part.value {
                    let (class, pattern) = if value < 0.0 {
                        ("chart-relief", Pattern::Hatched)
                    } else {
                        ("chart-within", Pattern::Solid)
                    };
                    canvas.bar(row, class, pattern, (zero, scale.at(value)));
                }
                canvas.words(row, &part.label, &part.said);
                row += 1;
            }
        }
        canvas.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_go_from_zero_to_either_side() {
        let part = |value: f64| Contribution {
            label: String::from("shock"),
            said: String::from("S"),
            value: Some(value),
        };
        let contributions = Contributions {
            groups: vec![ContributionGroup {
                label: String::from("metric"),
                said: String::from("sum"),
                parts: vec![part(1.0), part(-0.25)],
            }],
            zero: String::from("0"),
            axis: String::from("axis"),
        };
        // From -0.25 to 1, so zero stands at a fifth and a quarter of a unit is a fifth of the width.
        let drawn = contributions.plot("c", &|value| format!("{value}")).marks;
        assert!(
            drawn.contains("chart-within chart-solid\" x=\"20%\" y=\"90\" width=\"80%\""),
            "{drawn}"
        );
        assert!(drawn.contains(
            "chart-relief chart-hatched\" fill=\"url(#c-hatched)\" x=\"0%\" y=\"134\" width=\"20%\""
        ));
        assert!(drawn.contains("chart-heading"));
    }
}
