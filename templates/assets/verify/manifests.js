/* Signature files, manifests of releases and of reports, and the statement of the attestation. Follows
   src/seal/signature.rs, src/bundle/release_manifest.rs, attestation.rs and verify/reports.rs. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const {
    Distrust, fromBase64, fromHex, isDigest, json, keptOf, parseMoment, REPORTS, REPORT_MANIFEST, same,
    SIGNATURE, utf8,
  } = verifier;

  const ALGORITHM = "HMAC-SHA256";
  const MANIFEST_SCHEMA = "stage6.release.manifest";
  const SIGNATURE_SCHEMA = "stage6.signature";

  /** Reads JSON; what is wrong with it is said of the file `name`. */
  function readJson(name, bytes) {
    try {
      return json.read(bytes);
    } catch (error) {
      if (!(error instanceof json.JsonError)) throw error;
      throw new Distrust("malformed", name, error.reason, error.values);
    }
  }

  /** A file as a manifest lists it: `path`, `size`, `digest`; null for anything else. */
  function listedAt(node) {
    const [path, size, digest] = [node?.textAt("path"), node?.get("size")?.integer, node?.textAt("sha256")];
    const fits = path !== undefined && size !== undefined && size >= 0n && isDigest(digest);
    return fits ? { path, size, digest } : null;
  }

  /** Whether a file is the one that is listed. */
  function isListed(file, listed) {
    return listed !== undefined && BigInt(file.size) === listed.size && file.digest === listed.digest;
  }

  /** A `.sig` file, read strictly: exactly the members that stage6 writes. */
  class SignatureFile {
    static read(name, bytes) {
      const bad = (reason, values) => new Distrust("malformed", name, `sig.${reason}`, values);
      const root = readJson(name, bytes);
      const isCanonical = root.get("signature") !== undefined;
      const known = ["bytes", "schema", "schema_version", "signed_at", "target"];
      requireMembers(root, isCanonical ? [...known, "signature"] : known, bad);
      if (root.textAt("schema") !== SIGNATURE_SCHEMA || root.textAt("schema_version") !== "1.0") throw bad("version");
      const keyId = checkBlock(root.get("bytes"), ["sha256"], bad);
      const byteTag = fromHex(root.get("bytes").textAt("value") ?? "");
      if (!byteTag) throw bad("hex");
      let canonicalTag = null;
      if (isCanonical) {
        if (checkBlock(root.get("signature"), [], bad) !== keyId) throw bad("two_keys");
        canonicalTag = fromBase64(root.get("signature").textAt("value") ?? "");
        if (!canonicalTag) throw bad("base64");
      }
      const [target, signedAt, digest] = [root.textAt("target"), root.textAt("signed_at"), root.get("bytes").textAt("sha256")];
      if (target === undefined) throw bad("target");
      if (signedAt === undefined) throw bad("signed_at");
      if (!isDigest(digest)) throw bad("sha256");
      return Object.assign(new SignatureFile(), { name, target, signedAt, keyId, digest, byteTag, canonicalTag });
    }

    /** Checks all that can be checked without the key. */
    checkDigest(file, digest) {
      const name = file.slice(file.lastIndexOf("/") + 1);
      if (this.target !== name) {
        throw new Distrust("bad-signature", this.name, "sig.beside", { target: this.target, name });
      }
      if (name.endsWith(".json") !== (this.canonicalTag !== null)) {
        throw new Distrust("missing-signature", this.name, "sig.both");
      }
      if (digest !== this.digest) throw new Distrust("hash-mismatch", file, "not_signed_one");
    }

    /** Checks both signatures with the key. `tag` is the HMAC of the file; `bytes` are looked at in a JSON file alone. */
    checkTag(file, tag, bytes, key) {
      if (this.keyId !== key.id) {
        const reason = this.keyId === undefined ? "hmac.no_id" : "hmac.other_key";
        throw new Distrust("bad-signature", file, reason, { signed: this.keyId, key: key.id });
      }
      const canonical = () => utf8(json.canonical(readJson(file, bytes)));
      const isCanonical = this.canonicalTag === null || key.verifies(canonical(), this.canonicalTag);
      const isSame = same(tag, this.byteTag);
      if (isSame && isCanonical) return;
      if (isCanonical && this.canonicalTag) throw new Distrust("re-serialised", file, "hmac.reserialised");
      throw new Distrust("bad-signature", file, isSame ? "hmac.canonical" : "hmac.wrong");
    }
  }

  /** Reads a block that signs the canonical form of JSON: the id of its key, and the tag. */
  function readBlock(block, bad) {
    const keyId = checkBlock(block, [], bad);
    const tag = fromBase64(block.textAt("value") ?? "=");
    if (!tag) throw bad("base64");
    return { keyId, tag };
  }

  /** Checks the members that every block of a signature has; gives the key's id, if it names one. */
  function checkBlock(block, more, bad) {
    const node = block.get("key_id");
    if (node && !(node.quoted && node.text !== "")) throw bad("key_id");
    requireMembers(block, ["algorithm", "value", ...more, ...(node ? ["key_id"] : [])], bad);
    if (block.get("algorithm").text !== ALGORITHM) throw bad("algorithm", { algorithm: ALGORITHM });
    return node?.text;
  }

  function requireMembers(node, known, bad) {
    if (!node.map) throw bad("object");
    const unknown = [...node.map.keys()].find((key) => !known.includes(key));
    if (unknown !== undefined) throw bad("unknown", { member: unknown });
    const missing = known.find((key) => !node.map.has(key));
    if (missing !== undefined) throw bad("missing", { member: missing });
  }

  /** Reads `B.manifest.json`: what a verifier takes from it. */
  function readManifest(name, bytes) {
    const bad = (reason, key) => new Distrust("malformed", name, `manifest.${reason}`, { key });
    const root = readJson(name, bytes);
    if (root.textAt("schema") !== MANIFEST_SCHEMA || root.textAt("schema_version") !== "1.0") throw bad("version");
    const list = root.get("files")?.list;
    if (!list) throw bad("list", "files");
    const files = new Map();
    for (const node of list) {
      const file = listedAt(node);
      if (!file) throw bad("entry", "files");
      if (files.has(file.path)) throw bad("twice", "files");
      files.set(file.path, file);
    }
    const text = (key) => root.textAt(key) ?? raise(bad("text", key));
    const moment = (key) => (parseMoment(root.textAt(key) ?? "")) ?? raise(bad("moment", key));
    const stated = { bundle: text("bundle"), releaseKey: text("release_key"), id: text("release"), producer: text("producer") };
    stated.status = ["draft", "final"].find((word) => word === root.textAt("status")) ?? raise(bad("status"));
    stated.generatedAt = moment("generated_at");
    stated.sequence = root.get("sequence")?.integer ?? raise(bad("integer", "sequence"));
    stated.releasedAt = moment("released_at");
    stated.validUntil = moment("valid_until");
    stated.previous = root.get("previous")?.isNull ? null : root.textAt("previous");
    if (stated.previous !== null && !isDigest(stated.previous)) throw bad("previous", "previous");
    const archive = listedAt(root.get("archive")) ?? raise(bad("archive", "archive"));
    return Object.assign(stated, { keyId: root.textAt("key_id"), notice: root.textAt("notice") ?? null, archive, files });
  }

  function raise(error) {
    throw error;
  }

  /** The bytes of the statement that follows from a manifest: zip, manifest and every payload file as subjects. */
  function statement(stated, manifest, sortedFiles) {
    const text = json.canonicalText;
    const subject = (name, digest) => `{"digest":{"sha256":${text(digest)}},"name":${text(name)}}`;
    const members = {
      bundle: text(stated.bundle), generated_at: text(String(stated.generatedAt)),
      previous: stated.previous === null ? "null" : text(stated.previous), producer: text(stated.producer),
      release: text(stated.id), released_at: text(String(stated.releasedAt)), sequence: String(stated.sequence),
      status: text(stated.status), valid_until: text(String(stated.validUntil)),
    };
    const predicate = Object.entries(members).map(([key, value]) => `"${key}":${value}`);
    const subjects = [
      subject(stated.archive.path, stated.archive.digest),
      subject(manifest.path, manifest.digest),
      ...sortedFiles.map((file) => subject(`${stated.bundle}/${file.path}`, file.digest)),
    ];
    return utf8(
      `{"_type":"https://in-toto.io/Statement/v1","predicate":{${predicate.join(",")}},` +
        `"predicateType":"https://stage6.example/attestation/release/v1","subject":[${subjects.join(",")}]}`,
    );
  }

  /** The first signature of a report and the id of the key that it names; null if there is none. */
  function firstKeyId(files) {
    const path = [...files.keys()].find((name) => name.startsWith(REPORTS) && name.endsWith(SIGNATURE));
    return path === undefined ? null : { path, id: SignatureFile.read(path, keptOf(files, path, "gone")).keyId };
  }

  /** Checks every report below `data/reports/` of a bag. */
  function checkReports(prefix, files, key, ledger) {
    const reports = [...files.keys()].filter((path) => path.startsWith(REPORTS));
    const signatures = new Map();
    for (const path of reports.filter((name) => name.endsWith(SIGNATURE))) {
      const target = path.slice(0, -SIGNATURE.length);
      const signature = SignatureFile.read(path, keptOf(files, path, "gone"));
      const signed = files.get(target);
      if (!signed) throw new Distrust("missing-file", target, "signed_not_there");
      signature.checkDigest(target, signed.digest);
      ledger.note(prefix + target, "signature");
      if (key) {
        if (!signed.tag) throw new Distrust("bad-signature", target, "hmac.none");
        signature.checkTag(target, signed.tag, signed.kept ?? new Uint8Array(0), key);
        ledger.note(prefix + target, "hmac");
      }
      signatures.set(path, signature);
    }
    if (key && signatures.size === 0) {
      throw new Distrust("missing-signature", prefix + REPORTS, "hmac.no_reports");
    }
    const vouched = new Set();
    for (const manifest of reports.filter((name) => name.endsWith(REPORT_MANIFEST))) {
      for (const path of checkReportManifest(manifest, files, signatures)) {
        ledger.note(prefix + path, "report-manifest");
        vouched.add(path);
      }
    }
    // A report without a signature or without a line in a manifest would be a hole to put things in.
    const unvouched = reports.find((path) => !path.endsWith(REPORT_MANIFEST) && !vouched.has(path));
    if (unvouched !== undefined) throw new Distrust("missing-signature", unvouched, "report.unvouched");
  }

  /** Checks one `NAME.manifest.json`; gives the paths that it vouches for. */
  function checkReportManifest(path, files, signatures) {
    const bad = (reason) => new Distrust("malformed", path, `report.${reason}`);
    const root = readJson(path, keptOf(files, path, "gone"));
    const pairs = [[root.get("report") ?? raise(bad("report")), root.get("signature") ?? raise(bad("signature"))]];
    for (const other of root.get("others")?.list ?? []) {
      pairs.push([other, other.get("signature") ?? raise(bad("unsigned"))]);
    }
    const folder = path.slice(0, path.lastIndexOf("/"));
    const vouched = [];
    for (const [file, signature] of pairs) {
      for (const node of [file, signature]) {
        const entry = listedAt(node) ?? raise(bad("entry"));
        vouched.push(checkEntry(path, `${folder}/${entry.path}`, entry, files));
      }
      const read = signatures.get(vouched.at(-1)) ?? raise(bad("none"));
      const agrees =
        signature.textAt("target") === read.target &&
        signature.textAt("signed_at") === read.signedAt &&
        signature.textAt("key_id") === read.keyId;
      if (!agrees) throw new Distrust("inconsistent-producer", read.name, "report.differs");
    }
    return vouched;
  }

  function checkEntry(manifest, path, entry, files) {
    const file = files.get(path);
    if (!file) throw new Distrust("missing-file", path, "listed_not_there", { list: manifest });
    if (!isListed(file, entry)) throw new Distrust("hash-mismatch", path, "not_listed_one", { list: manifest });
    return path;
  }

  Object.assign(verifier, {
    SignatureFile, readManifest, readJson, readBlock, listedAt, isListed, statement, firstKeyId, checkReports,
  });
})();
