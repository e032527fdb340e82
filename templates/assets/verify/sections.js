/* What is signed inside a bag beside its reports: the files about signal quality, and archived checklists. Follows
   src/bundle/verify/signals.rs and runbooks.rs, and src/seal/runbook.rs. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const {
    byCodePoints, Distrust, EVIDENCE, hex, isDigest, isListed, json, keptOf, listedAt, parseMoment, readBlock,
    readJson, RUNBOOK_MANIFEST, RUNBOOK_SIGNATURE, SIGNAL_LIST, SIGNALS, utf8,
  } = verifier;
  const { sha384 } = window.Stage6Vendor;

  const MANIFEST_SCHEMA = "stage6.runbook.manifest";
  const SIGNATURE_SCHEMA = "stage6.runbook.signature";
  /** Who sealed a document that nobody signed. */
  const BUILD = "build";

  /** Checks the files below `data/signal_quality/` against the list among the reports, whose own signature was checked. */
  function checkSignals(prefix, files, ledger) {
    const list = SIGNAL_LIST;
    const present = [...files.keys()].filter((path) => path.startsWith(SIGNALS));
    if (!files.has(list)) {
      if (present.length > 0) throw new Distrust("missing-signature", present[0], "signals.no_list", { list });
      return;
    }
    const named = readSignalList(list, keptOf(files, list, "gone"));
    for (const [path, entry] of [...named].sort(([left], [right]) => byCodePoints(left, right))) {
      const file = files.get(path);
      if (!file) throw new Distrust("missing-file", path, "listed_not_there", { list });
      if (!isListed(file, entry)) throw new Distrust("hash-mismatch", path, "not_listed_one", { list });
      ledger.note(prefix + path, "report-manifest");
    }
    const unlisted = present.find((path) => !named.has(path));
    if (unlisted !== undefined) throw new Distrust("missing-signature", unlisted, "not_listed", { list });
  }

  function readSignalList(list, bytes) {
    const bad = (reason) => new Distrust("malformed", list, reason, { key: "files" });
    const entries = readJson(list, bytes).get("files")?.list;
    if (!entries) throw bad("manifest.list");
    const named = new Map();
    for (const node of entries) {
      const entry = listedAt(node);
      if (!entry) throw bad("manifest.entry");
      if (!entry.path.startsWith(SIGNALS)) throw bad("signals.elsewhere");
      if (named.has(entry.path)) throw bad("manifest.twice");
      named.set(entry.path, entry);
    }
    return named;
  }

  /**
   * Checks every signed document of a bag. A signature by another key than the one at hand stays unchecked, as a
   * stakeholder may sign with a key of their own; the digests are checked all the same.
   */
  function checkRunbooks(prefix, files, key, ledger) {
    for (const signature of [...files.keys()].filter((path) => path.startsWith(EVIDENCE))) {
      if (!signature.endsWith(RUNBOOK_SIGNATURE)) continue;
      const stem = signature.slice(0, -RUNBOOK_SIGNATURE.length);
      const [document, manifest] = [`${stem}.md`, stem + RUNBOOK_MANIFEST];
      const proofs = checkRunbook(files, document, manifest, signature, key);
      for (const path of [document, manifest]) for (const proof of proofs) ledger.note(prefix + path, proof);
    }
  }

  /** Checks one signed document; gives what was shown for it and for its manifest. */
  function checkRunbook(files, document, manifestPath, signaturePath, key) {
    const bytes = keptOf(files, document, "signed_not_there");
    const manifestBytes = keptOf(files, manifestPath, "runbook.no_manifest");
    const signatureBytes = keptOf(files, signaturePath, "gone");
    const manifest = readRunbookManifest(manifestPath, manifestBytes);
    if (manifest.archivedPath !== document.slice(EVIDENCE.length)) {
      throw new Distrust("inconsistent-producer", manifestPath, "runbook.other", { path: manifest.archivedPath });
    }
    if (files.get(document).digest !== manifest.sha256 || hex(sha384(bytes)) !== manifest.sha384) {
      throw new Distrust("hash-mismatch", document, "not_listed_one", { list: manifestPath });
    }
    const block = readRunbookSignature(signaturePath, signatureBytes, manifest.canonical);
    if (key === null || block.keyId !== key.id) return ["signature"];
    if (!key.verifies(utf8(manifest.canonical), block.tag)) {
      throw new Distrust("bad-signature", signaturePath, "runbook.hmac");
    }
    return ["signature", "hmac"];
  }

  /** Reads a runbook's manifest: exactly the members that one has, with its canonical form. */
  function readRunbookManifest(name, bytes) {
    const root = readJson(name, bytes);
    const bad = (key) => new Distrust("malformed", name, "runbook.member", { key });
    const list = root.get("stakeholders")?.list;
    if (!list) throw bad("stakeholders");
    const members = {};
    for (const key of ["source_path", "archived_path", "signature_path", "generated_at"]) {
      members[key] = root.textAt(key);
      if (members[key] === undefined) throw bad(key);
    }
    const moment = parseMoment(members.generated_at);
    if (!moment) throw bad("generated_at");
    const [sha256, sha384] = ["sha256", "sha384"].map((key) => root.get("hashes")?.textAt(key));
    if (!isDigest(sha256) || sha384 === undefined) throw bad("hashes");
    if (list.some((one) => one.text === undefined)) throw bad("stakeholders");
    members.generated_at = String(moment);
    if (root.textAt("sealed_by") === BUILD) members.sealed_by = BUILD;
    const hashes = canonicalMap({ sha256, sha384 });
    const stakeholders = `[${list.map((one) => json.canonicalText(one.text)).join(",")}]`;
    const canonical = canonicalMap({ schema: MANIFEST_SCHEMA, ...members }, { hashes, schema_version: "1", stakeholders });
    if (json.canonical(root) !== canonical) throw new Distrust("malformed", name, "runbook.more");
    return { archivedPath: members.archived_path, sha256, sha384, canonical };
  }

  /** The canonical form of an object of texts, and of members that have that form already. */
  function canonicalMap(texts, more = {}) {
    const quoted = Object.entries(texts).map(([key, text]) => [key, json.canonicalText(text)]);
    const members = [...quoted, ...Object.entries(more)].sort(([left], [right]) => byCodePoints(left, right));
    return `{${members.map(([key, value]) => `${json.canonicalText(key)}:${value}`).join(",")}}`;
  }

  /** Reads the signature file of the manifest with a canonical form; gives the id of the key, and the tag. */
  function readRunbookSignature(name, bytes, canonical) {
    const bad = (reason, values) => new Distrust("malformed", name, reason, values);
    const root = readJson(name, bytes);
    const names = ["schema", "schema_version", "payload", "signature"];
    const fits =
      root.map?.size === names.length &&
      names.every((member) => root.map.has(member)) &&
      root.textAt("schema") === SIGNATURE_SCHEMA &&
      root.get("schema_version").integer === 1n;
    if (!fits) throw bad("runbook.version");
    if (json.canonical(root.get("payload")) !== canonical) throw bad("runbook.payload");
    return readBlock(root.get("signature"), (reason, values) => bad(`sig.${reason}`, values));
  }

  Object.assign(verifier, { checkSignals, checkRunbooks });
})();
