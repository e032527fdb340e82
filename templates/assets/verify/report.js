/* The verdict in words, and as documents: the lines that `stage6 verify` prints, its JSON and its report. Follows
   src/cli/verify.rs and verification_report.rs. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;

  /** The words of the page's language. */
  class Words {
    constructor(table) {
      this.table = table;
    }

    /** The text of a key, its gaps filled. */
    say(key, values = {}) {
      if (!Object.hasOwn(this.table, key)) throw new Error(`no words for ${key}`);
      return this.table[key].replace(/\{([a-z_]+)\}/g, (gap, name) => (Object.hasOwn(values, name) ? values[name] : gap));
    }

    /** The reason of a Distrust, or of an entry that cannot be used. */
    reason({ reason, values }) {
      const named = values.name === "" ? { ...values, name: this.say("holder") } : values;
      return this.say(`reason.${reason}`, named);
    }

    /** How people name a signer. */
    nameOf(signer) {
      return signer.name || this.say("holder");
    }
  }

  /** Who vouches for every file, as far as was shown. Only a release folder hangs on an HMAC as a whole. */
  function authentication({ shape, key, signedBy }) {
    if (signedBy.trusted) return "producer";
    return shape === "release" && key ? "shared-key" : "none";
  }

  function hmacCount(verification) {
    return verification.files.filter((file) => file.proofs.includes("hmac")).length;
  }

  /** What was shown about the bundle as a whole, in sentences. */
  function verdictLines(words, verification) {
    const { stated, signedBy, key } = verification;
    const lines = [];
    const say = (name, values) => lines.push(words.say(`verdict.${name}`, values));
    if (stated) {
      const { sequence, releasedAt, validUntil } = stated;
      say("release", { sequence: String(sequence), released: String(releasedAt), until: String(validUntil) });
      if (stated.status === "draft") say("draft");
    }
    const fingerprint = signedBy.key.fingerprint;
    if (signedBy.trusted) {
      say("signed", { name: words.nameOf(signedBy.trusted), fingerprint });
    } else {
      say("signed_with", { fingerprint, producer: signedBy.producer });
      say("nobody");
    }
    if (key) {
      say("hmac", { count: hmacCount(verification), id: key.id });
      if (key.isDevelopment) say("development");
    }
    if (stated?.notice) say("notice", { notice: stated.notice });
    if (authentication(verification) === "none") say("not_authenticated");
    for (const file of verification.unchecked) say("unchecked", { file });
    return lines;
  }

  /** What a reader might take for proven and is not. */
  function notProven(words, verification) {
    const who = { producer: ["key"], "shared-key": ["shared"], none: [] }[authentication(verification)];
    const alone = verification.shape === "release" ? [] : ["alone"];
    return [...alone, ...who, "newest", "when", "meaning", "page"].map((name) => words.say(`unproven.${name}`));
  }

  /** What was demanded, in phrases. */
  function demanded(words, policy) {
    const lines = policy.trust
      ? policy.trust.signers.map((signer) => {
          const values = { name: words.nameOf(signer), fingerprint: signer.key.fingerprint };
          return words.say("demand.trust", values);
        })
      : [words.say("demand.any")];
    if (policy.hmacKey) lines.push(words.say("demand.hmac", { id: policy.hmacKey.id }));
    if (policy.identity) lines.push(words.say("demand.identity", { name: policy.identity }));
    if (policy.maxAgeDays !== null) lines.push(words.say("demand.max_age", { days: policy.maxAgeDays }));
    lines.push(words.say(policy.acceptDrafts ? "demand.drafts" : "demand.no_drafts"));
    return lines;
  }

  /** A whole number as JSON has it; as text where JavaScript would write another. */
  function plainNumber(number) {
    return Number.isSafeInteger(Number(number)) ? Number(number) : String(number);
  }

  function statedJson({ id, status, producer, generatedAt, sequence, releasedAt, validUntil, previous }) {
    return {
      generated_at: String(generatedAt), id, previous, producer, released_at: String(releasedAt),
      sequence: plainNumber(sequence), status, valid_until: String(validUntil),
    };
  }

  /** The result of a good verification as the object of `stage6 verify --json`. */
  function goodJson(words, verification) {
    const { shape, bundle, key, signedBy, list, stated, files, unchecked } = verification;
    const by = authentication(verification);
    const { trusted } = signedBy;
    return {
      authenticated: by !== "none", authenticated_by: by, bundle, development_key: key?.isDevelopment ?? false, files,
      freshness: "no-record", hmac_files: hmacCount(verification), key_id: key?.id ?? null, list_sha256: list,
      not_proven: notProven(words, verification), notice: stated?.notice ?? null,
      release: stated && statedJson(stated), shape,
      signed_by: {
        fingerprint: signedBy.key.fingerprint, producer: signedBy.producer,
        trusted_as: trusted && words.nameOf(trusted),
      },
      status: "verified", unchecked,
    };
  }

  /** The same of one that failed. */
  function badJson(words, distrust) {
    const status = distrust.isForeign ? "bad-input" : "not-verified";
    return { code: distrust.code, file: distrust.file, reason: words.reason(distrust), status };
  }

  /** A name on one line: characters that steer a terminal, or turn the direction of writing, are shown as their code. */
  function visible(text) {
    const steers = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
    return text.replace(steers, (letter) => `\\u{${letter.charCodeAt(0).toString(16)}}`);
  }

  /** A name that may come from a bundle, inside a code span. */
  function code(text) {
    return visible(text).replaceAll("`", "'").replaceAll("|", "\\|");
  }

  /** Text that may come from a bundle, so that it stays text in Markdown. */
  function escaped(text) {
    return visible(text).replace(/[!"#$%&'*;<>?[\\\]^_`{|}~]/g, "\\$&");
  }

  function head(words, name, verdict, { now, version }) {
    const values = { verdict: `**${words.say(`report.${verdict}`)}**`, now: String(now), version };
    return `# ${words.say("report.title", { name: escaped(name) })}\n\n${words.say("report.verdict", values)}\n\n`;
  }

  /** The report of a verification that found nothing wrong, as Markdown. */
  function goodReport(words, verification, policy, about) {
    const { bundle, list, files } = verification;
    const listed = (lines) => lines.map((line) => `- ${line}\n`).join("");
    const digest = list ? [words.say("verdict.list", { bundle: code(bundle), digest: list })] : [];
    const rows = files.map((file) => `| \`${code(file.path)}\` | ${file.proofs.join(", ")} |\n`);
    return [
      head(words, bundle, "good", about),
      `## ${words.say("shown")}\n\n`, listed([...verdictLines(words, verification).map(escaped), ...digest]),
      `\n## ${words.say("demanded")}\n\n`, listed(demanded(words, policy).map(visible)),
      `\n## ${words.say("not_proven")}\n\n`, listed(notProven(words, verification).map(escaped)),
      `\n## ${words.say("files")}\n\n| ${words.say("report.file")} | ${words.say("report.shown_by")} |\n|---|---|\n`, ...rows,
    ].join("");
  }

  /** The report of one that failed. */
  function badReport(words, name, distrust, about) {
    const values = { file: code(distrust.file), reason: escaped(words.reason(distrust)), code: distrust.code };
    return `${head(words, name, "bad", about)}${words.say("at_fault", values)}\n\n${words.say("first_ends")}\n`;
  }

  Object.assign(verifier, {
    Words, authentication, verdictLines, notProven, demanded, goodJson, badJson, goodReport, badReport, visible,
  });
})();
