/* Strict JSON, and the form that the HMAC covers: exactly CPython's json.dumps with sorted keys and no blanks. Follows
   src/document/json.rs and json_text.rs: no key twice, no lone surrogate, no number beyond a double, nothing behind the
   end. Each value keeps the characters it was written with. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const { byCodePoints, textOf } = verifier;

  /** Deepest nesting that is read. */
  const MAX_DEPTH = 100;
  /** Longest number that is read; CPython refuses integers beyond 4,300 digits. */
  const MAX_NUMBER = 4300;
  const NUMBER = /-?([0-9]*)(\.([0-9]*))?([eE][+-]?([0-9]*))?/y;
  const PLAIN = /[^"\\\u0000-\u001f]*/y;
  const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

  /** Why a text is no JSON; `reason` is the key of a sentence. */
  class JsonError extends Error {
    constructor(reason, values = {}) {
      super(reason);
      Object.assign(this, { reason: `json.${reason}`, values });
    }
  }

  /** A value: `{list}`, `{map}` with its entries in order, or `{text, quoted}`. */
  class Node {
    constructor(parts) {
      Object.assign(this, parts);
    }

    /** The member `key` of an object. */
    get(key) {
      return this.map?.get(key);
    }

    /** The text of the member `key`, if it is one in quotes. */
    textAt(key) {
      const member = this.get(key);
      return member?.quoted ? member.text : undefined;
    }

    /** A whole number that fits 64 bits with sign, as BigInt; else undefined. */
    get integer() {
      if (this.quoted || this.text === undefined || !/^-?(0|[1-9][0-9]*)$/.test(this.text)) return undefined;
      const number = BigInt(this.text);
      return number === BigInt.asIntN(64, number) ? number : undefined;
    }

    get isNull() {
      return this.text === "null" && !this.quoted;
    }
  }

  class Reader {
    constructor(text) {
      this.text = text;
      this.at = 0;
    }

    skipBlanks() {
      while (" \n\r\t".includes(this.text[this.at] ?? "x")) this.at += 1;
    }

    value(depth) {
      if (depth > MAX_DEPTH) throw new JsonError("deep", { most: MAX_DEPTH });
      const next = this.text[this.at];
      if (next === undefined) throw new JsonError("ends");
      if (next === "{") return this.object(depth);
      if (next === "[") return this.array(depth);
      if (next === '"') return new Node({ text: this.string(), quoted: true });
      if (/[-0-9]/.test(next)) return this.number();
      if ("tfn".includes(next)) return this.word();
      throw new JsonError("value");
    }

    word() {
      const word = ["true", "false", "null"].find((known) => this.text.startsWith(known, this.at));
      if (!word) throw new JsonError("word");
      this.at += word.length;
      return new Node({ text: word, quoted: false });
    }

    array(depth) {
      const list = [];
      this.items("]", "array", () => list.push(this.value(depth + 1)));
      return new Node({ list });
    }

    object(depth) {
      const map = new Map();
      this.items("}", "object", () => {
        if (this.text[this.at] !== '"') throw new JsonError("key");
        const key = this.string();
        if (map.has(key)) throw new JsonError("repeated", { key });
        map.set(key, undefined);
        this.skipBlanks();
        if (this.text[this.at] !== ":") throw new JsonError("colon");
        this.at += 1;
        this.skipBlanks();
        map.set(key, this.value(depth + 1));
      });
      return new Node({ map });
    }

    /** What stands between two brackets, separated by commas. */
    items(end, kind, read) {
      this.at += 1;
      this.skipBlanks();
      if (this.text[this.at] === end) {
        this.at += 1;
        return;
      }
      for (;;) {
        this.skipBlanks();
        read();
        this.skipBlanks();
        const next = this.text[this.at];
        if (next !== "," && next !== end) throw new JsonError(kind);
        this.at += 1;
        if (next === end) return;
      }
    }

    number() {
      NUMBER.lastIndex = this.at;
      const [token, whole, point, fraction, exponent, digits] = NUMBER.exec(this.text);
      if (whole === "" || (whole.length > 1 && whole.startsWith("0"))) throw new JsonError("number");
      if (point !== undefined && fraction === "") throw new JsonError("point");
      if (exponent !== undefined && digits === "") throw new JsonError("exponent");
      const isInteger = point === undefined && exponent === undefined;
      if (token.length > MAX_NUMBER || !(isInteger || Number.isFinite(Number(token)))) throw new JsonError("range");
      this.at += token.length;
      return new Node({ text: token, quoted: false });
    }

    string() {
      this.at += 1;
      let out = "";
      for (;;) {
        PLAIN.lastIndex = this.at;
        const [plain] = PLAIN.exec(this.text);
        this.at += plain.length;
        out += plain;
        const next = this.text[this.at];
        if (next === undefined) throw new JsonError("quote");
        this.at += 1;
        if (next === '"') return out;
        if (next !== "\\") throw new JsonError("control");
        out += this.escape();
      }
    }

    escape() {
      const letter = this.text[this.at];
      this.at += 1;
      if (letter !== "u") {
        if (!Object.hasOwn(ESCAPES, letter ?? "")) throw new JsonError("escape");
        return ESCAPES[letter];
      }
      const first = this.unit();
      if (first >= 0xdc00 && first <= 0xdfff) throw new JsonError("surrogate");
      if (first < 0xd800 || first > 0xdbff) return String.fromCharCode(first);
      if (!this.text.startsWith("\\u", this.at)) throw new JsonError("surrogate");
      this.at += 2;
      const second = this.unit();
      if (second < 0xdc00 || second > 0xdfff) throw new JsonError("surrogate");
      return String.fromCharCode(first, second);
    }

    unit() {
      const digits = this.text.slice(this.at, this.at + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new JsonError("unicode");
      this.at += 4;
      return parseInt(digits, 16);
    }
  }

  /** Reads the one value in bytes, or throws a JsonError. */
  function read(bytes) {
    const text = textOf(bytes);
    if (text === null) throw new JsonError("utf8");
    const reader = new Reader(text);
    reader.skipBlanks();
    const node = reader.value(0);
    reader.skipBlanks();
    if (reader.at < text.length) throw new JsonError("behind");
    return node;
  }

  /** A double as Python prints it: the shortest digits that come back, exponents below 1e-4 and from 1e16 up. */
  function pythonFloat(number) {
    const sign = number < 0 || Object.is(number, -0) ? "-" : "";
    if (number === 0) return `${sign}0.0`;
    const [mantissa, power] = Math.abs(number).toExponential().split("e");
    const digits = mantissa.replace(".", "");
    const exponent = Number(power);
    if (exponent < -4 || exponent >= 16) {
      const rest = digits.length > 1 ? `.${digits.slice(1)}` : "";
      return `${sign}${digits[0]}${rest}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
    }
    if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
    const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
    return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
  }

  function canonicalText(text) {
    const named = { '"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
    const escaped = (letter) => named[letter] ?? `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
    return `"${text.replace(/["\\\u0000-\u001f]/g, escaped)}"`;
  }

  /** The canonical form of a value that was read. */
  function canonical(node) {
    if (node.list) return `[${node.list.map(canonical).join(",")}]`;
    if (node.map) {
      const keys = [...node.map.keys()].sort(byCodePoints);
      return `{${keys.map((key) => `${canonicalText(key)}:${canonical(node.get(key))}`).join(",")}}`;
    }
    if (node.quoted) return canonicalText(node.text);
    if (node.text === "-0") return "0";
    return /^-?[0-9]+[.eE]/.test(node.text) ? pythonFloat(Number(node.text)) : node.text;
  }

  Object.assign(verifier, { json: { read, canonical, canonicalText, pythonFloat, JsonError } });
})();
