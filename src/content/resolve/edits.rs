//! Changes to a Markdown source, gathered in any order and made at once.

use std::ops::Range;

/// Replacements of ranges that do not overlap.
#[derive(Debug, Default)]
pub struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    /// Replaces these bytes of the source.
    pub fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.0.push((range, text.into()));
    }

    /// The source with all replacements made.
    pub fn apply(mut self, source: &str) -> String {
        self.0.sort_by_key(|(range, _)| range.start);
        let mut output = String::with_capacity(source.len());
        let mut done = 0;
        for (range, text) in self.0 {
            output.push_str(source.get(done..range.start).unwrap_or(""));
            output.push_str(&text);
            done = done.max(range.end);
        }
        output.push_str(source.get(done..).unwrap_or(""));
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_in_the_order_of_the_source() {
        let mut edits = Edits::default();
        edits.replace(4..6, "");
        edits.replace(0..1, "łódź");
        assert_eq!(edits.apply("abcdefg"), "łódźbcdg");
    }
}
