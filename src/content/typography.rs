//! Typography of running text: quotes, dashes, and spaces at which no line may break.

use crate::domain::Language;

/// Sets the text of one block, piece by piece: what a quote becomes depends on the character before it, which
/// may stand in an earlier piece (`"**bold**"`).
#[derive(Clone, Debug)]
pub struct Typesetter {
    language: Language,
    before_last: Option<char>,
    last: Option<char>,
}

/// Stands for code and values, which are not text: a quote after them closes.
const OBJECT: char = '\u{fffc}';
const NO_BREAK_SPACE: char = '\u{a0}';
/// What a number before it keeps on its line: signs and symbols of units, and the Polish day and year.
const UNITS: [&str; 24] = [
    "%", "‰", "bps", "ms", "s", "min", "h", "B", "kB", "MB", "GB", "KiB", "MiB", "GiB", "px", "USD", "EUR",
    "PLN", "p.p.", "pkt", "dni", "dnia", "dzień", "r.",
];
/// What keeps a number behind it on its line.
const COUNTED: [&str; 6] = ["nr", "pkt", "str.", "ust.", "art.", "no."];

impl Typesetter {
    /// At the beginning of a block.
    pub fn new(language: Language) -> Typesetter {
        Typesetter {
            language,
            before_last: None,
            last: None,
        }
    }

    /// Begins another block.
    pub fn restart(&mut self) {
        *self = Typesetter::new(self.language);
    }

    /// Passes by something that is not text.
    pub fn pass_object(&mut self) {
        self.note(OBJECT);
    }

    /// Sets a piece of text.
    pub fn set(&mut self, text: &str) -> String {
        let mut output = String::with_capacity(text.len());
        for (at, character) in text.char_indices() {
            let rest = text.get(at + character.len_utf8()..).unwrap_or_default();
            let next = rest.chars().next();
            let set = match character {
                '"' => self.quote(),
                '\'' if self.follows_word() && next.is_some_and(char::is_alphabetic) => '’',
                '-' if self.follows_space() && next.is_some_and(char::is_whitespace) => '–',
                ' ' if self.keeps_number(text.get(..at).unwrap_or_default(), rest) => NO_BREAK_SPACE,
                ' ' => self.space(' '),
                other => other,
            };
            output.push(set);
            self.note(set);
        }
        output
    }

    /// Sets the end of a source line inside a paragraph.
    pub fn set_line_end(&mut self) -> char {
        let set = self.space('\n');
        self.note(set);
        set
    }

    fn note(&mut self, character: char) {
        self.before_last = self.last;
        self.last = Some(character);
    }

    fn quote(&self) -> char {
        let opens = self.last.is_none_or(begins_word);
        match (self.language, opens) {
            (Language::Polish, true) => '„',
            (Language::English, true) => '“',
            (_, false) => '”',
        }
    }

    /// Polish prepositions and conjunctions of one letter do not end a line.
    fn space(&self, plain: char) -> char {
        let one_letter = self.last.is_some_and(|last| "aiouwzAIOUWZ".contains(last));
        if self.language == Language::Polish && one_letter && self.before_last.is_none_or(begins_word) {
            NO_BREAK_SPACE
        } else {
            plain
        }
    }

    /// Whether the space between these texts stands between a number and its unit, or a sign and its number.
    fn keeps_number(&self, before: &str, behind: &str) -> bool {
        let is_digit = |character: char| character.is_ascii_digit();
        let word = behind.split(|character: char| character.is_whitespace() || ",;:)/”".contains(character));
        let word = word.into_iter().next().unwrap_or_default();
        // A full stop that ends the sentence is no part of a unit.
        let bare = word.strip_suffix('.').unwrap_or(word);
        let follows_number =
            self.last.is_some_and(is_digit) && UNITS.iter().any(|unit| *unit == word || *unit == bare);
        let last_word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        follows_number
            || (behind.starts_with(is_digit) && COUNTED.contains(&last_word.trim_start_matches('(')))
    }

    fn follows_word(&self) -> bool {
        self.last.is_some_and(char::is_alphanumeric)
    }

    fn follows_space(&self) -> bool {
        self.last.is_some_and(char::is_whitespace)
    }
}

/// Whether a word can begin right after this character.
fn begins_word(character: char) -> bool {
    character.is_whitespace() || "([{„“–—/".contains(character)
}

/// A text that is a block of its own, such as a title.
pub fn set(language: Language, text: &str) -> String {
    Typesetter::new(language).set(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polish_and_english_have_their_own_quotes_and_spaces() {
        let text = "A \"wynik\" (w 2024) - i z \"x\", Sharpe's o-o; 5 - 3";
        assert_eq!(
            set(Language::Polish, text).replace(NO_BREAK_SPACE, "_"),
            "A_„wynik” (w_2024) – i_z_„x”, Sharpe’s o-o; 5 – 3"
        );
        assert_eq!(
            set(Language::English, text),
            "A “wynik” (w 2024) – i z “x”, Sharpe’s o-o; 5 – 3"
        );
    }

    #[test]
    fn numbers_keep_their_units() {
        let text = "po 20 min, 5 bps; 60 % i 3 dni. W 2026 r. nr 7 (nr 8) i 4 mosty, 12 szt., 1,5 h";
        assert_eq!(
            set(Language::Polish, text).replace(NO_BREAK_SPACE, "_"),
            "po 20_min, 5_bps; 60_% i_3_dni. W_2026_r. nr_7 (nr_8) i_4 mosty, 12 szt., 1,5_h"
        );
        assert_eq!(
            set(Language::English, "no. 3, 45 bps; 5 signs, a 7").replace(NO_BREAK_SPACE, "_"),
            "no._3, 45_bps; 5 signs, a 7"
        );
    }

    #[test]
    fn a_quote_looks_back_beyond_its_piece() {
        let mut typesetter = Typesetter::new(Language::Polish);
        assert_eq!(typesetter.set("to \""), "to „");
        typesetter.pass_object();
        assert_eq!(typesetter.set("\" i"), "” i");
        assert_eq!(typesetter.set_line_end(), NO_BREAK_SPACE);
    }
}
