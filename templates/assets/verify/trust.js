/* Whose signatures a verifier believes: an `allowed_signers` file of OpenSSH, or one public key. Follows
   src/seal/ed25519/trust.rs: patterns, certificate authorities, other algorithms and times without `Z` are refused. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const { parseMoment, PublicKey } = verifier;

  /** Why a text says nothing about whom to trust; `reason` is the key of a sentence, `line` its number or null. */
  class TrustError extends Error {
    constructor(reason, values = {}) {
      super(reason);
      Object.assign(this, { reason: `trust.${reason}`, values, line: null });
    }
  }

  /** Who may sign with which key, for what, and when: one line, or what all lines of one key say together. */
  class Signer {
    constructor(principals, key) {
      Object.assign(this, { principals, key, namespaces: null, periods: [] });
    }

    /** The names; empty when only a key was given. */
    get name() {
      return this.principals.join(", ");
    }

    /** Whether the key counts at some moments and not at others. */
    get isLimited() {
      return this.periods.length > 0 && this.periods.every(({ start, end }) => start || end);
    }

    isValidAt(moment) {
      const holds = ({ start, end }) => (!start || !start.isAfter(moment)) && (!end || end.isAfter(moment));
      return this.periods.some(holds);
    }

    /** This signer together with another line of the same key. */
    joined(other) {
      const both = new Signer([...new Set([...this.principals, ...other.principals])], this.key);
      return Object.assign(both, { namespaces: this.namespaces, periods: [...this.periods, ...other.periods] });
    }
  }

  class Trust {
    constructor(signers) {
      this.signers = signers;
    }

    /** Trust in one key alone, whatever its holder's name. */
    static ofKey(key) {
      return new Trust([Object.assign(new Signer([], key), { periods: [{}] })]);
    }

    /** Refuses a name that stands nowhere. */
    checkIdentity(identity) {
      if (!this.signers.some((signer) => signer.principals.includes(identity))) {
        throw new TrustError("unnamed", { identity });
      }
    }

    /** Reads an `allowed_signers` file, a public key as PEM, or the line of a `.pub` file. */
    static read(text) {
      if (text.startsWith("-----BEGIN ")) {
        const key = PublicKey.fromPem(text);
        if (!key) throw new TrustError("pem");
        return Trust.ofKey(key);
      }
      const signers = [];
      for (const [index, whole] of text.split("\n").entries()) {
        const line = whole.trim();
        if (line === "" || line.startsWith("#")) continue;
        try {
          const key = PublicKey.fromSshLine(line);
          signers.push(key ? Trust.ofKey(key).signers[0] : readSigner(line));
        } catch (error) {
          if (error instanceof TrustError) error.line = index + 1;
          throw error;
        }
      }
      if (signers.length === 0) throw new TrustError("nobody");
      return new Trust(signers);
    }

    /**
     * The trusted signer who has `key` and may sign under `namespace`; with `identity`, the one of that name. Lines that
     * fit count together. If there is none, `{reason, values}` says why.
     */
    find(key, namespace, identity) {
      const withKey = this.signers.filter((signer) => signer.key.is(key));
      if (withKey.length === 0) return { reason: "trust.key", values: { fingerprint: key.fingerprint } };
      const forThis = withKey.filter((signer) => !signer.namespaces || signer.namespaces.includes(namespace));
      if (forThis.length === 0) return { reason: "trust.namespace", values: { namespace } };
      const isNamed = ({ principals }) => !identity || principals.length === 0 || principals.includes(identity);
      const fitting = forThis.filter(isNamed);
      if (fitting.length === 0) {
        return { reason: "trust.identity", values: { name: withKey[0].name, identity } };
      }
      return { signer: fitting.reduce((signer, other) => signer.joined(other)) };
    }
  }

  function readSigner(line) {
    const [, names, rest] = /^([^ \t]*)[ \t](.*)$/s.exec(line) ?? [];
    if (names === undefined) throw new TrustError("line");
    const principals = names.replace(/^"+|"+$/g, "").split(",");
    if (principals.some((name) => name === "" || /[*?!"]/.test(name))) throw new TrustError("pattern");
    const after = rest.trimStart();
    const middle = after.indexOf("ssh-ed25519 ");
    if (middle < 0) throw new TrustError("no_key");
    const key = PublicKey.fromSshLine(after.slice(middle));
    if (!key) throw new TrustError("unsound");
    const signer = new Signer(principals, key);
    const period = {};
    const seen = new Set();
    for (const [written, value] of readOptions(after.slice(0, middle).trim())) {
      const option = written.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      if (seen.has(option)) throw new TrustError("twice", { option });
      if (option === "namespaces") signer.namespaces = value.split(",");
      else if (option === "valid-after") period.start = readTime(value);
      else if (option === "valid-before") period.end = readTime(value);
      else throw new TrustError("option", { option });
      seen.add(option);
    }
    signer.periods.push(period);
    return signer;
  }

  /** `name="value",name="value"`. */
  function readOptions(text) {
    const options = [];
    for (let rest = text; rest !== ""; ) {
      const middle = rest.indexOf('="');
      if (middle < 0) throw new TrustError("unquoted");
      const end = rest.indexOf('"', middle + 2);
      if (end < 0) throw new TrustError("open_quote");
      options.push([rest.slice(0, middle), rest.slice(middle + 2, end)]);
      rest = rest.slice(end + 1);
      if (rest !== "" && !rest.startsWith(",")) throw new TrustError("commas");
      rest = rest.slice(1);
    }
    return options;
  }

  /** `YYYYMMDDZ`, `YYYYMMDDHHMMZ` or `YYYYMMDDHHMMSSZ`. */
  function readTime(text) {
    if (!text.endsWith("Z")) throw new TrustError("zone", { time: text });
    const digits = text.slice(0, -1);
    const parts = /^(?:[0-9]{8}|[0-9]{12}|[0-9]{14})$/.test(digits) && digits.padEnd(14, "0").match(/^.{4}|../g);
    const [year, month, day, hour, minute, second] = parts || [];
    const moment = parts && parseMoment(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    if (!moment) throw new TrustError("time", { time: text });
    return moment;
  }

  Object.assign(verifier, { Trust, TrustError });
})();
