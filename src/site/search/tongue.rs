//! What search knows of a language: endings that its words lose, words that say nothing, how its numbers are written.
//!
//! The tables stand here only. The index carries them to the browser, where the same few lines apply them, so the
//! words of a query are cut exactly as those of the pages were.

use crate::domain::Language;
use serde::Serialize;

/// What an ending becomes, and how many letters must stand before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Ending(pub(super) &'static str, pub(super) &'static str, pub(super) usize);

/// The rules of one language, for words whose diacritics are folded away already.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Tongue {
    /// Letters that do not decompose into a plain one and a mark.
    pub(super) letters: &'static [(char, &'static str)],
    /// Each pass takes the longest ending that fits, and at most one. Longer endings stand first.
    pub(super) passes: &'static [&'static [Ending]],
    /// Words that are on every page and are not searched for, sorted.
    pub(super) silent: &'static [&'static str],
    /// What may stand between groups of three digits.
    pub(super) grouping: &'static [char],
    /// What stands before decimals.
    pub(super) decimal: char,
}

impl Tongue {
    pub(super) fn of(language: Language) -> &'static Tongue {
        match language {
            Language::Polish => &POLISH,
            Language::English => &ENGLISH,
        }
    }
}

const LETTERS: &[(char, &str)] = &[
    ('ł', "l"),
    ('đ', "d"),
    ('ø', "o"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('þ', "th"),
    ('ð', "d"),
];

const POLISH: Tongue = Tongue {
    letters: LETTERS,
    passes: &[POLISH_ENDINGS, POLISH_CONSONANTS],
    silent: &[
        "a", "aby", "albo", "ale", "ani", "az", "bez", "bo", "by", "byc", "byl", "byla", "byly", "co", "czy",
        "dla", "do", "gdy", "gdyz", "i", "ich", "ile", "im", "innych", "ja", "jak", "jako", "je", "jego",
        "jej", "jesli", "jest", "juz", "kazda", "kazde", "kazdy", "ktora", "ktore", "ktorego", "ktorej",
        "ktory", "ktorych", "ktorym", "lub", "ma", "moze", "na", "nad", "nie", "niz", "o", "od", "oraz",
        "po", "pod", "przed", "przez", "przy", "sa", "sie", "ta", "tak", "takze", "tam", "te", "tego", "tej",
        "ten", "to", "tu", "ty", "tych", "tylko", "tym", "u", "w", "we", "wiec", "z", "za", "ze", "zeby",
    ],
    grouping: &[' ', '\u{a0}', '\u{202f}'],
    decimal: ',',
};

/// Endings of nouns and adjectives. Locatives change the letter before them: dowodzie, drodze, parametrze, teście,
/// skrócie, próbce; but granice and prace. Some words would lose what is no ending of theirs, and are named whole.
const POLISH_ENDINGS: &[Ending] = &[
    Ending("problemu", "problem", 0),
    Ending("problem", "problem", 0),
    Ending("systemu", "system", 0),
    Ending("tydzien", "tygodn", 0),
    Ending("poziom", "poziom", 0),
    Ending("system", "system", 0),
    Ending("dzien", "dn", 0),
    Ending("blad", "bled", 0),
    Ending("dzie", "d", 2),
    Ending("iach", "", 3),
    Ending("iami", "", 3),
    Ending("iego", "", 3),
    Ending("iemu", "", 3),
    Ending("iowi", "", 3),
    Ending("owie", "", 3),
    Ending("scie", "st", 2),
    Ending("ace", "ac", 2),
    Ending("ach", "", 3),
    Ending("ami", "", 3),
    Ending("cie", "t", 2),
    Ending("cyj", "cj", 2),
    Ending("dze", "g", 2),
    Ending("ego", "", 3),
    Ending("emu", "", 3),
    Ending("ice", "ic", 2),
    Ending("ich", "", 3),
    Ending("iej", "", 3),
    Ending("iem", "", 3),
    Ending("imi", "", 3),
    Ending("iom", "", 3),
    Ending("iow", "", 3),
    Ending("ium", "", 3),
    Ending("nce", "nc", 2),
    Ending("owi", "", 3),
    Ending("rze", "r", 3),
    Ending("ych", "", 3),
    Ending("ymi", "", 3),
    Ending("zyj", "zj", 2),
    Ending("ce", "k", 3),
    Ending("ej", "", 3),
    Ending("em", "", 3),
    Ending("ia", "", 3),
    Ending("ie", "", 3),
    Ending("ii", "", 3),
    Ending("im", "", 3),
    Ending("io", "", 3),
    Ending("iu", "", 3),
    Ending("om", "", 4),
    Ending("ow", "", 3),
    Ending("um", "", 3),
    Ending("ym", "", 3),
    Ending("a", "", 3),
    Ending("e", "", 3),
    Ending("i", "", 3),
    Ending("o", "", 3),
    Ending("u", "", 3),
    Ending("y", "", 3),
];

/// What the last consonants have in common: dowodzie and dowodu, skrócie and skrótu, rynek and rynku.
const POLISH_CONSONANTS: &[Ending] = &[
    Ending("iec", "t", 3),
    Ending("iek", "k", 3),
    Ending("zel", "zl", 2),
    Ending("dz", "d", 2),
    Ending("ec", "t", 3),
    Ending("ek", "k", 3),
    Ending("rz", "r", 3),
    Ending("sc", "st", 2),
    Ending("c", "t", 2),
];

const ENGLISH: Tongue = Tongue {
    letters: LETTERS,
    passes: &[ENGLISH_PLURALS, ENGLISH_VERBS, ENGLISH_STEMS],
    silent: &[
        "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "do", "does", "for", "from",
        "had", "has", "have", "he", "how", "i", "if", "in", "into", "is", "it", "its", "may", "no", "not",
        "of", "on", "or", "our", "she", "so", "than", "that", "the", "their", "them", "then", "there",
        "these", "they", "this", "to", "was", "we", "were", "what", "when", "which", "who", "will", "with",
        "you", "your",
    ],
    grouping: &[','],
    decimal: '.',
};

const ENGLISH_PLURALS: &[Ending] = &[
    Ending("ches", "ch", 2),
    Ending("shes", "sh", 2),
    Ending("sses", "ss", 0),
    Ending("ies", "y", 2),
    Ending("ses", "s", 3),
    Ending("xes", "x", 2),
    Ending("is", "is", 0),
    Ending("ss", "ss", 0),
    Ending("us", "us", 0),
    Ending("s", "", 2),
];

const ENGLISH_VERBS: &[Ending] = &[
    Ending("eed", "eed", 0),
    Ending("ied", "y", 2),
    Ending("ing", "", 3),
    Ending("ed", "", 3),
];

const ENGLISH_STEMS: &[Ending] = &[
    Ending("sis", "s", 3),
    Ending("bb", "b", 2),
    Ending("dd", "d", 2),
    Ending("gg", "g", 2),
    Ending("mm", "m", 2),
    Ending("nn", "n", 2),
    Ending("pp", "p", 2),
    Ending("rr", "r", 2),
    Ending("tt", "t", 2),
    Ending("e", "", 3),
];
