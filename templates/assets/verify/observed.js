/* What is known about the files of a bag once all their bytes were seen, and which few of those bytes are kept. Follows
   src/bundle/observed.rs: later steps need digests of everything, but bytes of lists, signatures and reports alone. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const { Distrust, DigestStream } = verifier;

  /** The folder of the bag whose files have signatures and manifests, their endings, and the folder of the payload. */
  const REPORTS = "data/reports/";
  const REPORT_MANIFEST = ".manifest.json";
  const SIGNATURE = ".sig";
  const PAYLOAD = "data/";
  /** What is known about signal quality, and the signed list among the reports that names its files. */
  const SIGNALS = "data/signal_quality/";
  const SIGNAL_LIST = `${REPORTS}signal_quality.json`;
  /** Evidence under its paths in the project; what the names of a signed checklist's signature and manifest end in. */
  const EVIDENCE = "data/evidence/";
  const RUNBOOK_SIGNATURE = ".md.sig";
  const RUNBOOK_MANIFEST = ".manifest.json";
  const MIB = 1 << 20;
  /** Most bytes of a list; of a signature, manifest or signed JSON report; of all these; and of a bag. */
  const MAX_LIST = 8 * MIB;
  const MAX_KEPT = 4 * MIB;
  const MAX_KEPT_TOTAL = 24 * MIB;
  const MAX_TOTAL = 16 * 2 ** 30;
  /** Most values of a JSON file that is parsed. */
  const MAX_VALUES = 1 << 17;
  /** Most bytes of files whose digests are still being computed. */
  const MAX_PENDING = 64 * MIB;

  /** How to look at files, given as pairs of path and size, before any is read. `place` is what holds them. */
  function plan(place, files, key) {
    const names = new Set(files.map(([path]) => path));
    let [total, totalKept] = [0, 0];
    const plans = files.map(([path, size]) => {
      const isReport = path.startsWith(REPORTS);
      const isKeyed = key !== null && isReport && names.has(path + SIGNATURE);
      const isList = !path.startsWith(PAYLOAD);
      const isParsed =
        isReport &&
        (path.endsWith(SIGNATURE) ||
          path.endsWith(REPORT_MANIFEST) ||
          (isKeyed && path.endsWith(".json")) ||
          path === SIGNAL_LIST);
      const keep = isList || isParsed || isOfRunbook(path, names);
      const limit = isList ? MAX_LIST : MAX_KEPT;
      if (keep && size > limit) throw new Distrust("malformed", path, "large_kept", { most: limit / MIB });
      total += size;
      totalKept += keep ? size : 0;
      return { keep, key: isKeyed ? key : null };
    });
    if (total > MAX_TOTAL) throw new Distrust("malformed", place, "large_total", { most: MAX_TOTAL / 2 ** 30 });
    if (totalKept > MAX_KEPT_TOTAL) {
      throw new Distrust("malformed", place, "large_kept_total", { most: MAX_KEPT_TOTAL / MIB });
    }
    return plans;
  }

  /** Whether it is a signed checklist, its manifest or its signature. */
  function isOfRunbook(path, names) {
    const ending = [RUNBOOK_SIGNATURE, RUNBOOK_MANIFEST, ".md"].find((known) => path.endsWith(known));
    const isOne = path.startsWith(EVIDENCE) && ending !== undefined;
    return isOne && names.has(path.slice(0, -ending.length) + RUNBOOK_SIGNATURE);
  }

  /** Refuses JSON with more values than may be parsed. Counts what stands between values, in texts too. */
  function checkValues(path, bytes) {
    if (!path.endsWith(".json") && !path.endsWith(SIGNATURE)) return;
    let count = 0;
    for (const byte of bytes) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) count += 1;
    if (count > MAX_VALUES) throw new Distrust("malformed", path, "values", { most: MAX_VALUES });
  }

  /** Takes a file's bytes as they come. */
  class Observer {
    constructor(size, { keep, key }) {
      this.size = 0;
      this.stream = new DigestStream(size);
      this.hmac = key?.stream() ?? null;
      this.kept = keep ? new Uint8Array(size) : null;
    }

    take(bytes) {
      this.stream.update(bytes);
      this.hmac?.update(bytes);
      this.kept?.set(bytes, this.size);
      this.size += bytes.length;
    }

    /** Size, digest, tag and kept bytes. The digest comes later: `ready` is the promise of it. */
    finish(path) {
      if (this.kept) checkValues(path, this.kept);
      const { size, kept } = this;
      const observed = { size, digest: null, tag: this.hmac?.digest() ?? null, kept };
      observed.ready = this.stream.finish().then((digest) => {
        observed.digest = digest;
      });
      return observed;
    }
  }

  /** Observes files one after the other. `read` gives the bytes of the file with an index to a function. */
  async function observeAll(files, plans, read, progress) {
    progress.expect(files.reduce((sum, [, size]) => sum + size, 0));
    const observations = new Map();
    let pending = [];
    let bytes = 0;
    for (const [index, [path, size]] of files.entries()) {
      const observer = new Observer(size, plans[index]);
      await read(index, (piece) => {
        observer.take(piece);
        return progress(piece.length, path);
      });
      const observed = observer.finish(path);
      observations.set(path, observed);
      pending.push(observed.ready);
      bytes += size;
      if (bytes > MAX_PENDING) {
        await Promise.all(pending);
        [pending, bytes] = [[], 0];
      }
    }
    await Promise.all(pending);
    return observations;
  }

  /** Observes the members of a zip, by their path below the folder at the root. */
  function observeArchive(archive, key, progress) {
    const files = archive.members.map((member) => [member.inside, member.size]);
    const read = (index, take) => archive.unpack(archive.members[index], take);
    return observeAll(files, plan(archive.name, files, key), read, progress);
  }

  /** Observes the files of a bag that lies unpacked. */
  function observeShelf(shelf, key, progress) {
    const files = shelf.paths.map((path) => [path, shelf.size(path)]);
    const read = (index, take) => {
      const source = shelf.open(files[index][0]);
      return source.pieces(0, source.size, take);
    };
    return observeAll(files, plan("(folder)", files, key), read, progress);
  }

  /** The bytes of a file that is parsed. */
  function keptOf(files, path, reason) {
    const kept = files.get(path)?.kept;
    if (!kept) throw new Distrust("missing-file", path, reason);
    return kept;
  }

  Object.assign(verifier, {
    REPORTS, REPORT_MANIFEST, SIGNATURE, PAYLOAD, SIGNALS, SIGNAL_LIST, EVIDENCE, RUNBOOK_SIGNATURE, RUNBOOK_MANIFEST,
    checkValues, observeArchive, observeShelf, keptOf,
  });
})();
