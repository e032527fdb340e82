//! The letters that the index is written in: numbers as text that needs no escaping, and a front-coded list of words.

/// The letters of numbers: what a JavaScript string and a `script` element take as it is.
const DIGITS: &[u8; 88] =
    b" !#$%()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{}~";
/// The end of a list of numbers.
pub(super) const END: char = '|';
/// The letters that say how much of a word is that of the word before; none of them stands in a word.
pub(super) const SHARES: &[u8; 45] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%()*+,;=?@[]^`{}";

/// How many of [`DIGITS`] end a number; the others go before the end. An (s,c)-dense code.
pub(super) const LAST: usize = 60;

/// Appends a number.
pub(super) fn push_number(text: &mut String, mut number: usize) {
    let more = DIGITS.len() - LAST;
    let mut digits = vec![DIGITS[number % LAST]];
    number /= LAST;
    while number > 0 {
        number -= 1;
        digits.push(DIGITS[LAST + number % more]);
        number /= more;
    }
    text.extend(digits.iter().rev().map(|digit| char::from(*digit)));
}

/// The letters of numbers in their order, for the reader of the index.
pub(super) fn digits() -> &'static str {
    std::str::from_utf8(DIGITS).unwrap_or_default()
}

/// The letters of shares in their order.
pub(super) fn shares() -> &'static str {
    std::str::from_utf8(SHARES).unwrap_or_default()
}

/// Appends a word of a sorted list: how many letters it shares with the word before, and the rest of it. Letters are
/// counted as JavaScript does, in UTF-16.
pub(super) fn push_word(text: &mut String, before: &str, word: &str) {
    let mut shared = 0;
    let mut end = 0;
    for (letter, other) in word.chars().zip(before.chars()) {
        if letter != other || shared + letter.len_utf16() >= SHARES.len() {
            break;
        }
        shared += letter.len_utf16();
        end += letter.len_utf8();
    }
    text.push(char::from(SHARES[shared]));
    text.push_str(&word[end..]);
}
