//! Anchors of headings as the large code hosts make them, because links in trees of others are written for those.

use std::collections::BTreeMap;

/// The anchor of a heading: lower case, letters and digits of any script, `-` and `_` kept, spaces to dashes, all else
/// left out (the rule of `github-slugger`, which the code host of that name publishes).
///
/// ```
/// # use stage6_press::docs::links::slug;
/// assert_eq!(slug("What's new in 2.0? (Łódź)"), "whats-new-in-20-łódź");
/// ```
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in text.trim().chars() {
        match letter {
            ' ' => slug.push('-'),
            '-' | '_' => slug.push(letter),
            _ if letter.is_alphanumeric() => slug.extend(letter.to_lowercase()),
            _ => {}
        }
    }
    slug
}

/// The anchors of one page; the second of a kind gets `-1`, the third `-2`, as there.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    taken: BTreeMap<String, usize>,
}

impl Anchors {
    /// An anchor like `wanted` that the page has not yet.
    pub(super) fn claim(&mut self, wanted: String) -> String {
        let wanted = match wanted.is_empty() {
            true => "section".to_owned(),
            false => wanted,
        };
        if !self.taken.contains_key(&wanted) {
            self.taken.insert(wanted.clone(), 0);
            return wanted;
        }
        let mut turn = self.taken.get(&wanted).copied().unwrap_or(0);
        loop {
            turn += 1;
            let next = format!("{wanted}-{turn}");
            if !self.taken.contains_key(&next) {
                self.taken.insert(wanted, turn);
                self.taken.insert(next.clone(), 0);
                return next;
            }
        }
    }

    /// Notes an anchor that the author gave; `false` if the page has it already.
    pub(super) fn take(&mut self, given: &str) -> bool {
        self.taken.insert(given.to_owned(), 0).is_none()
    }

    /// All of them.
    pub(super) fn into_names(self) -> Vec<String> {
        self.taken.into_keys().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_headings_are_counted_as_code_hosts_do() {
        let mut anchors = Anchors::default();
        // The examples of the README of github-slugger.
        assert_eq!(anchors.claim(slug("foo")), "foo");
        assert_eq!(anchors.claim(slug("foo")), "foo-1");
        assert_eq!(anchors.claim(slug("bar")), "bar");
        assert_eq!(anchors.claim(slug("foo")), "foo-2");
        assert_eq!(slug("foo-bar & baz"), "foo-bar--baz");
        assert_eq!(slug("Привет non-latin 你好"), "привет-non-latin-你好");
    }

    #[test]
    fn a_heading_called_like_a_counted_one_gets_an_anchor_of_its_own() {
        let mut anchors = Anchors::default();
        let claimed = ["a", "a-1", "a", ""].map(|name| anchors.claim(name.to_owned()));
        assert_eq!(claimed, ["a", "a-1", "a-2", "section"]);
        assert!(!anchors.take("a") && anchors.take("b"));
    }
}
