//! Addresses inside the site, written so that any file name survives.

use crate::content::place::relative;
use std::fmt::Write as _;

/// How the file `from` refers to the file `to`, as a URI reference (RFC 3986): bytes that may not stand in a path are
/// percent-encoded. Both paths have the same root.
pub(super) fn href(from: &str, to: &str) -> String {
    let plain = relative(from, to);
    let mut encoded = escaped(&plain);
    // A colon in the first segment would make it a scheme.
    let first = encoded.split('/').next().unwrap_or_default();
    if first.contains(':') {
        encoded.insert_str(0, "./");
    }
    encoded
}

/// A path or an anchor with its unsafe bytes percent-encoded.
pub(super) fn escaped(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$'()*+,;=:@".contains(&byte);
    if text.bytes().all(is_plain) {
        return text.to_owned();
    }
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if is_plain(byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_survives_in_an_address() {
        // RFC 3986, sections 2.1 and 4.2.
        assert_eq!(href("en/a.html", "en/ż 1#2.png"), "%C5%BC%201%232.png");
        assert_eq!(href("en/a.html", "en/a:b.png"), "./a:b.png");
        assert_eq!(href("en/a/b.html", "en/c.html"), "../c.html");
    }
}
