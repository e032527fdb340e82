//! Reading a mapping of ours: every key is asked for once, and what nobody asked for is a mistake.

use crate::diag::{Position, Problem, Problems, nearest};
use crate::document::{Entry, Node, Scalar};
use std::cell::RefCell;

/// The problems of one file, shared by all its sections.
pub(crate) type Shared<'p> = &'p RefCell<Problems>;

/// A mapping whose keys are all known to us.
pub(crate) struct Fields<'n, 'p> {
    path: &'p str,
    name: String,
    at: Position,
    entries: &'n [Entry],
    asked: RefCell<Vec<&'static str>>,
    problems: Shared<'p>,
}

impl<'n, 'p> Fields<'n, 'p> {
    /// Opens `node`, called `name` in problems. Notes a problem if it is not a mapping.
    pub(crate) fn open(
        path: &'p str,
        name: &str,
        node: &'n Node,
        problems: Shared<'p>,
    ) -> Option<Fields<'n, 'p>> {
        let Some(entries) = node.as_map() else {
            let message = format!("`{name}` is {}, expected a mapping", node.kind());
            problems.borrow_mut().push(
                node.problem(path, message)
                    .hint("write `key: value` lines below it"),
            );
            return None;
        };
        for entry in entries.iter().filter(|entry| entry.repeated) {
            let message = format!("`{}` stands twice in `{name}`", entry.key);
            problems
                .borrow_mut()
                .push(Problem::new(path, entry.key_at, message).hint("keep one of them"));
        }
        let asked = RefCell::new(Vec::new());
        Some(Fields {
            path,
            name: name.to_owned(),
            at: node.at,
            entries,
            asked,
            problems,
        })
    }

    /// The dotted name of a member.
    pub(crate) fn name_of(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    /// Notes a problem at a value.
    pub(crate) fn refuse(&self, node: &Node, message: impl Into<String>, hint: impl Into<String>) {
        self.problems
            .borrow_mut()
            .push(node.problem(self.path, message).hint(hint));
    }

    /// Notes a problem with the mapping as a whole.
    pub(crate) fn refuse_whole(&self, message: impl Into<String>, hint: impl Into<String>) {
        let problem = Problem::new(self.path, self.at, message).hint(hint);
        self.problems.borrow_mut().push(problem);
    }

    /// The file and the shared problems, to open a member with.
    pub(crate) fn context(&self) -> (&'p str, Shared<'p>) {
        (self.path, self.problems)
    }

    /// The member `key`, unless it is absent or null.
    pub(crate) fn node(&self, key: &'static str) -> Option<&'n Node> {
        self.asked.borrow_mut().push(key);
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
            .filter(|node| !node.is_null())
    }

    /// The member `key`; its absence is a problem.
    pub(crate) fn required(&self, key: &'static str) -> Option<&'n Node> {
        let node = self.node(key);
        if node.is_none() {
            let message = format!("`{}` is missing", self.name_of(key));
            self.problems
                .borrow_mut()
                .push(Problem::new(self.path, self.at, message).hint(format!("add `{key}:`")));
        }
        node
    }

    /// A finite number within `range`.
    pub(crate) fn number(&self, key: &'static str, range: Range) -> Option<f64> {
        self.node(key).and_then(|node| self.as_number(key, node, range))
    }

    /// A finite number that must be there.
    pub(crate) fn required_number(&self, key: &'static str, range: Range) -> Option<f64> {
        self.required(key)
            .and_then(|node| self.as_number(key, node, range))
    }

    fn as_number(&self, key: &str, node: &Node, range: Range) -> Option<f64> {
        let name = self.name_of(key);
        let Some(number) = self.scalar(key, node, "a number").and_then(Scalar::as_number) else {
            if let Some(scalar) = node.as_scalar().filter(|scalar| scalar.unknown_tag.is_none()) {
                let (message, hint) = not_a_number(&name, scalar);
                self.refuse(node, message, hint);
            }
            return None;
        };
        if let Some((message, hint)) = range.objection(&name, number) {
            self.refuse(node, message, hint);
            return None;
        }
        Some(number)
    }

    /// A whole number of at least `least`.
    pub(crate) fn whole_number(&self, key: &'static str, least: u32) -> Option<u32> {
        let node = self.node(key)?;
        let scalar = self.scalar(key, node, "a whole number")?;
        let number = scalar
            .as_integer()
            .and_then(|number| u32::try_from(number).ok())
            .filter(|n| *n >= least);
        if number.is_none() {
            let message = format!(
                "`{}` is not a whole number of at least {least}",
                self.name_of(key)
            );
            self.refuse(node, message, "write digits only");
        }
        number
    }

    /// Trimmed text that is not blank.
    pub(crate) fn text(&self, key: &'static str) -> Option<String> {
        self.node(key).and_then(|node| self.as_text(key, node))
    }

    /// Text that must be there.
    pub(crate) fn required_text(&self, key: &'static str) -> Option<String> {
        self.required(key).and_then(|node| self.as_text(key, node))
    }

    /// Trimmed text that is not blank and may have several lines.
    pub(crate) fn lines(&self, key: &'static str) -> Option<String> {
        self.node(key).and_then(|node| self.as_text_of(key, node, true))
    }

    /// `node` as trimmed text on one line that is not blank.
    pub(crate) fn as_text(&self, key: &str, node: &Node) -> Option<String> {
        self.as_text_of(key, node, false)
    }

    fn as_text_of(&self, key: &str, node: &Node, lines: bool) -> Option<String> {
        let scalar = self.scalar(key, node, "text")?;
        let text = scalar.text.trim();
        if text.is_empty()
            || text
                .chars()
                .any(|letter| is_unseen(letter) && !(lines && matches!(letter, '\n' | '\t')))
        {
            self.refuse(
                node,
                format!("`{}` is blank or holds control characters", self.name_of(key)),
                "write a word",
            );
            return None;
        }
        if !scalar.quoted && scalar.as_bool().is_some() {
            let message = format!("`{}` is a boolean, expected text", self.name_of(key));
            self.refuse(
                node,
                message,
                format!("put it in quotes if the text `{text}` is meant"),
            );
            return None;
        }
        Some(text.to_owned())
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self, key: &'static str) -> Option<bool> {
        let node = self.node(key)?;
        let scalar = self.scalar(key, node, "`true` or `false`")?;
        let value = scalar.as_bool();
        if value.is_none() {
            let message = format!(
                "`{}` is {}, expected `true` or `false`",
                self.name_of(key),
                node.kind()
            );
            self.refuse(
                node,
                message,
                "write `true` or `false` without quotes; `yes`, `no`, `on`, `off` are not accepted",
            );
        }
        value
    }

    /// A list.
    pub(crate) fn list(&self, key: &'static str) -> Option<&'n [Node]> {
        let node = self.node(key)?;
        if node.as_list().is_none() {
            let message = format!("`{}` is {}, expected a list", self.name_of(key), node.kind());
            self.refuse(
                node,
                message,
                "write one item a line, each behind `- `, or `[A, B]`",
            );
        }
        node.as_list()
    }

    /// A list of texts, with their nodes.
    pub(crate) fn texts(&self, key: &'static str) -> Option<Vec<(String, &'n Node)>> {
        let items = self.list(key)?;
        Some(
            items
                .iter()
                .filter_map(|item| Some((self.as_text(key, item)?, item)))
                .collect(),
        )
    }

    /// A mapping whose keys the author chooses: names and their values.
    pub(crate) fn named(&self, key: &'static str) -> Option<&'n [Entry]> {
        let node = self.node(key)?;
        let entries = Fields::open(self.path, &self.name_of(key), node, self.problems)?.entries;
        for entry in entries.iter().filter(|entry| entry.key.chars().any(is_unseen)) {
            let message = format!("a name below `{}` holds control characters", self.name_of(key));
            self.problems
                .borrow_mut()
                .push(Problem::new(self.path, entry.key_at, message).hint("write a plain name"));
        }
        Some(entries)
    }

    /// A mapping of ours below this one.
    pub(crate) fn section(&self, key: &'static str) -> Option<Fields<'n, 'p>> {
        let node = self.node(key)?;
        Fields::open(self.path, &self.name_of(key), node, self.problems)
    }

    fn scalar(&self, key: &str, node: &'n Node, expected: &str) -> Option<&'n Scalar>
    where
        'n: 'n,
    {
        let name = self.name_of(key);
        match node.as_scalar() {
            Some(Scalar {
                unknown_tag: Some(tag),
                ..
            }) => {
                self.refuse(
                    node,
                    format!("`{name}` has the unknown tag `{tag}`"),
                    "remove the tag",
                );
                None
            }
            Some(scalar) => Some(scalar),
            None => {
                self.refuse(
                    node,
                    format!("`{name}` is {}, expected {expected}", node.kind()),
                    "write a single value",
                );
                None
            }
        }
    }

    /// Ends the reading: keys that nobody asked for are problems.
    pub(crate) fn finish(self) {
        let asked = self.asked.borrow();
        for entry in self
            .entries
            .iter()
            .filter(|entry| !asked.contains(&entry.key.as_str()))
        {
            let message = format!("unknown key `{}`", self.name_of(&entry.key));
            let hint = match nearest(&entry.key, asked.iter().copied()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("known here: {}", asked.join(", ")),
            };
            self.problems
                .borrow_mut()
                .push(Problem::new(self.path, entry.key_at, message).hint(hint));
        }
    }
}

fn not_a_number(name: &str, scalar: &Scalar) -> (String, String) {
    let lower = scalar.text.to_ascii_lowercase();
    let word = lower.trim_start_matches(['+', '-', '.']);
    if !scalar.quoted && matches!(word, "inf" | "infinity" | "nan") {
        return (
            format!("`{name}` is not a finite number"),
            "write a decimal number such as 0.5".to_owned(),
        );
    }
    let hint = match (scalar.quoted, scalar.text.trim().parse::<f64>()) {
        (true, Ok(_)) => "remove the quotes".to_owned(),
        (false, Ok(_)) => {
            "write it as a plain decimal; leading zeros and huge exponents are not accepted".to_owned()
        }
        _ => "write a decimal number such as 0.5".to_owned(),
    };
    (format!("`{name}` is `{}`, expected a number", scalar.text), hint)
}

/// Controls, and marks that show a text in another order than it is written in.
fn is_unseen(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Which numbers make sense.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Range {
    /// Any finite number.
    Any,
    /// Zero or more.
    NotNegative,
    /// More than zero.
    Positive,
    /// From 0 to 1, as for a weight or a fraction.
    Fraction,
    /// From 0 to 10 times: a relative increase, where percent written as 80 instead of 0.80 must not pass.
    Increase,
    /// From -1 to 1.
    Score,
    /// From -1 to 10: a return as a fraction, where percent written as -18 instead of -0.18 must not pass.
    Return,
    /// From 0 to 100: percent, where more than all makes no sense.
    Percent,
    /// From 0 to 100 percent, where a number between 0 and 1 is surely a fraction.
    PercentLimit,
}

impl Range {
    fn objection(self, name: &str, number: f64) -> Option<(String, String)> {
        let (good, expected) = match self {
            Range::Any => (true, ""),
            Range::NotNegative => (number >= 0.0, "0 or more"),
            Range::Positive => (number > 0.0, "more than 0"),
            Range::Fraction => ((0.0..=1.0).contains(&number), "from 0 to 1"),
            Range::Increase => ((0.0..=10.0).contains(&number), "from 0 to 10"),
            Range::Score => ((-1.0..=1.0).contains(&number), "from -1 to 1"),
            Range::Return => ((-1.0..=10.0).contains(&number), "from -1 to 10"),
            Range::Percent => ((0.0..=100.0).contains(&number), "percent from 0 to 100"),
            Range::PercentLimit => {
                let good = number == 0.0 || (1.0..=1000.0).contains(&number);
                (good, "percent, 0 or from 1 to 1000")
            }
        };
        if good {
            return None;
        }
        let takes_fractions = matches!(self, Range::Fraction | Range::Increase | Range::Return);
        let is_percent = takes_fractions && number.abs() > 1.0 && number.abs() <= 1000.0;
        let is_fraction = matches!(self, Range::PercentLimit) && number > 0.0 && number < 1.0;
        let hint = match (is_percent, is_fraction) {
            (true, _) => format!("this is a fraction: write {} for {number} %", number / 100.0),
            (_, true) => format!(
                "Market Intelligence gives percent: write {} if {number} is a fraction",
                number * 100.0
            ),
            _ => "correct the value".to_owned(),
        };
        Some((format!("`{name}` is {number}, expected {expected}"), hint))
    }
}
