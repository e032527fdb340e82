/* Ed25519 (RFC 8032), SSHSIG (OpenSSH, PROTOCOL.sshsig) and DSSE v1. Follows src/seal/ed25519. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const { Point, sha256, sha512 } = window.Stage6Vendor;
  const { base64, concat, dearmor, Distrust, fromBase64, hex, same, sshString, SshReader, startsWith, textOf, utf8 } =
    verifier;

  /** The name of the algorithm in SSH encodings (RFC 8709), and what stands before a key in PEM (RFC 8410, 10.1). */
  const SSH_NAME = utf8("ssh-ed25519");
  const SPKI = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);
  /** The order of the base point (RFC 8032, section 5.1). */
  const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
  const MAGIC = utf8("SSHSIG");
  const HASH = utf8("sha512");
  const NAMESPACE = /^[A-Za-z0-9.@_-]{1,128}$/;
  const IN_TOTO = "application/vnd.in-toto+json";
  const ENVELOPE = new RegExp(
    `^\\{"payload":"([^"]*)","payloadType":"${IN_TOTO.replace(/[.+]/g, "\\$&")}",` +
      '"signatures":\\[\\{"keyid":"([0-9a-f]{64})","sig":"([^"]*)"\\}\\]\\}\\n$',
  );

  /** Bytes as a number, the first byte last. */
  function littleEndian(bytes) {
    return BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`);
  }

  /** A public key that is fit to be trusted: a point of large order in its one encoding. */
  class PublicKey {
    constructor(bytes, point) {
      Object.assign(this, { bytes, point });
    }

    /** A key from its 32 bytes; null if they are no such point. For one of small order, signatures fit any message. */
    static fromBytes(bytes) {
      if (bytes?.length !== 32) return null;
      try {
        const point = Point.fromBytes(bytes, false);
        const isFit = !point.isSmallOrder() && same(point.toBytes(), bytes);
        return isFit ? new PublicKey(Uint8Array.from(bytes), point) : null;
      } catch {
        return null;
      }
    }

    /** A key from what `openssl pkey -pubout` writes. */
    static fromPem(text) {
      const der = dearmor("PUBLIC KEY", text, 64);
      return der && startsWith(der, SPKI) ? PublicKey.fromBytes(der.subarray(SPKI.length)) : null;
    }

    /** A key from the line of an OpenSSH `.pub` file: `ssh-ed25519 BASE64 [comment]`. */
    static fromSshLine(line) {
      const [name, blob] = line.trimEnd().split(" ");
      const bytes = name === "ssh-ed25519" && blob ? fromBase64(blob) : null;
      return bytes && PublicKey.fromSshBlob(bytes);
    }

    static fromSshBlob(blob) {
      const reader = new SshReader(blob);
      const [name, key] = [reader.next(), reader.next()];
      const fits = name && key && same(name, SSH_NAME) && reader.rest.length === 0;
      return fits ? PublicKey.fromBytes(key) : null;
    }

    get sshBlob() {
      return concat(sshString(SSH_NAME), sshString(this.bytes));
    }

    /** What `ssh-keygen -l` prints. */
    get fingerprint() {
      return `SHA256:${base64(sha256(this.sshBlob)).replace(/=+$/, "")}`;
    }

    /** The id that securesystemslib gives this key. */
    get dsseId() {
      const key = `{"keytype":"ed25519","keyval":{"public":"${hex(this.bytes)}"},"scheme":"ed25519"}`;
      return hex(sha256(utf8(key)));
    }

    is(other) {
      return same(this.bytes, other.bytes);
    }

    /**
     * Whether a signature of 64 bytes is this key's. Strict, as `verify_strict` of ed25519-dalek: the vendored library
     * multiplies its equation by the cofactor, by which it accepts what others do not, so only its points are used here.
     */
    verifies(message, signature) {
      if (signature.length !== 64) return false;
      const [commitment, scalar] = [signature.subarray(0, 32), littleEndian(signature.subarray(32))];
      if (scalar >= ORDER) return false;
      const challenge = littleEndian(sha512(concat(commitment, this.bytes, message))) % ORDER;
      const expected = Point.BASE.multiply(scalar, false).add(this.point.multiply(challenge, false).negate());
      return same(expected.toBytes(), commitment) && !expected.isSmallOrder();
    }
  }

  /** An SSH signature with the key and the namespace that it names itself. Neither is trusted for that. */
  class SshSignature {
    static read(name, bytes) {
      const blob = dearmor("SSH SIGNATURE", textOf(bytes) ?? "", 70);
      if (!blob) throw new Distrust("malformed", name, "ssh.form");
      const read = SshSignature.parse(blob);
      if (!read) throw new Distrust("malformed", name, "ssh.algorithm");
      return read;
    }

    static parse(blob) {
      const head = concat(MAGIC, Uint8Array.of(0, 0, 0, 1));
      if (!startsWith(blob, head)) return null;
      const reader = new SshReader(blob.subarray(head.length));
      const [key, namespace, reserved, hash, signature] = Array.from({ length: 5 }, () => reader.next());
      if (!signature || reader.rest.length > 0 || reserved.length > 0 || !same(hash, HASH)) return null;
      const inner = new SshReader(signature);
      const [algorithm, value] = [inner.next(), inner.next()];
      if (!value || inner.rest.length > 0 || !same(algorithm, SSH_NAME) || value.length !== 64) return null;
      const [publicKey, text] = [PublicKey.fromSshBlob(key), textOf(namespace) ?? ""];
      if (!publicKey || !NAMESPACE.test(text)) return null;
      return Object.assign(new SshSignature(), { key: publicKey, namespace: text, value });
    }

    /** Whether the signature fits the message, under its own key and namespace. */
    fits(message) {
      const parts = [utf8(this.namespace), new Uint8Array(0), HASH, sha512(message)];
      return this.key.verifies(concat(MAGIC, ...parts.map(sshString)), this.value);
    }
  }

  /** A payload with one signature: an in-toto statement in an envelope, in exactly the text that stage6 writes. */
  class Attestation {
    static read(name, bytes) {
      const [, payload, keyId, signature] = ENVELOPE.exec(textOf(bytes) ?? "") ?? [];
      const read = { payload: fromBase64(payload ?? "="), keyId, signature: fromBase64(signature ?? "=") };
      if (!read.payload || read.signature?.length !== 64) throw new Distrust("malformed", name, "envelope");
      return Object.assign(new Attestation(), read);
    }

    fits(key) {
      const head = `DSSEv1 ${IN_TOTO.length} ${IN_TOTO} ${this.payload.length} `;
      return this.keyId === key.dsseId && key.verifies(concat(utf8(head), this.payload), this.signature);
    }
  }

  Object.assign(verifier, { PublicKey, SshSignature, Attestation });
})();
