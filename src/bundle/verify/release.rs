//! Steps 1 to 5 for a release folder.

use super::super::source::{Shelf, Source};
use super::super::zip_reader::Archive;
use super::super::{attestation, bag, checksums, release_manifest};
use super::folder::{Names, bundle_name, file, missing, open, small};
use super::policy::Policy;
use super::seen::Freshness;
use super::signatures::{self, SignedBy};
use super::{Checked, Known, Ledger, Proof, Shape, Verification, check_bag};
use crate::domain::{BundleName, Digest, ReleaseStatus};
use crate::fs::Tree;
use crate::seal::{Distrust, DistrustCode, HmacKey, Listed, SignatureFile};
use std::collections::BTreeMap;

/// Verifies the files of a release folder.
pub(super) fn verify<'a>(shelf: Shelf<'a>, policy: &Policy) -> Result<Checked<'a>, Distrust> {
    let names = Names::of(&bundle_name(shelf)?);
    let mut ledger = Ledger::default();

    // 1. Before this line no byte but the list's and its signatures' may be believed.
    let beside = check_list(shelf, &names, policy, &mut ledger)?;

    // 2. The manifest, by its signature and by the name of its bundle, and that it speaks of the listed zip; the
    // attestation, that it says the same.
    let (stated, key) = check_manifest(&beside, &names, policy, &mut ledger)?;
    check_attestation(&beside, &names, &stated, &mut ledger)?;

    // 3. Whether this verifier wants this release.
    let bundle = BundleName::parse(&names.bundle).ok_or_else(|| missing(&names.list))?;
    policy.check_release(&names.manifest, &bundle, &stated.release)?;

    // 4. The zip, whose bytes are known by now to be the listed ones.
    let Beside {
        zip,
        signed_by,
        list,
        unchecked,
        ..
    } = beside;
    let archive = open_zip(&names, zip)?;
    ledger.note(&names.zip, Proof::ZipProfile);
    let files = archive.observe(key)?;
    let known = Known { files, key };

    // 5. The bag, and that the manifest speaks of the same payload. 6. happens inside.
    let prefix = format!("{}!/", names.zip);
    let bag = check_bag(&prefix, Some(&names.bundle), &known, policy, &mut ledger)?;
    check_same_signer(&prefix, &signed_by, &bag.signed_by)?;
    check_same_payload(&names, &prefix, &bag.payload, &stated.files)?;
    for path in bag.payload.keys() {
        ledger.note(format!("{prefix}{path}"), Proof::ReleaseManifest);
        ledger.note(format!("{prefix}{path}"), Proof::Attestation);
    }
    let verification = Verification {
        shape: Shape::Release,
        bundle: stated.bundle,
        key: key.map(HmacKey::named),
        signed_by,
        list: Some(list),
        freshness: Freshness::NoRecord,
        unchecked,
        notice: stated.notice,
        stated: Some(stated.release),
        files: ledger.into_files(),
    };
    Ok(Checked {
        verification: judge_freshness(verification, &names, policy)?,
        archive,
        files: known.files,
    })
}

/// Step 4: the zip's directory, and that its one folder is the bag.
fn open_zip<'a>(names: &Names, zip: Source<'a>) -> Result<Archive<'a>, Distrust> {
    let archive = Archive::open(&names.zip, zip)?;
    match archive.root == names.bundle {
        true => Ok(archive),
        false => {
            let reason = format!("holds the bag `{}`, not `{}`", archive.root, names.bundle);
            Err(Distrust::new(DistrustCode::Inconsistent, &names.zip, reason))
        }
    }
}

/// The end of step 3: whether the release is older than what was seen before. Only one that is authentic is compared,
/// so that a forged one cannot find out what was seen.
fn judge_freshness(
    verification: Verification,
    names: &Names,
    policy: &Policy,
) -> Result<Verification, Distrust> {
    let (Some(seen), Some(noted), Some(stated)) = (&policy.seen, verification.noted(), &verification.stated)
    else {
        return Ok(verification);
    };
    let who = (noted.family.as_str(), noted.signer.as_str());
    let freshness = seen.judge(&names.manifest, who, stated, noted.list)?;
    Ok(Verification {
        freshness,
        ..verification
    })
}

/// A bag by another key, or that names another producer, was not made for this release.
fn check_same_signer(prefix: &str, release: &SignedBy, bag: &SignedBy) -> Result<(), Distrust> {
    match release.key == bag.key && release.producer == bag.producer {
        true => Ok(()),
        false => Err(Distrust::new(
            DistrustCode::BadSignature,
            format!("{prefix}{}", bag::TAG_SIGNATURE),
            "is by another key or producer than the release's signature",
        )),
    }
}

/// A release's files once the list has vouched for them.
struct Beside<'a> {
    /// The bytes of all but the zip.
    files: Tree,
    /// All that the list names.
    present: BTreeMap<String, Listed>,
    zip: Source<'a>,
    signed_by: SignedBy,
    /// The digest of the list itself.
    list: Digest,
    unchecked: Vec<String>,
}

/// Step 1: the list is signed, it names the four other files, and the folder holds exactly what it lists.
fn check_list<'a>(
    shelf: Shelf<'a>,
    names: &Names,
    policy: &Policy,
    ledger: &mut Ledger,
) -> Result<Beside<'a>, Distrust> {
    let list = small(&open(shelf, &names.list)?, &names.list)?;
    let signed_by = check_list_signatures(shelf, names, &list, policy)?;
    for name in [&names.list, &names.raw, &names.ssh] {
        ledger.note(name, Proof::Ed25519);
    }
    let listed = checksums::read(&names.list, &list)?;
    if let Some(name) = names
        .listed()
        .into_iter()
        .find(|name| !listed.contains_key(*name))
    {
        let reason = format!("does not list {name}");
        return Err(Distrust::new(DistrustCode::MissingFile, &names.list, reason));
    }
    if let Some(path) = listed.keys().find(|path| !names.listed().contains(path)) {
        let reason = format!("{} lists it, but it is not one of a release's files", names.list);
        return Err(Distrust::new(DistrustCode::UnlistedFile, path, reason));
    }
    let beside = read_listed(shelf, names, &listed, Digest::of(&list), signed_by)?;
    for path in beside.present.keys() {
        ledger.note(path, Proof::ChecksumList);
    }
    Ok(beside)
}

fn check_list_signatures(
    shelf: Shelf<'_>,
    names: &Names,
    list: &[u8],
    policy: &Policy,
) -> Result<SignedBy, Distrust> {
    let read = |name: &String| match shelf.open(name)? {
        Some(source) => small(&source, name),
        None => {
            let reason = "is not in the release folder; a release without it is not accepted";
            Err(Distrust::new(DistrustCode::MissingSignature, name, reason))
        }
    };
    let (ssh, raw) = (read(&names.ssh)?, read(&names.raw)?);
    signatures::check_list(policy, list, (&names.ssh, &ssh), (&names.raw, &raw))
}

/// Reads what the list names, the zip piece by piece, and compares.
fn read_listed<'a>(
    shelf: Shelf<'a>,
    names: &Names,
    listed: &BTreeMap<String, Digest>,
    list: Digest,
    signed_by: SignedBy,
) -> Result<Beside<'a>, Distrust> {
    let mut files = Tree::new();
    let mut present = BTreeMap::new();
    let mut zip = None;
    for name in listed.keys() {
        let Some(source) = shelf.open(name)? else { continue };
        let (path, size) = (name.clone(), source.size());
        let digest = if *name == names.zip {
            let digest = source.digest()?;
            zip = Some(source);
            digest
        } else {
            let bytes = small(&source, name)?;
            let digest = Digest::of(&bytes);
            files.insert(path.clone(), bytes);
            digest
        };
        present.insert(path.clone(), Listed { path, size, digest });
    }
    checksums::compare(&names.list, listed, &present)?;
    // What is not listed is not read: it may be of any size.
    let mut unchecked = Vec::new();
    for (path, _) in shelf.files() {
        if *path == names.time_stamp {
            unchecked.push(path.to_owned());
        } else if ![&names.list, &names.raw, &names.ssh].contains(&&path.to_owned())
            && !listed.contains_key(path)
        {
            let reason = format!("is not listed in {}", names.list);
            return Err(Distrust::new(DistrustCode::UnlistedFile, path, reason));
        }
    }
    Ok(Beside {
        files,
        present,
        zip: zip.ok_or_else(|| missing(&names.zip))?,
        signed_by,
        list,
        unchecked,
    })
}

/// The end of step 4: the bag and the manifest list the same files.
fn check_same_payload(
    names: &Names,
    prefix: &str,
    payload: &BTreeMap<String, Listed>,
    stated: &BTreeMap<String, Listed>,
) -> Result<(), Distrust> {
    let differing = payload
        .iter()
        .find(|(path, file)| stated.get(*path) != Some(file))
        .map(|(path, _)| path);
    match differing.or_else(|| stated.keys().find(|path| !payload.contains_key(*path))) {
        Some(path) => {
            let reason = format!("the bag and {} do not list the same file", names.manifest);
            Err(Distrust::new(
                DistrustCode::Inconsistent,
                format!("{prefix}{path}"),
                reason,
            ))
        }
        None => Ok(()),
    }
}

/// Step 2: the manifest's signature, and what it says about itself.
fn check_manifest<'p>(
    beside: &Beside<'_>,
    names: &Names,
    policy: &'p Policy,
    ledger: &mut Ledger,
) -> Result<(release_manifest::Stated, Option<&'p HmacKey>), Distrust> {
    let (files, signed_by) = (&beside.files, &beside.signed_by);
    let manifest = names.manifest.as_str();
    let bytes = file(files, manifest)?;
    let signature = SignatureFile::read(&names.signature, file(files, &names.signature)?)?;
    signature.check_target(manifest, bytes)?;
    ledger.note(manifest, Proof::Signature);
    let known = policy.hmac_key(&names.signature, signature.key_id.as_deref())?;
    let key = known.map(|known| &known.key);
    if let Some(key) = key {
        signature.check_key(manifest, bytes, key)?;
        ledger.note(manifest, Proof::Hmac);
    }
    let stated = release_manifest::read(manifest, bytes)?;
    if stated.key_id != signature.key_id || stated.release.generated_at.to_string() != signature.signed_at {
        let reason = "key id or time differ from what the signed manifest says";
        return Err(Distrust::new(DistrustCode::Inconsistent, &signature.name, reason));
    }
    check_identity(manifest, &stated, &names.bundle, (key, signed_by))?;
    policy.check_retirement(
        manifest,
        stated.release.generated_at,
        known,
        signed_by.trusted.as_ref(),
    )?;
    Ok((stated, key))
}

/// The end of step 2: manifest and list speak of the same zip, and the attestation says what the manifest says.
fn check_attestation(
    beside: &Beside<'_>,
    names: &Names,
    stated: &release_manifest::Stated,
    ledger: &mut Ledger,
) -> Result<(), Distrust> {
    if beside.present.get(&names.zip) != Some(&stated.archive) {
        let reason = format!("{} lists another zip than {}", names.manifest, names.list);
        return Err(Distrust::new(DistrustCode::Inconsistent, &names.zip, reason));
    }
    ledger.note(&names.zip, Proof::ReleaseManifest);
    let manifest = Listed::of(&names.manifest, file(&beside.files, &names.manifest)?);
    let statement = attestation::statement(stated, &manifest);
    let envelope = file(&beside.files, &names.attestation)?;
    signatures::check_attestation(&beside.signed_by, &statement, (&names.attestation, envelope))?;
    ledger.note(&names.attestation, Proof::Ed25519);
    ledger.note(&names.attestation, Proof::Attestation);
    Ok(())
}

/// That the manifest is about this bundle, by this signer, and says of itself what is true of its keys.
fn check_identity(
    manifest: &str,
    stated: &release_manifest::Stated,
    bundle: &str,
    (key, signed_by): (Option<&HmacKey>, &SignedBy),
) -> Result<(), Distrust> {
    let refuse = |reason: String| Err(Distrust::new(DistrustCode::Inconsistent, manifest, reason));
    if stated.bundle != bundle {
        return refuse(format!(
            "is about the bundle `{}`, but its files are named `{bundle}`",
            stated.bundle
        ));
    }
    if stated.release_key != signed_by.key.fingerprint() || stated.release.producer != signed_by.producer {
        return refuse(
            "names another release key or producer than the signature of the digest list".to_owned(),
        );
    }
    if key.is_some_and(|key| key.is_development() && stated.notice.is_none()) {
        return refuse("does not say that it was signed with a development key".to_owned());
    }
    if stated.release.status == ReleaseStatus::Final && stated.notice.is_some() {
        return refuse("is final, and was signed with a development key; only drafts may be".to_owned());
    }
    Ok(())
}
