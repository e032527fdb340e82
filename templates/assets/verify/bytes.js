/* Bytes and their strict spellings. First of the scripts of the verifier, which share the one name Stage6Verify;
   classic scripts, because pages opened from a folder load no modules. They follow src/bundle and src/seal. */
(function () {
  "use strict";
  const verifier = (window.Stage6Verify = {});

  /** Why something cannot be trusted. The first reason ends a check, so it is thrown. */
  class Distrust extends Error {
    /**
     * `code` is the stable word for programs, `file` where it was found, `reason` the key of a sentence, `values` what
     * stands in its gaps.
     */
    constructor(code, file, reason, values = {}) {
      super(`${file}: ${reason} [${code}]`);
      Object.assign(this, { code, file, reason, values, isForeign: false });
    }

    /** The same, about something that is not of a bundle's form: bad input rather than a bundle that cannot be trusted. */
    foreign() {
      this.isForeign = true;
      return this;
    }
  }

  const encoder = new TextEncoder();
  const hexDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
  const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const BASE64_VALUES = new Map(Array.from(BASE64, (letter, value) => [letter, value]));

  function utf8(text) {
    return encoder.encode(text);
  }

  /** The text of UTF-8 bytes, with a byte order mark if there is one; null if they are none. */
  function textOf(bytes) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return null;
    }
  }

  function concat(...parts) {
    const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  /** Whether two strings of bytes are the same; looks at all of them, so that the time says nothing of a tag. */
  function same(left, right) {
    if (left.length !== right.length) return false;
    let difference = 0;
    for (let at = 0; at < left.length; at += 1) difference |= left[at] ^ right[at];
    return difference === 0;
  }

  function startsWith(bytes, beginning) {
    return bytes.length >= beginning.length && same(bytes.subarray(0, beginning.length), beginning);
  }

  function hex(bytes) {
    let text = "";
    for (const byte of bytes) text += hexDigits[byte];
    return text;
  }

  /** The bytes of lower-case hexadecimal digits; null for anything else. */
  function fromHex(text) {
    if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return null;
    return Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.slice(2 * at, 2 * at + 2), 16));
  }

  function base64(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at += 3) {
      const group = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
      const letters = BASE64[group >> 18] + BASE64[(group >> 12) & 63] + BASE64[(group >> 6) & 63] + BASE64[group & 63];
      const missing = Math.max(0, at + 3 - bytes.length);
      text += letters.slice(0, 4 - missing) + "=".repeat(missing);
    }
    return text;
  }

  /** The bytes of base64 with padding, in its one spelling (RFC 4648, section 3.5); null for anything else. */
  function fromBase64(text) {
    if (text.length % 4 !== 0) return null;
    const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    const bytes = new Uint8Array((text.length / 4) * 3 - padding);
    let group = 0;
    for (let at = 0; at < text.length; at += 1) {
      const value = at >= text.length - padding ? 0 : BASE64_VALUES.get(text[at]);
      if (value === undefined) return null;
      group = ((group << 6) | value) & 0xffffff;
      if (at % 4 === 3) {
        const start = ((at - 3) / 4) * 3;
        for (let byte = 0; byte < 3; byte += 1) {
          const part = (group >> (16 - 8 * byte)) & 255;
          if (start + byte < bytes.length) bytes[start + byte] = part;
          // Bits behind the last byte must be zeros.
          else if (part !== 0) return null;
        }
      }
    }
    return bytes;
  }

  /** The order of bytes in UTF-8, which is that of code points. */
  function byCodePoints(left, right) {
    if (left === right) return 0;
    const [ours, theirs] = [Array.from(left), Array.from(right)];
    for (let at = 0; at < Math.min(ours.length, theirs.length); at += 1) {
      const difference = ours[at].codePointAt(0) - theirs[at].codePointAt(0);
      if (difference !== 0) return difference;
    }
    return ours.length - theirs.length;
  }

  /** A string of the SSH wire format: length in four bytes, then the bytes (RFC 4251, section 5). */
  function sshString(bytes) {
    const all = new Uint8Array(4 + bytes.length);
    new DataView(all.buffer).setUint32(0, bytes.length);
    all.set(bytes, 4);
    return all;
  }

  /** Takes strings of the SSH wire format off the front of bytes. */
  class SshReader {
    constructor(bytes) {
      this.rest = bytes;
    }

    /** The next string; null if there is none. */
    next() {
      const { rest } = this;
      if (rest.length < 4) return null;
      const length = new DataView(rest.buffer, rest.byteOffset).getUint32(0);
      if (rest.length < 4 + length) return null;
      this.rest = rest.subarray(4 + length);
      return rest.subarray(4, 4 + length);
    }
  }

  /** PEM around bytes: lines of `width` letters between the two marks. */
  function armor(label, bytes, width) {
    const lines = base64(bytes).match(new RegExp(`.{1,${width}}`, "g")) ?? [];
    return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
  }

  /** The bytes inside a PEM text in exactly the form of `armor`, so that one signature has one text; else null. */
  function dearmor(label, text, width) {
    const [begin, end] = [`-----BEGIN ${label}-----\n`, `\n-----END ${label}-----\n`];
    if (!text.startsWith(begin) || !text.endsWith(end) || text.length < begin.length + end.length) return null;
    const bytes = fromBase64(text.slice(begin.length, -end.length).replaceAll("\n", ""));
    return bytes && armor(label, bytes, width) === text ? bytes : null;
  }

  Object.assign(verifier, {
    Distrust, utf8, textOf, concat, same, startsWith, hex, fromHex, base64, fromBase64, byCodePoints, sshString, SshReader,
    armor, dearmor,
  });
})();
