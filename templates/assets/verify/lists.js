/* Paths that every system reads alike, and lists in the form of sha256sum. Follows src/bundle/checksums.rs. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const { byCodePoints, Distrust, textOf } = verifier;

  const DIGEST = /^[0-9a-f]{64}$/;
  const SEGMENT = /^[A-Za-z0-9_-]([A-Za-z0-9._-]*[A-Za-z0-9_-])?$/;
  /** Names that Windows takes for devices, with or without an ending. */
  const RESERVED = /^(con|nul|aux|prn|com[0-9]|lpt[0-9])(\.|$)/i;

  function isDigest(text) {
    return typeof text === "string" && DIGEST.test(text);
  }

  /** Segments of `[A-Za-z0-9._-]`, joined by `/`; none empty, none beginning or ending with a dot, at most 200 bytes. */
  function isSafePath(path) {
    return path.length <= 200 && path.split("/").every((part) => SEGMENT.test(part) && !RESERVED.test(part));
  }

  /** The name of a bundle: letters, digits, dot, hyphen and underscore, not beginning with a dot, at most 64. */
  function isBundleName(text) {
    return /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/.test(text);
  }

  /** What stands before release and sequence in a bundle's name; null if the name is not of this release. */
  function familyOf(bundle, release, sequence) {
    const ending = `-${release}-r${sequence}`;
    return bundle.endsWith(ending) && bundle.length > ending.length ? bundle.slice(0, -ending.length) : null;
  }

  /** Reads a list as strictly as it is written: digests by path. What sha256sum forgives is refused. */
  function readList(name, bytes) {
    const bad = (reason, line) => new Distrust("malformed", name, `list.${reason}`, { line });
    const text = textOf(bytes);
    if (text === null) throw bad("utf8", 1);
    if (!text.endsWith("\n")) throw bad("newline", 1);
    const listed = new Map();
    let last = "";
    text.slice(0, -1).split("\n").forEach((line, index) => {
      const middle = line.indexOf("  ");
      if (middle < 0) throw bad("line", index + 1);
      const [digest, path] = [line.slice(0, middle), line.slice(middle + 2)];
      if (!isDigest(digest)) throw bad("digest", index + 1);
      if (!isSafePath(path)) throw bad("path", index + 1);
      if (byCodePoints(path, last) <= 0) throw bad("order", index + 1);
      last = path;
      listed.set(path, digest);
    });
    return listed;
  }

  function lowered(text) {
    return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  }

  /** Refuses paths that some systems cannot tell apart, and files that stand where others need a folder. */
  function checkCollisions(place, paths) {
    const seen = new Map();
    const bad = (path, reason, other) => new Distrust("zip-profile", `${place}: ${path}`, `collision.${reason}`, { other });
    for (const path of paths) {
      const lower = lowered(path);
      if (seen.has(lower)) throw bad(path, "case", seen.get(lower));
      seen.set(lower, path);
    }
    for (const lower of [...seen.keys()].sort(byCodePoints)) {
      for (let end = lower.lastIndexOf("/"); end >= 0; end = lower.lastIndexOf("/", end - 1)) {
        const other = seen.get(lower.slice(0, end));
        if (other !== undefined) throw bad(seen.get(lower), "folder", other);
        if (end === 0) break;
      }
    }
  }

  /** Checks that files (`{size, digest}` by path) are exactly the listed ones. */
  function compareList(list, listed, present) {
    for (const [path, digest] of listed) {
      if (!present.has(path)) throw new Distrust("missing-file", path, "listed_not_there", { list });
      if (present.get(path).digest !== digest) throw new Distrust("hash-mismatch", path, "not_listed_one", { list });
    }
    for (const path of present.keys()) {
      if (!listed.has(path)) throw new Distrust("unlisted-file", path, "not_listed", { list });
    }
  }

  Object.assign(verifier, {
    isDigest, isSafePath, isBundleName, familyOf, readList, checkCollisions, compareList,
  });
})();
