//! Verification from the outside in, with the code that a stranger runs. The first failure ends it.
//!
//! 1. `B.sha256` is signed, raw and as SSHSIG, by a key that the verifier trusts; it names exactly the files of the
//!    release folder, and they are the ones it lists.
//! 2. The manifest's HMAC fits (with a key), the manifest lists the zip, and the attestation says what it says.
//! 3. The release is one that the verifier's policy accepts, and not older than what was seen before.
//! 4. Only now is the zip parsed, by a reader that accepts nothing but our profile.
//! 5. The bag is signed by the same key, its lists describe exactly its files, and the manifest lists the same payload.
//! 6. Every report has its signature, and its own manifest lists both; what is there about signal quality is what its
//!    signed list names; a signed checklist is the one that its manifest says.
//!
//! Without anybody to trust, these steps prove that nothing was damaged or exchanged by accident, and which key signed;
//! they do not prove whose key that is.

mod folder;
mod policy;
mod release;
mod reports;
mod runbooks;
mod seen;
mod signals;
mod signatures;
mod verdict;

pub use policy::{CLOCK_SKEW_SECONDS, KnownKey, Policy};
pub use seen::{Freshness, Seen};
pub use signatures::SignedBy;
use verdict::Ledger;
pub use verdict::{Authentication, FileProof, Noted, Proof, Shape, StatedRelease, Verification, Verified};

use super::bag;
use super::observed::{Observations, kept, observe_shelf};
use super::pack::Packed;
use super::source::{Shelf, Source, changed, unreadable};
use super::zip_reader::Archive;
use crate::domain::BundleName;
use crate::fs::{Folder, OpenFile, Tree};
use crate::seal::{Distrust, DistrustCode, HmacKey, Listed, SigningKeys, Trust};
use std::collections::BTreeMap;
use std::path::Path;

/// Verifies what lies at `location`, a release folder, a zip, or an unpacked bag, by the verifier's policy.
///
/// Files are read piece by piece, so the memory needed does not grow with them.
///
/// # Errors
/// The first reason not to trust it.
pub fn verify(location: &Path, policy: &Policy) -> Result<Verification, Distrust> {
    examine(location, policy, |_| Ok::<(), Distrust>(())).map(|(verification, ())| verification)
}

/// A zip that was verified, still open, and what is known about its files. An unpacked bag has none.
pub(super) type Opened<'o> = Option<(&'o Archive<'o>, &'o Observations)>;

/// Verifies as [`verify`], and gives what was verified to `then`. Nothing may have been changed until that ends.
///
/// # Errors
/// The first reason not to trust it, or `then` fails.
pub(super) fn examine<T, E: From<Distrust>>(
    location: &Path,
    policy: &Policy,
    then: impl FnOnce(Opened<'_>) -> Result<T, E>,
) -> Result<(Verification, T), E> {
    let shown = location.file_name().map_or_else(
        || location.display().to_string(),
        |n| n.to_string_lossy().into_owned(),
    );
    if location.is_file() {
        if !shown.ends_with(".zip") {
            let reason =
                "is neither a folder nor a zip; name the release folder, the zip, or the unpacked bag";
            return Err(Distrust::new(DistrustCode::NotABundle, shown, reason)
                .foreign()
                .into());
        }
        let file = OpenFile::open(location, &shown).map_err(unreadable)?;
        let checked = verify_zip(&shown, Source::File(file), policy).map_err(met_alone)?;
        let result = then(Some((&checked.archive, &checked.files)))?;
        checked.archive.source.check_unchanged(&shown)?;
        return Ok((checked.verification, result));
    }
    if !location.is_dir() {
        return Err(Distrust::new(DistrustCode::NotABundle, shown, "is not there")
            .foreign()
            .into());
    }
    let folder = Folder::list(location).map_err(unreadable)?;
    // A folder with anything of a release is checked as one: what is in it must not choose the milder rules.
    let of_a_release = |path: &str| {
        !path.contains('/')
            && (path.ends_with(".sha256") || path.ends_with(".manifest.json") || path.ends_with(".zip"))
    };
    let is_release = folder.files().any(|(path, _)| of_a_release(path));
    let examined = if !is_release {
        let bag = verify_bag(&folder, policy).map_err(met_alone)?;
        (bag, then(None)?)
    } else {
        let checked = release::verify(Shelf::Folder(&folder), policy)?;
        let result = then(Some((&checked.archive, &checked.files)))?;
        (checked.verification, result)
    };
    if folder.is_unchanged() {
        Ok(examined)
    } else {
        Err(changed("(folder)").into())
    }
}

/// Verifies the files of a release folder that were read already, and gives its zip to `then`.
///
/// # Errors
/// The first reason not to trust it, or `then` fails.
pub(super) fn examine_files<T>(
    release: &Tree,
    policy: &Policy,
    then: impl FnOnce(&Archive<'_>, &Observations) -> Result<T, Distrust>,
) -> Result<(Verification, T), Distrust> {
    let checked = release::verify(Shelf::Packed(release), policy)?;
    let result = then(&checked.archive, &checked.files)?;
    Ok((checked.verification, result))
}

/// A zip or a bag that was met alone can be anybody's. One that breaks the form, or lacks the signed list that all of
/// ours have, is no bundle of ours; only one that has both can be called forged.
fn met_alone(distrust: Distrust) -> Distrust {
    let is_list = distrust.file == bag::TAG_LIST || distrust.file == bag::TAG_SIGNATURE;
    match distrust.code {
        DistrustCode::NotABundle | DistrustCode::Malformed | DistrustCode::ZipProfile => distrust.foreign(),
        DistrustCode::MissingFile | DistrustCode::MissingSignature if is_list => distrust.foreign(),
        _ => distrust,
    }
}

/// A zip that passed, alone or in its release.
pub(super) struct Checked<'a> {
    verification: Verification,
    archive: Archive<'a>,
    files: Observations,
}

/// Verifies what was just packed, with the same steps.
///
/// # Errors
/// The first reason not to trust it: then packing is broken, and nothing may be put in place.
pub fn verify_packed(packed: Packed, keys: &SigningKeys) -> Result<Verified, Distrust> {
    let policy = Policy {
        trust: Some(Trust::of_key(keys.release.public())),
        require_hmac: true,
        ..Policy::with_key(Some(&keys.hmac), None)
    };
    let verification = release::verify(Shelf::Packed(&packed.files), &policy)?.verification;
    Ok(Verified {
        files: packed.files,
        verification,
    })
}

fn verify_zip<'a>(name: &str, source: Source<'a>, policy: &Policy) -> Result<Checked<'a>, Distrust> {
    let mut ledger = Ledger::default();
    let archive = Archive::open(name, source)?;
    let known = keyed(policy, |key| archive.observe(key))?;
    ledger.note(name, Proof::ZipProfile);
    let bundle = archive.root.clone();
    let prefix = format!("{name}!/");
    let signed_by = check_bag(&prefix, Some(&bundle), &known, policy, &mut ledger)?.signed_by;
    if BundleName::parse(&bundle).is_none() || format!("{bundle}.zip") != name {
        let reason = format!("holds the bag `{bundle}`; the two names must be the same");
        return Err(Distrust::new(DistrustCode::Inconsistent, name, reason));
    }
    check_alone(policy, name, &known, &signed_by)?;
    Ok(Checked {
        verification: finish(Shape::Zip, bundle, known.key(), signed_by, ledger),
        archive,
        files: known.files,
    })
}

fn verify_bag(folder: &Folder, policy: &Policy) -> Result<Verification, Distrust> {
    if !folder.contains("bagit.txt") {
        let reason = "holds neither a `.sha256` list (a release folder) nor `bagit.txt` (an unpacked bag)";
        return Err(Distrust::new(DistrustCode::NotABundle, "(folder)", reason));
    }
    let mut ledger = Ledger::default();
    let known = keyed(policy, |key| observe_shelf(Shelf::Folder(folder), key))?;
    let signed_by = check_bag("", None, &known, policy, &mut ledger)?.signed_by;
    check_alone(policy, "(bag)", &known, &signed_by)?;
    let bundle = bag::identifier(&known.files).unwrap_or_default();
    Ok(finish(Shape::Bag, bundle, known.key(), signed_by, ledger))
}

/// What the policy demands of a zip or a bag that was met without its release.
fn check_alone(policy: &Policy, name: &str, known: &Known<'_>, signed_by: &SignedBy) -> Result<(), Distrust> {
    let signer = signed_by.trusted.as_ref();
    policy.check_alone(name, signer.is_some())?;
    policy.check_day(name, bag::packed_on(&known.files), known.known, signer)
}

fn finish(
    shape: Shape,
    bundle: String,
    key: Option<&HmacKey>,
    signed_by: SignedBy,
    ledger: Ledger,
) -> Verification {
    Verification {
        shape,
        bundle,
        key: key.map(HmacKey::named),
        signed_by,
        list: None,
        freshness: Freshness::NoRecord,
        unchecked: Vec::new(),
        notice: None,
        stated: None,
        files: ledger.into_files(),
    }
}

/// A bag's files, and the HMAC key that their tags were computed with.
struct Known<'p> {
    files: Observations,
    known: Option<&'p KnownKey>,
}

impl<'p> Known<'p> {
    fn key(&self) -> Option<&'p HmacKey> {
        self.known.map(|known| &known.key)
    }
}

/// Observes a bag that was met without its release. Which of several HMAC keys signed its reports stands in the bag
/// alone, so with several it is read twice.
fn keyed<'p>(
    policy: &'p Policy,
    observe: impl Fn(Option<&HmacKey>) -> Result<Observations, Distrust>,
) -> Result<Known<'p>, Distrust> {
    let known = if policy.hmac_keys.len() > 1 {
        let files = observe(None)?;
        match reports::first_key_id(&files)? {
            Some((path, id)) => policy.hmac_key(&path, id.as_deref())?,
            None => policy.hmac_keys.first(),
        }
    } else {
        policy.hmac_key("(bag)", None)?
    };
    Ok(Known {
        files: observe(known.map(|known| &known.key))?,
        known,
    })
}

/// A bag that passed.
struct CheckedBag {
    /// Its payload as listed, by path.
    payload: BTreeMap<String, Listed>,
    signed_by: SignedBy,
}

/// Steps 5 and 6: the bag's signature and lists, and the reports in it. `prefix` stands before each path in the ledger;
/// `bundle` is what the zip's folder is called, and the bag must call itself.
fn check_bag(
    prefix: &str,
    bundle: Option<&str>,
    known: &Known<'_>,
    policy: &Policy,
    ledger: &mut Ledger,
) -> Result<CheckedBag, Distrust> {
    let files = &known.files;
    // The tag list is signed and names everything else, so nothing is believed before its signature.
    let list = kept(files, bag::TAG_LIST, "the bag has no such file")?;
    if !files.contains_key(bag::TAG_SIGNATURE) {
        let reason = "the bag is not signed";
        return Err(Distrust::new(
            DistrustCode::MissingSignature,
            bag::TAG_SIGNATURE,
            reason,
        ));
    }
    let signature = kept(files, bag::TAG_SIGNATURE, "the bag has no such file")?;
    let signed_by = signatures::check_bag(policy, list, (bag::TAG_SIGNATURE, signature))?;
    ledger.note(format!("{prefix}{}", bag::TAG_LIST), Proof::Ed25519);
    let payload = bag::check(files)?;
    if bundle.is_some() && bag::identifier(files).as_deref() != bundle {
        let reason = "names another bundle than the folder that it lies in";
        let file = format!("{prefix}bag-info.txt");
        return Err(Distrust::new(DistrustCode::Inconsistent, file, reason));
    }
    for path in files.keys().filter(|path| *path != bag::TAG_SIGNATURE) {
        ledger.note(format!("{prefix}{path}"), Proof::BagList);
    }
    ledger.note(format!("{prefix}{}", bag::TAG_SIGNATURE), Proof::Ed25519);
    reports::check(prefix, files, known.key(), ledger)?;
    signals::check(prefix, files, ledger)?;
    runbooks::check(prefix, files, known.key(), ledger)?;
    Ok(CheckedBag { payload, signed_by })
}
