//! Strict JSON into a positioned tree.
//!
//! Stricter than most readers on purpose, because a signature over parsed data is worth only as much as the
//! agreement of all readers on that data: no duplicate keys, no lone surrogates, no numbers beyond a double,
//! no NaN, no byte-order mark, nothing after the end.

use super::{Entry, Node, Value};
use crate::diag::{Position, Problem};
use std::collections::BTreeSet;

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 100;
/// Longest number that is read; CPython refuses integers beyond 4,300 digits.
const MAX_NUMBER: usize = 4_300;

/// Reads the one value in `bytes`.
///
/// # Errors
/// The first departure from the rules above, with its place.
pub fn read(path: &str, bytes: &[u8]) -> Result<Node, Problem> {
    read_value(path, bytes)
        .map_err(|problem| problem.hint("mend the file, or write it again with the tool that made it"))
}

fn read_value(path: &str, bytes: &[u8]) -> Result<Node, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or(b"");
        let good = std::str::from_utf8(good).unwrap_or("");
        Problem::new(path, Position::of_offset(good, good.len()), "not UTF-8 text")
    })?;
    let mut reader = Reader {
        path,
        text,
        at: 0,
        line: 1,
        line_start: 0,
    };
    reader.skip_blanks();
    let node = reader.value(0)?;
    reader.skip_blanks();
    match reader.peek() {
        None => Ok(node),
        Some(_) => Err(reader.wrong("more text after the end of the JSON value")),
    }
}

struct Reader<'t> {
    path: &'t str,
    text: &'t str,
    at: usize,
    line: u32,
    line_start: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn here(&self) -> Position {
        let column = self
            .text
            .get(self.line_start..self.at)
            .unwrap_or("")
            .chars()
            .count()
            + 1;
        Position::new(self.line, u32::try_from(column).unwrap_or(u32::MAX))
    }

    fn wrong(&self, message: impl Into<String>) -> Problem {
        Problem::new(
            self.path,
            self.here(),
            format!("not valid JSON: {}", message.into()),
        )
    }

    fn skip_blanks(&mut self) {
        while let Some(byte @ (b' ' | b'\n' | b'\r' | b'\t')) = self.peek() {
            self.at += 1;
            if byte == b'\n' {
                self.line += 1;
                self.line_start = self.at;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, Problem> {
        if depth > MAX_DEPTH {
            return Err(self.wrong(format!("nested deeper than {MAX_DEPTH} levels")));
        }
        let at = self.here();
        match self.peek() {
            Some(b'{') => self.object(at, depth),
            Some(b'[') => self.array(at, depth),
            Some(b'"') => Ok(Node::quoted(at, self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(at),
            Some(b't' | b'f' | b'n') => self.word(at),
            Some(_) => Err(self.wrong("expected a value")),
            None => Err(self.wrong("the text ends where a value should be")),
        }
    }

    fn word(&mut self, at: Position) -> Result<Node, Problem> {
        let rest = self.text.get(self.at..).unwrap_or("");
        for word in ["true", "false", "null"] {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(Node::plain(at, word));
            }
        }
        Err(self.wrong("expected `true`, `false` or `null`"))
    }

    fn array(&mut self, at: Position, depth: usize) -> Result<Node, Problem> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Node {
                at,
                value: Value::List(items),
            });
        }
        loop {
            self.skip_blanks();
            items.push(self.value(depth + 1)?);
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Node {
                        at,
                        value: Value::List(items),
                    });
                }
                _ => return Err(self.wrong("expected `,` or `]`")),
            }
        }
    }

    fn object(&mut self, at: Position, depth: usize) -> Result<Node, Problem> {
        self.at += 1;
        let mut entries = Vec::new();
        let mut seen = BTreeSet::new();
        self.skip_blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Node {
                at,
                value: Value::Map(entries),
            });
        }
        loop {
            self.skip_blanks();
            let key_at = self.here();
            if self.peek() != Some(b'"') {
                return Err(self.wrong("expected a key in double quotes"));
            }
            let key = self.string()?;
            if !seen.insert(key.clone()) {
                return Err(Problem::new(
                    self.path,
                    key_at,
                    format!("not valid JSON: the key `{key}` stands twice"),
                ));
            }
            self.skip_blanks();
            if self.peek() != Some(b':') {
                return Err(self.wrong("expected `:`"));
            }
            self.at += 1;
            self.skip_blanks();
            let value = self.value(depth + 1)?;
            entries.push(Entry {
                key,
                key_at,
                repeated: false,
                value,
            });
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Node {
                        at,
                        value: Value::Map(entries),
                    });
                }
                _ => return Err(self.wrong("expected `,` or `}`")),
            }
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self, at: Position) -> Result<Node, Problem> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        if whole == 0 || (leading_zero && whole > 1) {
            return Err(self.wrong("a number without digits or with a leading zero"));
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return Err(self.wrong("a decimal point without digits"));
            }
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(self.wrong("an exponent without digits"));
            }
        }
        let token = self.text.get(start..self.at).unwrap_or("");
        let fits = token.len() <= MAX_NUMBER && token.parse::<f64>().is_ok_and(f64::is_finite);
        let is_integer = !token.contains(['.', 'e', 'E']);
        if token.len() > MAX_NUMBER || !(fits || is_integer) {
            return Err(Problem::new(
                self.path,
                at,
                "not valid JSON: a number beyond the range of a double",
            ));
        }
        Ok(Node::plain(at, token))
    }

    fn string(&mut self) -> Result<String, Problem> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or("");
            let Some(next) = rest.chars().next() else {
                return Err(self.wrong("a text without its closing quote"));
            };
            match next {
                '"' => {
                    self.at += 1;
                    return Ok(out);
                }
                '\\' => out.push(self.escape()?),
                control if u32::from(control) < 0x20 => {
                    return Err(self.wrong("a control character inside a text"));
                }
                other => {
                    out.push(other);
                    self.at += other.len_utf8();
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Problem> {
        self.at += 1;
        let escape = self.peek();
        self.at += 1;
        Ok(match escape {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.wrong("an unknown escape")),
        })
    }

    fn unicode(&mut self) -> Result<char, Problem> {
        let first = self.hex4()?;
        let code = match first {
            0xD800..=0xDBFF => {
                if self.text.get(self.at..self.at + 2) != Some("\\u") {
                    return Err(self.wrong("half of a surrogate pair"));
                }
                self.at += 2;
                let second = self.hex4()?;
                if !(0xDC00..=0xDFFF).contains(&second) {
                    return Err(self.wrong("half of a surrogate pair"));
                }
                0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
            }
            other => other,
        };
        char::from_u32(code).ok_or_else(|| self.wrong("half of a surrogate pair"))
    }

    fn hex4(&mut self) -> Result<u32, Problem> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(digits) = digits else {
            return Err(self.wrong("`\\u` needs four hexadecimal digits"));
        };
        self.at += 4;
        Ok(u32::from_str_radix(digits, 16).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        read_value("x.json", text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn positions_count_characters() {
        let node = read("x.json", "{\n  \"ż\": {\"b\": 1.0}\n}".as_bytes()).unwrap();
        assert_eq!(node.at_path(&["ż", "b"]).unwrap().at, Position::new(2, 14));
    }

    #[test]
    fn ambiguous_documents_are_refused() {
        assert_eq!(
            message(r#"{"a": 1, "a": 2}"#),
            "x.json:1:10: not valid JSON: the key `a` stands twice"
        );
        assert_eq!(
            message("[1e400]"),
            "x.json:1:2: not valid JSON: a number beyond the range of a double"
        );
        assert_eq!(message("[NaN]"), "x.json:1:2: not valid JSON: expected a value");
        assert_eq!(
            message("[\"\\ud800\"]"),
            "x.json:1:9: not valid JSON: half of a surrogate pair"
        );
        assert_eq!(
            message("\u{feff}[]"),
            "x.json:1:1: not valid JSON: expected a value"
        );
        assert_eq!(
            message("[] x"),
            "x.json:1:4: not valid JSON: more text after the end of the JSON value"
        );
        assert_eq!(
            message("[010]"),
            "x.json:1:5: not valid JSON: a number without digits or with a leading zero"
        );
    }

    #[test]
    fn deep_nesting_ends_as_a_problem() {
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        assert_eq!(
            message(&deep),
            "x.json:1:102: not valid JSON: nested deeper than 100 levels"
        );
    }

    #[test]
    fn surrogate_pairs_join() {
        let node = read("x.json", br#""\ud83d\ude80""#).unwrap();
        assert_eq!(node.as_scalar().unwrap().text, "🚀");
    }
}
