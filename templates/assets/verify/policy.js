/* What a verifier demands. It comes from the verifier, never from the bundle. Follows src/bundle/verify/policy.rs; a record
   of what was seen is not kept here, because all local files share a browser's storage. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const { Distrust, familyOf } = verifier;

  /** How far the verifier's clock and the producer's may differ, in seconds. */
  const SKEW = 300;
  const DAY = 86400;

  class Policy {
    /**
     * `hmacKey` and `trust` or null; `now` is the moment of the verification; `identity`, `producer`, `bundle` and
     * `release` are names or null; `minimumSequence` and `maxAgeDays` are numbers or null.
     */
    constructor(demands = {}) {
      const nothing = {
        hmacKey: null, trust: null, now: null, identity: null, producer: null, bundle: null, release: null,
        minimumSequence: null, maxAgeDays: null, acceptDrafts: true,
      };
      Object.assign(this, nothing, demands);
    }

    /** The HMAC key that is known. The check of a signature says if its name is another. */
    get known() {
      return this.hmacKey ? { key: this.hmacKey } : null;
    }

    /** Refuses a zip or a bag alone where something is demanded that only the manifest of a release can show. */
    checkAlone(file) {
      const demands = [
        ["bundle", this.bundle !== null],
        ["release", this.release !== null],
        ["number", this.minimumSequence !== null],
        ["age", this.maxAgeDays !== null],
        ["draft", !this.acceptDrafts],
      ];
      const demanded = demands.find(([, is]) => is);
      if (demanded) throw new Distrust("policy", file, `policy.alone_${demanded[0]}`);
    }

    /** Refuses a bag alone, which states the day of packing and no more, unless the key counted on all of that day. */
    checkDay(file, day, signer) {
      if (day) {
        this.checkPeriod(file, day, signer);
        this.checkPeriod(file, day.plusSeconds(DAY - 1), signer);
      } else if (signer?.isLimited) {
        throw new Distrust("untrusted-signer", file, "policy.no_day");
      }
    }

    /** Refuses what a key signed when it did not count. The moment is the producer's own word, authenticated by then. */
    checkPeriod(file, made, signer) {
      if (signer && !signer.isValidAt(made)) {
        throw new Distrust("untrusted-signer", file, "policy.period", { made: String(made), name: signer.name });
      }
    }

    /** Checks what an authenticated manifest says about its release. */
    checkRelease(file, bundle, stated) {
      const refuse = (reason, values) => {
        throw new Distrust("policy", file, `policy.${reason}`, values);
      };
      const family = familyOf(bundle, stated.id, stated.sequence);
      if (family === null) {
        const values = { bundle, release: stated.id, sequence: String(stated.sequence) };
        throw new Distrust("inconsistent-producer", file, "policy.name", values);
      }
      const demands = { bundle: family, release: stated.id, producer: stated.producer };
      for (const [what, found] of Object.entries(demands)) {
        const wanted = this[what];
        if (wanted !== null && wanted !== found) refuse(`other_${what}`, { found, wanted });
      }
      if (stated.status === "draft" && !this.acceptDrafts) refuse("draft");
      if (this.minimumSequence !== null && stated.sequence < BigInt(this.minimumSequence)) {
        refuse("sequence", { sequence: String(stated.sequence), minimum: this.minimumSequence });
      }
      if (this.now) this.checkAge(file, stated);
    }

    checkAge(file, stated) {
      const { now, maxAgeDays } = this;
      const refuse = (code, reason, values) => {
        throw new Distrust(code, file, `policy.${reason}`, values);
      };
      if (now.isAfter(stated.validUntil)) refuse("expired", "expired", { until: String(stated.validUntil) });
      if (maxAgeDays !== null && now.isAfter(stated.releasedAt.plusSeconds(maxAgeDays * DAY))) {
        refuse("expired", "old", { released: String(stated.releasedAt), days: maxAgeDays });
      }
      const latest = now.plusSeconds(SKEW);
      if (stated.status === "final" && stated.releasedAt.isAfter(latest)) {
        refuse("from-the-future", "released_later", { moment: String(stated.releasedAt) });
      }
      // T of a draft may lie ahead: a release is prepared before its day. The moment of packing may not.
      if (stated.generatedAt.isAfter(latest)) {
        refuse("from-the-future", "made_later", { moment: String(stated.generatedAt) });
      }
    }
  }

  verifier.Policy = Policy;
})();
