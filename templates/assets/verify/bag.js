/* BagIt 1.0 (RFC 8493): a folder whose content is described by lists inside it. Follows src/bundle/bag.rs, and steps 5 and
   6 of src/bundle/verify/mod.rs. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const {
    checkCollisions, checkReports, checkRunbooks, checkSignals, compareList, Distrust, keptOf, parseDay, PAYLOAD, readList,
    same, SshSignature, textOf, utf8,
  } = verifier;

  const DECLARATION = utf8("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
  const INFO = "bag-info.txt";
  const PAYLOAD_LIST = "manifest-sha256.txt";
  const TAG_LIST = "tagmanifest-sha256.txt";
  /** The signature of the list above; the one file that no list names. */
  const TAG_SIGNATURE = "tagmanifest-sha256.txt.sshsig";
  const KNOWN = [INFO, "bagit.txt", PAYLOAD_LIST];

  /** The purposes of the two SSH signatures, before the producer's name. */
  const RELEASE_PURPOSE = "audit-release-v1";
  const BAG_PURPOSE = "audit-bag-v1";

  /** Checks an SSH signature for one purpose; gives key, producer and the trusted signer, who is null without trust. */
  function checkSsh(policy, purpose, message, name, bytes) {
    const signature = SshSignature.read(name, bytes);
    const { key, namespace } = signature;
    if (!namespace.startsWith(`${purpose}@`)) {
      throw new Distrust("bad-signature", name, "ssh.purpose", { namespace, purpose });
    }
    const producer = namespace.slice(purpose.length + 1);
    if (!signature.fits(message)) throw new Distrust("bad-signature", name, "ssh.fits");
    if (policy.producer && policy.producer !== producer) {
      throw new Distrust("policy", name, "policy.names_producer", { found: producer, wanted: policy.producer });
    }
    if (!policy.trust) return { key, producer, trusted: null };
    const found = policy.trust.find(key, namespace, policy.identity);
    if (!found.signer) throw new Distrust("untrusted-signer", name, found.reason, found.values);
    return { key, producer, trusted: found.signer };
  }

  /** The value of a line of the bag's description, if there is one. */
  function infoOf(files, label) {
    const bytes = files.get(INFO)?.kept;
    const lines = (bytes && textOf(bytes)?.split("\n")) || [];
    const line = lines.find((text) => text.startsWith(`${label}: `));
    return line?.slice(label.length + 2).replace(/\r$/, "");
  }

  /** The bundle's name, as the bag states it. */
  function identifierOf(files) {
    return infoOf(files, "External-Identifier");
  }

  /** The first second in UTC of the day of packing, as the bag states it; null if it states none. */
  function packedOn(files) {
    return parseDay(infoOf(files, "Bagging-Date") ?? "");
  }

  function chosen(files, isWanted) {
    return new Map([...files].filter(([path]) => isWanted(path)));
  }

  /** Checks a bag's files against its lists; gives the payload. Proves that the bag is whole, not where it comes from. */
  function checkLists(files) {
    const tag = (name) => keptOf(files, name, "bag.missing");
    if (!same(tag("bagit.txt"), DECLARATION)) throw new Distrust("malformed", "bagit.txt", "bag.declaration");
    const tags = chosen(files, (path) => !path.startsWith(PAYLOAD) && path !== TAG_LIST && path !== TAG_SIGNATURE);
    const tagList = readList(TAG_LIST, tag(TAG_LIST));
    const unlisted = KNOWN.find((name) => !tagList.has(name));
    if (unlisted) throw new Distrust("missing-file", TAG_LIST, "does_not_list", { name: unlisted });
    // Whatever else lies beside the payload is no part of a bag of ours, listed or not.
    const foreign = [...tags.keys()].find((path) => !KNOWN.includes(path));
    if (foreign !== undefined) throw new Distrust("unlisted-file", foreign, "bag.foreign");
    checkCollisions("bag", files.keys());
    compareList(TAG_LIST, tagList, tags);
    const payload = chosen(files, (path) => path.startsWith(PAYLOAD));
    compareList(PAYLOAD_LIST, readList(PAYLOAD_LIST, tag(PAYLOAD_LIST)), payload);
    tag(INFO);
    const octets = [...payload.values()].reduce((sum, file) => sum + file.size, 0);
    if (infoOf(files, "Payload-Oxum") !== `${octets}.${payload.size}`) {
      throw new Distrust("inconsistent-producer", INFO, "bag.oxum");
    }
    return payload;
  }

  /**
   * Steps 5 and 6: the bag's signature and lists, and what is signed in it. `prefix` stands before each path in the ledger;
   * `bundle` is what the zip's folder is called, and the bag must call itself.
   */
  function checkBag(prefix, bundle, { files, known }, policy, ledger) {
    // The tag list is signed and names everything else, so nothing is believed before its signature.
    const list = keptOf(files, TAG_LIST, "bag.missing");
    if (!files.has(TAG_SIGNATURE)) throw new Distrust("missing-signature", TAG_SIGNATURE, "bag.unsigned");
    const signature = keptOf(files, TAG_SIGNATURE, "bag.missing");
    const signedBy = checkSsh(policy, BAG_PURPOSE, list, TAG_SIGNATURE, signature);
    ledger.note(prefix + TAG_LIST, "ed25519");
    const payload = checkLists(files);
    if (bundle !== null && identifierOf(files) !== bundle) {
      throw new Distrust("inconsistent-producer", prefix + INFO, "bag.identifier");
    }
    for (const path of files.keys()) if (path !== TAG_SIGNATURE) ledger.note(prefix + path, "bag-list");
    ledger.note(prefix + TAG_SIGNATURE, "ed25519");
    const key = known?.key ?? null;
    checkReports(prefix, files, key, ledger);
    checkSignals(prefix, files, ledger);
    checkRunbooks(prefix, files, key, ledger);
    return { payload, signedBy };
  }

  Object.assign(verifier, {
    TAG_LIST, TAG_SIGNATURE, RELEASE_PURPOSE, checkSsh, checkBag, identifierOf, packedOn,
  });
})();
