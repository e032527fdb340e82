//! Colours of code. The grammars name what each letter is by scopes; pages get one of a few classes, and the style sheet
//! gives classes colours in both themes.
//!
//! Code repeats itself: a line that was seen before in the same state of its grammar is not parsed again. Each thread
//! remembers its own lines, because states of the engine stay on the thread that made them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::LazyLock;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

/// Longest line that is coloured, in bytes: grammars are slow on lines that no person wrote.
const LONGEST_LINE: usize = 1_000;
/// Longest row of one letter, and of digits. Some expressions try all ways to divide such a row: that of INI files took 82 s
/// for 2,000 blanks, that of MATLAB 25 s for digits in rows of 200. Within these bounds no grammar took more than 4 s for
/// any of a hundred lines that were made to be bad.
const LONGEST_ROW: usize = 200;
const LONGEST_ROW_OF_DIGITS: usize = 40;
/// Longest block, in bytes.
const LONGEST_BLOCK: usize = 256 * 1024;
/// Most lines of one grammar that a thread remembers.
const REMEMBERED: usize = 100_000;
/// Most states of one grammar that a new one is compared with.
const COMPARED: usize = 64;

/// What scopes mean to readers: the first that fits, from the innermost scope outwards.
const CLASSES: [(&str, &str); 20] = [
    ("comment", "c"),
    ("string", "s"),
    ("constant.character", "s"),
    ("constant.numeric", "n"),
    ("constant", "n"),
    ("keyword.operator", ""),
    ("keyword", "k"),
    ("storage", "k"),
    ("entity.name.tag", "t"),
    ("entity.name.type", "t"),
    ("entity.name", "f"),
    ("entity.other.attribute-name", "a"),
    ("support.function", "f"),
    ("support", "t"),
    ("meta.mapping.key", "a"),
    ("variable.other.member", "a"),
    ("markup.inserted", "i"),
    ("markup.deleted", "d"),
    ("markup.heading", "k"),
    ("variable.language", "k"),
];

/// A stretch of a line: its length in bytes and its class in [`CLASSES`], if it has one.
type Stretch = (usize, Option<usize>);

/// A line parsed in some state: what it is made of, and the number of the state after it.
struct Line {
    stretches: Vec<Stretch>,
    after: usize,
}

/// Where a grammar may be between two lines, and the lines seen there.
struct State {
    parser: ParseState,
    scopes: ScopeStack,
    lines: BTreeMap<Box<str>, Rc<Line>>,
}

impl State {
    fn new(parser: ParseState, scopes: ScopeStack) -> State {
        State {
            parser,
            scopes,
            lines: BTreeMap::new(),
        }
    }
}

/// All that a thread knows of one grammar's lines.
#[derive(Default)]
struct Known {
    states: Vec<State>,
    lines: usize,
}

/// Colours code of the languages that the grammars know.
struct Highlighter {
    grammars: SyntaxSet,
    classes: Vec<(Scope, usize)>,
}

/// Made when the first block of code needs it: reading the grammars takes some milliseconds.
static HIGHLIGHTER: LazyLock<Highlighter> = LazyLock::new(Highlighter::new);

thread_local! {
    static KNOWN: RefCell<BTreeMap<&'static str, Known>> = const { RefCell::new(BTreeMap::new()) };
}

/// Reads the grammars, on a core that has nothing else to do: the first block of code will not wait for them.
pub fn load_grammars() {
    LazyLock::force(&HIGHLIGHTER);
}

/// Code as HTML in colours; `None` if its language is not known or a grammar gives up.
pub(super) fn highlight(language: &str, code: &str) -> Option<String> {
    if language.is_empty() || code.len() > LONGEST_BLOCK {
        return None;
    }
    let highlighter: &'static Highlighter = &HIGHLIGHTER;
    let grammar = highlighter.grammars.find_syntax_by_token(language)?;
    KNOWN.with_borrow_mut(|known| {
        let known = known.entry(grammar.name.as_str()).or_default();
        highlighter.highlight(grammar, known, code)
    })
}

impl Highlighter {
    fn new() -> Highlighter {
        let class = |(index, (scope, _)): (usize, &(&str, &str))| Some((Scope::new(scope).ok()?, index));
        Highlighter {
            grammars: two_face::syntax::extra_newlines(),
            classes: CLASSES.iter().enumerate().filter_map(class).collect(),
        }
    }

    fn highlight(&self, grammar: &SyntaxReference, known: &mut Known, code: &str) -> Option<String> {
        if known.states.is_empty() {
            let start = State::new(ParseState::new(grammar), ScopeStack::new());
            known.states.push(start);
        }
        let mut html = String::with_capacity(code.len() * 2);
        let mut state = 0;
        for line in code.split_inclusive('\n') {
            let parsed = self.line(known, state, line)?;
            write(&mut html, line, &parsed.stretches);
            state = parsed.after;
        }
        Some(html)
    }

    /// A line in a state, remembered or parsed now.
    fn line(&self, known: &mut Known, number: usize, line: &str) -> Option<Rc<Line>> {
        if line.len() > LONGEST_LINE || has_long_row(line) {
            return None;
        }
        let state = known.states.get(number)?;
        if let Some(line) = state.lines.get(line) {
            return Some(Rc::clone(line));
        }
        let (mut parser, mut scopes) = (state.parser.clone(), state.scopes.clone());
        let changes = parser.parse_line(line, &self.grammars).ok()?;
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut start = 0;
        for (at, change) in changes {
            self.stretch(&mut stretches, at - start, &scopes);
            start = at;
            scopes.apply(&change).ok()?;
        }
        self.stretch(&mut stretches, line.len() - start, &scopes);

        let same = |other: &State| other.parser == parser && other.scopes == scopes;
        let after = known.states.iter().take(COMPARED).position(same);
        let after = after.unwrap_or_else(|| {
            known.states.push(State::new(parser, scopes));
            known.states.len() - 1
        });
        let parsed = Rc::new(Line { stretches, after });
        if known.lines < REMEMBERED {
            known.lines += 1;
            let state = known.states.get_mut(number)?;
            state.lines.insert(line.into(), Rc::clone(&parsed));
        }
        Some(parsed)
    }

    /// Adds a stretch, or makes the last one longer if it is of the same class.
    fn stretch(&self, stretches: &mut Vec<Stretch>, length: usize, scopes: &ScopeStack) {
        if length == 0 {
            return;
        }
        let fits = |scope: &Scope| self.classes.iter().find(|(class, _)| class.is_prefix_of(*scope));
        let class = scopes
            .as_slice()
            .iter()
            .rev()
            .find_map(fits)
            .map(|(_, index)| *index);
        let class = class.filter(|index| CLASSES.get(*index).is_some_and(|(_, name)| !name.is_empty()));
        match stretches.last_mut() {
            Some((before, same)) if *same == class => *before += length,
            _ => stretches.push((length, class)),
        }
    }
}

/// Whether one letter, or digits, stand in a row that is too long.
fn has_long_row(line: &str) -> bool {
    let rows = |same: fn(&u8, &u8) -> bool| line.as_bytes().chunk_by(same).map(<[u8]>::len);
    rows(u8::eq).any(|row| row > LONGEST_ROW)
        || rows(|one, other| one.is_ascii_digit() && other.is_ascii_digit())
            .any(|row| row > LONGEST_ROW_OF_DIGITS)
}

fn write(html: &mut String, line: &str, stretches: &[Stretch]) {
    let mut rest = line;
    for (length, class) in stretches {
        let (text, after) = rest.split_at_checked(*length).unwrap_or((rest, ""));
        rest = after;
        let class = class.and_then(|index| CLASSES.get(index)).map(|(_, name)| *name);
        if let Some(class) = class {
            html.push_str("<span class=\"h-");
            html.push_str(class);
            html.push_str("\">");
        }
        // Writing to a string cannot fail.
        let _ = pulldown_cmark_escape::escape_html_body_text(&mut *html, text);
        if class.is_some() {
            html.push_str("</span>");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_of_known_languages_gets_classes_and_loses_no_letter() {
        let code = "// a < b\nfn main() { let x: u8 = 1; say(\"ż&\"); }\n/* open\nstill */ let y = 2;\n";
        let html = highlight("rust", code).unwrap();
        assert!(html.contains("<span class=\"h-c\">// a &lt; b"), "{html}");
        assert!(html.contains("<span class=\"h-k\">fn</span>"), "{html}");
        assert!(html.contains("<span class=\"h-c\">still */</span>"), "{html}");
        let plain = html.replace("</span>", "");
        let plain = plain
            .split("<span class=\"h-")
            .map(|part| part.split_once("\">").map_or(part, |(_, text)| text));
        let plain: String = plain.collect();
        assert_eq!(
            plain
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&"),
            code
        );
    }

    #[test]
    fn a_line_means_what_it_means_in_its_place() {
        let inside = highlight("rust", "/*\nfn x\n*/\n").unwrap();
        let outside = highlight("rust", "fn x\n").unwrap();
        assert!(
            !inside.contains("h-k") && outside.contains("h-k"),
            "{inside}{outside}"
        );
        assert_eq!(highlight("rust", "/*\nfn x\n*/\n").unwrap(), inside);
    }

    #[test]
    fn what_no_grammar_knows_stays_plain() {
        assert_eq!(highlight("no-such-language", "x"), None);
        assert_eq!(highlight("rust", &"x y ".repeat(LONGEST_LINE / 4 + 1)), None);
    }

    #[test]
    fn rows_that_grammars_are_lost_in_stay_plain() {
        let rows = |letter: &str, count| format!("x{}x", letter.repeat(count));
        for (letter, longest) in [
            (" ", LONGEST_ROW),
            ("`", LONGEST_ROW),
            ("0", LONGEST_ROW_OF_DIGITS),
            ("12", 20),
        ] {
            assert!(highlight("rust", &rows(letter, longest)).is_some(), "{letter}");
            assert_eq!(highlight("rust", &rows(letter, longest + 1)), None, "{letter}");
        }
    }
}
