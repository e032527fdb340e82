//! BagIt 1.0 (RFC 8493): a folder whose content is described by lists inside it.

use super::checksums;
use super::observed::{Observations, PAYLOAD, as_listed, kept};
use crate::domain::Digest;
use crate::fs::Tree;
use crate::seal::{Distrust, DistrustCode, Listed, ReleaseKey, SshSignature};
use std::collections::BTreeMap;

const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const PAYLOAD_LIST: &str = "manifest-sha256.txt";
pub(super) const TAG_LIST: &str = "tagmanifest-sha256.txt";
/// The signature of the list above.
pub(super) const TAG_SIGNATURE: &str = "tagmanifest-sha256.txt.sshsig";

/// What the bag says about itself.
pub(super) struct BagInfo<'a> {
    /// The organisation that answers for the content.
    pub(super) source: &'a str,
    /// The bundle's name.
    pub(super) identifier: &'a str,
    /// The day of packing, `2026-11-23`.
    pub(super) date: &'a str,
    /// A sentence about the content.
    pub(super) description: &'a str,
}

/// The files of a bag beside its payload, whose paths begin with `data/`. Both lists have two spaces between digest and
/// path: with one, as bagit.py writes them, `sha256sum --check` refuses them (finding F4).
pub(super) fn tags(payload: &BTreeMap<String, Listed>, info: &BagInfo<'_>) -> Tree {
    let octets: u64 = payload.values().map(|file| file.size).sum();
    let bag_info = format!(
        "Source-Organization: {}\nExternal-Identifier: {}\nExternal-Description: {}\nBagging-Date: {}\nPayload-Oxum: {octets}.{}\n",
        info.source,
        info.identifier,
        info.description,
        info.date,
        payload.len(),
    );
    let payload_list = checksums::write(payload.values().map(|file| (file.path.as_str(), file.digest)));
    let mut files: Tree = [
        ("bagit.txt", DECLARATION.to_owned()),
        ("bag-info.txt", bag_info),
        (PAYLOAD_LIST, payload_list),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text.into_bytes()))
    .collect();
    let tag_list = checksums::write(
        files
            .iter()
            .map(|(path, bytes)| (path.as_str(), Digest::of(bytes))),
    );
    files.insert(TAG_LIST.to_owned(), tag_list.into_bytes());
    files
}

/// Signs a bag by its tags, for whoever meets it without its release files. The signature is the one file that no list of
/// the bag names: it signs the list that names all others.
pub(super) fn sign(files: &mut Tree, namespace: &str, key: &ReleaseKey) {
    if let Some(list) = files.get(TAG_LIST) {
        let signature = SshSignature::sign(list, namespace, key).to_text();
        files.insert(TAG_SIGNATURE.to_owned(), signature.into_bytes());
    }
}

/// Checks a bag's files against its lists. Returns the payload as listed, by path.
///
/// This proves that the bag is whole, not where it comes from (finding F5).
pub(super) fn check(files: &Observations) -> Result<BTreeMap<String, Listed>, Distrust> {
    let tag = |name: &str| kept(files, name, "the bag has no such file");
    if tag("bagit.txt")? != DECLARATION.as_bytes() {
        let reason = "is not the declaration of a BagIt 1.0 bag in UTF-8";
        return Err(Distrust::new(DistrustCode::Malformed, "bagit.txt", reason));
    }
    let listed_of = |wanted: bool| as_listed(files, |path| path.starts_with(PAYLOAD) == wanted);
    let mut tags = listed_of(false);
    tags.remove(TAG_LIST);
    tags.remove(TAG_SIGNATURE);
    let tag_list = checksums::read(TAG_LIST, tag(TAG_LIST)?)?;
    let known = ["bag-info.txt", "bagit.txt", PAYLOAD_LIST];
    for name in known {
        if !tag_list.contains_key(name) {
            return Err(Distrust::new(
                DistrustCode::MissingFile,
                TAG_LIST,
                format!("does not list {name}"),
            ));
        }
    }
    // Whatever else lies beside the payload is no part of a bag of ours, listed or not.
    if let Some(path) = tags.keys().find(|path| !known.contains(&path.as_str())) {
        let reason = "stands beside the payload and is none of the bag's own files";
        return Err(Distrust::new(DistrustCode::UnlistedFile, path, reason));
    }
    checksums::check_collisions("bag", files.keys().map(String::as_str))?;
    checksums::compare(TAG_LIST, &tag_list, &tags)?;
    let payload = listed_of(true);
    checksums::compare(
        PAYLOAD_LIST,
        &checksums::read(PAYLOAD_LIST, tag(PAYLOAD_LIST)?)?,
        &payload,
    )?;
    check_oxum(tag("bag-info.txt")?, &payload)?;
    Ok(payload)
}

/// The bundle's name, as the bag states it.
pub(super) fn identifier(files: &Observations) -> Option<String> {
    let text = std::str::from_utf8(files.get("bag-info.txt")?.kept.as_deref()?).ok()?;
    text.lines()
        .find_map(|line| line.strip_prefix("External-Identifier: "))
        .map(str::to_owned)
}

fn check_oxum(bag_info: &[u8], payload: &BTreeMap<String, Listed>) -> Result<(), Distrust> {
    let text = std::str::from_utf8(bag_info).unwrap_or("");
    let stated = text.lines().find_map(|line| line.strip_prefix("Payload-Oxum: "));
    let octets: u64 = payload.values().map(|file| file.size).sum();
    if stated == Some(format!("{octets}.{}", payload.len()).as_str()) {
        return Ok(());
    }
    Err(Distrust::new(
        DistrustCode::Inconsistent,
        "bag-info.txt",
        "Payload-Oxum does not fit the payload",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::observed::observe_shelf;
    use super::super::source::Shelf;
    use super::*;

    fn bag() -> Tree {
        let payload: Tree = [("data/reports/a.json".to_owned(), b"{}".to_vec())].into();
        let info = BagInfo {
            source: "Producer",
            identifier: "b-1-r1",
            date: "2026-11-23",
            description: "Test",
        };
        let listed = payload
            .iter()
            .map(|(path, bytes)| (path.clone(), Listed::of(path, bytes)));
        let mut bag = tags(&listed.collect(), &info);
        bag.extend(payload);
        bag
    }

    fn checked(bag: &Tree) -> Result<BTreeMap<String, Listed>, Distrust> {
        check(&observe_shelf(Shelf::Packed(bag), None)?)
    }

    #[test]
    fn a_filled_bag_checks() {
        assert_eq!(
            checked(&bag()).unwrap().keys().collect::<Vec<_>>(),
            ["data/reports/a.json"]
        );
    }

    #[test]
    fn every_departure_has_its_reason() {
        let code = |change: fn(&mut Tree)| {
            let mut bag = bag();
            change(&mut bag);
            checked(&bag).unwrap_err().code
        };
        assert_eq!(
            code(|bag| drop(bag.insert("data/x".into(), vec![]))),
            DistrustCode::UnlistedFile
        );
        assert_eq!(
            code(|bag| drop(bag.remove("data/reports/a.json"))),
            DistrustCode::MissingFile
        );
        assert_eq!(
            code(|bag| drop(bag.insert("data/reports/a.json".into(), b"[]".to_vec()))),
            DistrustCode::HashMismatch
        );
        assert_eq!(
            code(|bag| drop(bag.insert("note.txt".into(), vec![]))),
            DistrustCode::UnlistedFile
        );
        assert_eq!(
            code(|bag| drop(bag.remove("tagmanifest-sha256.txt"))),
            DistrustCode::MissingFile
        );
        assert_eq!(
            code(|bag| drop(bag.insert("bagit.txt".into(), b"BagIt-Version: 0.97\n".to_vec()))),
            DistrustCode::Malformed
        );
    }
}
