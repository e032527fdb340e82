/* Verification from the outside in; the first failure ends it. The steps, and their order, are those of
   src/bundle/verify/mod.rs and release.rs:

   1. `B.sha256` is signed, raw and as SSHSIG; it names exactly the files of the release folder, and they are those.
   2. The manifest's HMAC fits (with a key), it lists the zip, and the attestation says what it says.
   3. The release is one that the verifier's policy accepts.
   4. Only now is the zip parsed, by a reader that accepts nothing but our profile.
   5. The bag is signed by the same key, its lists describe exactly its files, and the manifest lists the same payload.
   6. Every report has its signature, and its own manifest lists both; what is there about signal quality is what its
      signed list names; a signed checklist is the one that its manifest says. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const {
    Archive, Attestation, byCodePoints, checkBag, checkSsh, checkValues, compareList, digestOf, Distrust, identifierOf,
    isBundleName, isListed, observeArchive, observeShelf, packedOn, readList, readManifest, RELEASE_PURPOSE, same, Shelf,
    SignatureFile, Source, statement, TAG_LIST, TAG_SIGNATURE,
  } = verifier;

  /** Most bytes of a release's file other than the zip. */
  const MAX_BESIDE = 12 << 20;
  /** Most files below a folder: three times the members that a zip may have. */
  const MAX_FILES = 60000;
  const silent = Object.assign(() => undefined, { expect: () => undefined });
  /** The names of what can be shown for a file, in their order. */
  const PROOFS = [
    "checksum-list", "release-manifest", "zip-profile", "bag-list", "report-manifest", "signature", "hmac", "ed25519",
    "attestation",
  ];

  /** Collects what was shown for each file. */
  class Ledger {
    #files = new Map();

    note(path, proof) {
      const proofs = this.#files.get(path) ?? new Set();
      this.#files.set(path, proofs.add(proof));
    }

    /** Files in the order of their paths, proofs in their own. */
    get files() {
      const sorted = [...this.#files].sort(([left], [right]) => byCodePoints(left, right));
      return sorted.map(([path, proofs]) => ({ path, proofs: PROOFS.filter((proof) => proofs.has(proof)) }));
    }
  }

  /** The names of a release folder's files. */
  function namesOf(bundle) {
    const list = `${bundle}.sha256`;
    const names = {
      zip: `${bundle}.zip`, manifest: `${bundle}.manifest.json`, signature: `${bundle}.manifest.json.sig`,
      attestation: `${bundle}.intoto.jsonl`,
    };
    const listed = Object.values(names);
    return { ...names, bundle, list, raw: `${list}.ed25519`, ssh: `${list}.sshsig`, timeStamp: `${list}.tsr`, listed };
  }

  /** The name that the one `.sha256` file gives. */
  function bundleName(shelf) {
    const bad = (reason) => new Distrust("not-a-bundle", "(folder)", reason);
    const names = shelf.paths.filter((path) => path.endsWith(".sha256")).map((path) => path.slice(0, -".sha256".length));
    if (names.length === 0) throw bad("bundle.neither");
    if (names.length > 1) throw bad("bundle.lists");
    if (!isBundleName(names[0])) throw bad("bundle.name");
    return names[0];
  }

  function missing(name) {
    return new Distrust("missing-file", name, "bundle.missing");
  }

  /** The bytes of a file that is no zip. */
  async function small(source) {
    if (source.size > MAX_BESIDE) {
      throw new Distrust("malformed", source.name, "large_kept", { most: MAX_BESIDE >> 20 });
    }
    const bytes = (await source.part(0, source.size)).slice();
    checkValues(source.name, bytes);
    return bytes;
  }

  /** Step 1. Gives the bytes of all but the zip, and what is known of them. */
  async function checkList(shelf, names, policy, ledger, progress) {
    const source = shelf.open(names.list);
    if (!source) throw missing(names.list);
    const list = await small(source);
    const signedBy = await checkListSignatures(shelf, names, list, policy);
    for (const name of [names.list, names.raw, names.ssh]) ledger.note(name, "ed25519");
    const listed = readList(names.list, list);
    const unlisted = names.listed.find((name) => !listed.has(name));
    if (unlisted) throw new Distrust("missing-file", names.list, "does_not_list", { name: unlisted });
    const foreign = [...listed.keys()].find((path) => !names.listed.includes(path));
    if (foreign) throw new Distrust("unlisted-file", foreign, "bundle.foreign", { list: names.list });
    const beside = await readListed(shelf, names, listed, progress);
    for (const path of beside.present.keys()) ledger.note(path, "checksum-list");
    return { ...beside, signedBy, listDigest: digestOf(list) };
  }

  async function checkListSignatures(shelf, names, list, policy) {
    const read = (name) => {
      const source = shelf.open(name);
      if (!source) throw new Distrust("missing-signature", name, "bundle.unsigned");
      return small(source);
    };
    const [ssh, raw] = [await read(names.ssh), await read(names.raw)];
    const signedBy = checkSsh(policy, RELEASE_PURPOSE, list, names.ssh, ssh);
    if (raw.length !== 64) throw new Distrust("malformed", names.raw, "raw.form");
    if (!signedBy.key.verifies(list, raw)) throw new Distrust("bad-signature", names.raw, "raw.fits");
    return signedBy;
  }

  async function readListed(shelf, names, listed, progress) {
    const files = new Map();
    const present = new Map();
    let zip = null;
    for (const name of listed.keys()) {
      const source = shelf.open(name);
      if (!source) continue;
      let digest;
      if (name === names.zip) {
        zip = source;
        progress.expect(source.size);
        digest = await source.digest((bytes) => progress(bytes, name));
      } else {
        const bytes = await small(source);
        digest = digestOf(bytes);
        files.set(name, bytes);
      }
      present.set(name, { size: source.size, digest });
    }
    compareList(names.list, listed, present);
    const known = [names.list, names.raw, names.ssh, names.timeStamp];
    const unlisted = shelf.paths.find((path) => !known.includes(path) && !listed.has(path));
    if (unlisted !== undefined) throw new Distrust("unlisted-file", unlisted, "not_listed", { list: names.list });
    const unchecked = shelf.paths.filter((path) => path === names.timeStamp);
    return { files, present, zip, unchecked };
  }

  /** Step 2: the manifest's signature, and what it says about itself. */
  function checkManifest(beside, names, policy, ledger) {
    const { files, present, signedBy } = beside;
    const bytes = files.get(names.manifest);
    const signature = SignatureFile.read(names.signature, files.get(names.signature));
    signature.checkDigest(names.manifest, present.get(names.manifest).digest);
    ledger.note(names.manifest, "signature");
    const key = policy.known?.key ?? null;
    if (key) {
      signature.checkTag(names.manifest, key.mac(bytes), bytes, key);
      ledger.note(names.manifest, "hmac");
    }
    const stated = readManifest(names.manifest, bytes);
    if (stated.keyId !== signature.keyId || String(stated.generatedAt) !== signature.signedAt) {
      throw new Distrust("inconsistent-producer", names.signature, "identity.sig_differs");
    }
    checkIdentity(names, stated, key, signedBy);
    policy.checkPeriod(names.manifest, stated.generatedAt, signedBy.trusted);
    return stated;
  }

  /** That the manifest is about this bundle, by this signer, and says of itself what is true of its keys. */
  function checkIdentity(names, stated, key, signedBy) {
    const refuse = (reason, values) => {
      throw new Distrust("inconsistent-producer", names.manifest, `identity.${reason}`, values);
    };
    if (stated.bundle !== names.bundle) refuse("bundle", { stated: stated.bundle, named: names.bundle });
    if (stated.releaseKey !== signedBy.key.fingerprint || stated.producer !== signedBy.producer) refuse("signer");
    if (key?.isDevelopment && stated.notice === null) refuse("no_notice");
    if (stated.status === "final" && stated.notice !== null) refuse("final_notice");
  }

  /** The end of step 2: manifest and list speak of the same zip, and the attestation says what the manifest says. */
  function checkAttestation(beside, names, stated, ledger) {
    const { files, present, signedBy } = beside;
    const zip = present.get(names.zip);
    if (stated.archive.path !== names.zip || !isListed(zip, stated.archive)) {
      throw new Distrust("inconsistent-producer", names.zip, "bundle.other_zip", { manifest: names.manifest, list: names.list });
    }
    ledger.note(names.zip, "release-manifest");
    const manifest = { path: names.manifest, digest: present.get(names.manifest).digest };
    const sorted = [...stated.files.values()].sort((left, right) => byCodePoints(left.path, right.path));
    const attestation = Attestation.read(names.attestation, files.get(names.attestation));
    if (!attestation.fits(signedBy.key)) throw new Distrust("bad-signature", names.attestation, "attestation.fits");
    if (!same(attestation.payload, statement(stated, manifest, sorted))) {
      throw new Distrust("inconsistent-producer", names.attestation, "attestation.says");
    }
    ledger.note(names.attestation, "ed25519");
    ledger.note(names.attestation, "attestation");
  }

  /** The end of step 5: the bag and the manifest list the same files. */
  function checkSamePayload(names, prefix, payload, stated) {
    const differing = [...payload].find(([path, file]) => !isListed(file, stated.get(path)));
    const more = [...stated.keys()].sort(byCodePoints).find((path) => !payload.has(path));
    const path = differing?.[0] ?? more;
    if (path !== undefined) {
      throw new Distrust("inconsistent-producer", prefix + path, "bundle.other_payload", { manifest: names.manifest });
    }
  }

  async function verifyRelease(shelf, policy, progress) {
    const names = namesOf(bundleName(shelf));
    const ledger = new Ledger();
    const beside = await checkList(shelf, names, policy, ledger, progress);
    const stated = checkManifest(beside, names, policy, ledger);
    checkAttestation(beside, names, stated, ledger);
    policy.checkRelease(names.manifest, names.bundle, stated);
    const archive = await Archive.open(names.zip, beside.zip);
    if (archive.root !== names.bundle) {
      const values = { root: archive.root, bundle: names.bundle };
      throw new Distrust("inconsistent-producer", names.zip, "bundle.root", values);
    }
    ledger.note(names.zip, "zip-profile");
    const known = policy.known;
    const files = await observeArchive(archive, known?.key ?? null, progress);
    const prefix = `${names.zip}!/`;
    const bag = checkBag(prefix, names.bundle, { files, known }, policy, ledger);
    const { signedBy } = beside;
    if (!signedBy.key.is(bag.signedBy.key) || signedBy.producer !== bag.signedBy.producer) {
      throw new Distrust("bad-signature", prefix + TAG_SIGNATURE, "bundle.other_signer");
    }
    checkSamePayload(names, prefix, bag.payload, stated.files);
    for (const path of bag.payload.keys()) {
      ledger.note(prefix + path, "release-manifest");
      ledger.note(prefix + path, "attestation");
    }
    const { listDigest, unchecked } = beside;
    return finish("release", stated.bundle, policy, signedBy, ledger, { list: listDigest, unchecked, stated });
  }

  async function verifyZip(name, blob, policy, progress) {
    const ledger = new Ledger();
    const archive = await Archive.open(name, new Source(name, blob));
    const known = policy.known;
    const files = await observeArchive(archive, known?.key ?? null, progress);
    ledger.note(name, "zip-profile");
    const bundle = archive.root;
    const { signedBy } = checkBag(`${name}!/`, bundle, { files, known }, policy, ledger);
    if (!isBundleName(bundle) || `${bundle}.zip` !== name) {
      throw new Distrust("inconsistent-producer", name, "bundle.zip_name", { bundle });
    }
    policy.checkAlone(name);
    policy.checkDay(name, packedOn(files), signedBy.trusted);
    return finish("zip", bundle, policy, signedBy, ledger);
  }

  async function verifyBag(shelf, policy, progress) {
    if (!shelf.paths.includes("bagit.txt")) throw new Distrust("not-a-bundle", "(folder)", "bundle.neither");
    const ledger = new Ledger();
    const known = policy.known;
    const files = await observeShelf(shelf, known?.key ?? null, progress);
    const { signedBy } = checkBag("", null, { files, known }, policy, ledger);
    policy.checkAlone("(bag)");
    policy.checkDay("(bag)", packedOn(files), signedBy.trusted);
    return finish("bag", identifierOf(files) ?? "", policy, signedBy, ledger);
  }

  function finish(shape, bundle, policy, signedBy, ledger, more = {}) {
    const nothing = { list: null, unchecked: [], stated: null };
    return { shape, bundle, key: policy.known?.key ?? null, signedBy, files: ledger.files, ...nothing, ...more };
  }

  /** What breaks the form, or lacks the signed list that all of ours have, is no bundle of ours. */
  async function metAlone(verification) {
    try {
      return await verification;
    } catch (error) {
      if (!(error instanceof Distrust)) throw error;
      const isList = [TAG_LIST, TAG_SIGNATURE].includes(error.file);
      const isForm = ["not-a-bundle", "malformed", "zip-profile"].includes(error.code);
      const isBare = ["missing-file", "missing-signature"].includes(error.code) && isList;
      throw isForm || isBare ? error.foreign() : error;
    }
  }

  /** Whether a folder holds anything of a release: what is in it must not choose the milder rules. */
  function isOfARelease(path) {
    return !path.includes("/") && [".sha256", ".manifest.json", ".zip"].some((ending) => path.endsWith(ending));
  }

  /**
   * Verifies files, given as pairs of path and blob: a release folder, an unpacked bag, or (`isFolder` false) one zip.
   * `progress(bytes, path)` is told what was read, and may give a promise; `progress.expect(bytes)` what more will be.
   * Throws the first Distrust.
   */
  async function verify({ files, isFolder }, policy, progress = silent) {
    if (!isFolder) {
      const [[name, blob]] = files;
      if (!name.endsWith(".zip")) throw new Distrust("not-a-bundle", name, "bundle.no_zip").foreign();
      return metAlone(verifyZip(name, blob, policy, progress));
    }
    if (files.length > MAX_FILES) throw new Distrust("not-a-bundle", "(folder)", "many", { most: MAX_FILES });
    const shelf = new Shelf(files);
    if (!shelf.paths.some(isOfARelease)) return metAlone(verifyBag(shelf, policy, progress));
    return verifyRelease(shelf, policy, progress);
  }

  Object.assign(verifier, { verify, MAX_FILES });
})();
