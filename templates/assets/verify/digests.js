/* SHA-256 and HMAC of bytes that come in pieces. The browser's own SHA-256 is ten times as fast but takes only the whole,
   so it is used for files of sane size where there is one; else the vendored implementation, piece by piece. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const { sha256, hmac } = window.Stage6Vendor;
  const { hex, fromHex, same, startsWith, textOf, utf8 } = verifier;

  /** Sizes in bytes for which the browser's own digest is worth its call, and does not need too much memory. */
  const WORTH_NATIVE = 4 << 10;
  const MOST_NATIVE = 256 << 20;
  /** Shortest HMAC key that is accepted, in bytes: the length of the digest (RFC 2104, section 3). */
  const SHORTEST_KEY = 32;
  const DEVELOPMENT_MARK = utf8("# development key, not for publication\n");

  function nativeDigest() {
    const native = window.crypto?.subtle;
    return native ? (bytes) => native.digest("SHA-256", bytes).then((digest) => new Uint8Array(digest)) : null;
  }

  function isNative(size) {
    return nativeDigest() !== null && size >= WORTH_NATIVE && size <= MOST_NATIVE;
  }

  /** The SHA-256 of bytes that are there already, in hexadecimal. */
  function digestOf(bytes) {
    return hex(sha256(bytes));
  }

  /** The SHA-256 of bytes of known length that come in pieces. */
  class DigestStream {
    constructor(size) {
      this.native = isNative(size) ? nativeDigest() : null;
      this.all = this.native ? new Uint8Array(size) : null;
      this.stream = this.native ? null : sha256.create();
      this.length = 0;
    }

    update(bytes) {
      if (this.native) this.all.set(bytes, this.length);
      else this.stream.update(bytes);
      this.length += bytes.length;
    }

    /** The digest in hexadecimal, sooner or later. */
    async finish() {
      if (!this.native) return hex(this.stream.digest());
      const digest = this.native(this.all.subarray(0, this.length));
      this.all = null;
      return hex(await digest);
    }
  }

  /** Why a text is no HMAC key; says nothing about its content. `reason` is the key of a sentence. */
  class KeyError extends Error {
    constructor(reason, values = {}) {
      super(reason);
      Object.assign(this, { reason: `hmac_key.${reason}`, values });
    }
  }

  /** A key for HMAC-SHA256. Its bytes are in no property, so that nothing shows them by accident. */
  class HmacKey {
    #bytes;

    /** Reads a key file as `stage6` does: hexadecimal digits, at most one newline behind them. */
    constructor(text, id) {
      this.isDevelopment = startsWith(text, DEVELOPMENT_MARK);
      const digits = textOf(this.isDevelopment ? text.subarray(DEVELOPMENT_MARK.length) : text)?.replace(/\n$/, "");
      if (digits === "") throw new KeyError("empty");
      const bytes = digits === undefined ? null : fromHex(digits.replace(/[A-F]/g, (digit) => digit.toLowerCase()));
      if (!bytes) throw new KeyError("hex");
      if (bytes.length < SHORTEST_KEY) throw new KeyError("short", { bytes: bytes.length, least: SHORTEST_KEY });
      if (bytes.every((byte) => byte === bytes[0])) throw new KeyError("weak");
      this.#bytes = bytes;
      this.id = this.isDevelopment ? "development" : id || this.#derivedId();
    }

    /** An id that follows from the key and gives nothing of it away. */
    #derivedId() {
      return `key-${hex(this.mac(utf8("stage6-press key id")).subarray(0, 6))}`;
    }

    mac(message) {
      return hmac(sha256, this.#bytes, message);
    }

    /** The HMAC of bytes that come in pieces: `update`, then `digest`. */
    stream() {
      return hmac.create(sha256, this.#bytes);
    }

    verifies(message, tag) {
      return same(this.mac(message), tag);
    }
  }

  Object.assign(verifier, { digestOf, DigestStream, HmacKey, KeyError });
})();
