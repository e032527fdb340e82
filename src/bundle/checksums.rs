//! Lists in the form of `sha256sum`: digest, two spaces, path, newline; sorted, nothing else.

use crate::domain::Digest;
use crate::seal::{Distrust, DistrustCode, Listed};
use std::collections::BTreeMap;

/// The text of a list.
pub(super) fn write<'l>(files: impl IntoIterator<Item = (&'l str, Digest)>) -> String {
    let sorted: BTreeMap<&str, Digest> = files.into_iter().collect();
    sorted
        .iter()
        .map(|(path, digest)| format!("{digest}  {path}\n"))
        .collect()
}

/// Reads a list as strictly as we write it. What `sha256sum` forgives (comments, CRLF, `*` marks, escapes, upper
/// case; finding F12) is refused, because other tools read it differently.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<BTreeMap<String, Digest>, Distrust> {
    let bad = |line: usize, reason: &str| {
        Distrust::new(DistrustCode::Malformed, name, format!("line {line} {reason}"))
    };
    let text = std::str::from_utf8(bytes).map_err(|_| bad(1, "is not UTF-8"))?;
    let Some(text) = text.strip_suffix('\n') else {
        return Err(bad(1, "is missing, or the list does not end with a newline"));
    };
    let mut listed = BTreeMap::new();
    let mut last = String::new();
    for (index, line) in text.split('\n').enumerate() {
        let number = index + 1;
        let (digest, path) = line
            .split_once("  ")
            .ok_or_else(|| bad(number, "is not `digest  path`"))?;
        let digest = Digest::from_hex(digest).ok_or_else(|| bad(number, "has no lower-case SHA-256"))?;
        if !is_safe_path(path) {
            return Err(bad(number, "has a path that is not accepted"));
        }
        if *path <= *last {
            return Err(bad(number, "is out of order, or lists a path twice"));
        }
        last = path.to_owned();
        listed.insert(path.to_owned(), digest);
    }
    Ok(listed)
}

/// Segments of `[A-Za-z0-9._-]`, joined by `/`; none empty, none beginning with a dot.
pub fn is_safe_path(path: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let segment = |part: &str| {
        !part.is_empty() && !part.starts_with('.') && !part.ends_with('.') && part.bytes().all(good)
    };
    path.len() <= 200 && path.split('/').all(segment) && !path.split('/').any(is_reserved_on_windows)
}

/// Refuses paths that some systems cannot tell apart, and files that stand where others need a folder: two tools would
/// unpack them to different trees.
pub(super) fn check_collisions<'p>(
    file: &str,
    paths: impl IntoIterator<Item = &'p str>,
) -> Result<(), Distrust> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let bad = |path: &str, reason: String| {
        Err(Distrust::new(
            DistrustCode::ZipProfile,
            format!("{file}: {path}"),
            reason,
        ))
    };
    for path in paths {
        if let Some(other) = seen.insert(path.to_ascii_lowercase(), path) {
            return bad(
                path,
                format!("differs from `{other}` only in upper and lower case"),
            );
        }
    }
    for (lower, path) in &seen {
        let mut folder = lower.as_str();
        while let Some((parent, _)) = folder.rsplit_once('/') {
            if let Some(other) = seen.get(parent) {
                return bad(path, format!("needs a folder where the file `{other}` stands"));
            }
            folder = parent;
        }
    }
    Ok(())
}

/// Names that Windows takes for devices, with or without an ending.
fn is_reserved_on_windows(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).to_ascii_lowercase();
    let numbered = stem.len() == 4 && (stem.starts_with("com") || stem.starts_with("lpt"));
    matches!(stem.as_str(), "con" | "nul" | "aux" | "prn")
        || (numbered && stem.ends_with(|c: char| c.is_ascii_digit()))
}

/// Checks that files are exactly the listed ones.
pub(super) fn compare(
    list: &str,
    listed: &BTreeMap<String, Digest>,
    present: &BTreeMap<String, Listed>,
) -> Result<(), Distrust> {
    for (path, digest) in listed {
        match present.get(path) {
            None => {
                let reason = format!("is listed in {list} but is not there");
                return Err(Distrust::new(DistrustCode::MissingFile, path, reason));
            }
            Some(file) if file.digest != *digest => {
                let reason = format!("is not the file that {list} lists");
                return Err(Distrust::new(DistrustCode::HashMismatch, path, reason));
            }
            Some(_) => {}
        }
    }
    match present.keys().find(|path| !listed.contains_key(*path)) {
        Some(path) => Err(Distrust::new(
            DistrustCode::UnlistedFile,
            path,
            format!("is not listed in {list}"),
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sha256sum_forgives_is_refused() {
        let digest = Digest::of(b"");
        let reason = |text: String| read("L", text.as_bytes()).unwrap_err().reason;
        assert_eq!(reason(format!("{digest} *a\n")), "line 1 is not `digest  path`");
        assert_eq!(
            reason(format!("{digest}  a")),
            "line 1 is missing, or the list does not end with a newline"
        );
        assert_eq!(
            reason(format!("{digest}  a\r\n")),
            "line 1 has a path that is not accepted"
        );
        assert_eq!(
            reason(format!("# x\n{digest}  a\n")),
            "line 1 is not `digest  path`"
        );
        assert_eq!(
            reason(format!("{}  a\n", digest.to_string().to_uppercase())),
            "line 1 has no lower-case SHA-256"
        );
        assert_eq!(
            reason(format!("{digest}  b\n{digest}  a\n")),
            "line 2 is out of order, or lists a path twice"
        );
        assert_eq!(
            reason(format!("{digest}  a\n{digest}  a\n")),
            "line 2 is out of order, or lists a path twice"
        );
        for path in [
            "/a", "a/../b", "a//b", "~", "C:\\x", "con.txt", "a/", ".a", "a.", "ż",
        ] {
            assert_eq!(
                reason(format!("{digest}  {path}\n")),
                "line 1 has a path that is not accepted",
                "{path}"
            );
        }
    }

    #[test]
    fn a_written_list_reads_back() {
        let text = write([("b/c.json", Digest::of(b"2")), ("a.txt", Digest::of(b"1"))]);
        let listed = read("L", text.as_bytes()).unwrap();
        assert_eq!(listed.keys().collect::<Vec<_>>(), ["a.txt", "b/c.json"]);
        assert_eq!(listed["a.txt"], Digest::of(b"1"));
    }
}
