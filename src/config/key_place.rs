//! Where a key is: the path of a file, or the name of a variable. Whoever writes the key itself there must not find it in
//! a message, a page or a bundle, so such a value is refused and never shown.

use super::fields::Fields;

/// As many hexadecimal digits as the shortest key has.
const KEY_DIGITS: usize = 64;
/// How every Ed25519 key as PKCS#8 begins in base64 (RFC 8410, section 10.3).
const PKCS8_BEGINNING: &str = "MC4CAQAwBQYDK2VwBCIEI";

/// Letters, digits and underscores, not beginning with a digit, and too short to be a key in hexadecimal. Anything
/// else is not shown back: it may be the key, given by mistake.
pub fn is_variable_name(text: &str) -> bool {
    let good = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    !text.is_empty()
        && text.len() < KEY_DIGITS
        && text.chars().all(good)
        && !text.starts_with(|first: char| first.is_ascii_digit())
}

/// Whether a text holds what can only be a key.
fn holds_a_key(text: &str) -> bool {
    let digits = text.split(|letter: char| !letter.is_ascii_hexdigit());
    digits.into_iter().any(|run| run.len() >= KEY_DIGITS)
        || text.contains(PKCS8_BEGINNING)
        || text.contains("PRIVATE KEY")
}

/// The name of a variable that holds a key.
pub(super) fn variable(fields: &Fields<'_, '_>, key: &'static str) -> Option<String> {
    let name = fields.text(key)?;
    if is_variable_name(&name) {
        return Some(name);
    }
    if let Some(node) = fields.node(key) {
        fields.refuse(
            node,
            format!("`{}` is not the name of an environment variable", fields.name_of(key)),
            "write the variable's name in letters, digits and `_`; if the key itself stood here, make a new one",
        );
    }
    None
}

/// The path of a key file, as written.
pub(super) fn file(fields: &Fields<'_, '_>, key: &'static str) -> Option<String> {
    let path = fields.text(key)?;
    if !holds_a_key(&path) {
        return Some(path);
    }
    if let Some(node) = fields.node(key) {
        fields.refuse(
            node,
            format!(
                "`{}` looks like a key, not like the path of a file",
                fields.name_of(key)
            ),
            "write the key file's path; if the key itself stood here, make a new one",
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_no_name_of_a_variable_and_no_path() {
        let hex = "0123456789abcdef".repeat(4);
        assert!(!is_variable_name(&hex) && !is_variable_name(&hex.replace('0', "a")));
        assert!(!is_variable_name("") && !is_variable_name("A-B") && !is_variable_name("2KEY"));
        assert!(is_variable_name("STRESS_LAB_SIGNING_KEY") && is_variable_name("_k"));
        assert!(holds_a_key(&hex) && holds_a_key(&format!("../{hex}")));
        // The key of RFC 8410, section 10.3.
        assert!(holds_a_key(
            "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC"
        ));
        assert!(!holds_a_key("../secrets/release.pem") && !holds_a_key(&hex[1..]));
    }
}
