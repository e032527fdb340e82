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
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let next = characters.peek().copied();
            let set = match character {
                '"' => self.quote(),
                '\'' if self.follows_word() && next.is_some_and(char::is_alphabetic) => '’',
                '-' if self.follows_space() && next.is_some_and(char::is_whitespace) => '–',
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
    fn a_quote_looks_back_beyond_its_piece() {
        let mut typesetter = Typesetter::new(Language::Polish);
        assert_eq!(typesetter.set("to \""), "to „");
        typesetter.pass_object();
        assert_eq!(typesetter.set("\" i"), "” i");
        assert_eq!(typesetter.set_line_end(), NO_BREAK_SPACE);
    }
}
