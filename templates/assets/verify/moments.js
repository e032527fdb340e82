/* Moments in UTC, read as strictly as src/domain/time.rs reads them. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;

  const MOMENT =
    /^([0-9]{4})-([0-9]{2})-([0-9]{2})[tT ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:([zZ])|([-+\u2212])([0-9]{2}):([0-5][0-9]))$/;
  /** The end of the year 9999, the last that can be written. */
  const LATEST = 253402300799;

  /** A moment: seconds since 1970 and nanoseconds. */
  class Moment {
    constructor(seconds, nanoseconds = 0) {
      Object.assign(this, { seconds, nanoseconds });
    }

    plusSeconds(seconds) {
      const later = this.seconds + seconds;
      return later > LATEST ? new Moment(LATEST) : new Moment(later, this.nanoseconds);
    }

    isAfter(other) {
      return this.seconds > other.seconds || (this.seconds === other.seconds && this.nanoseconds > other.nanoseconds);
    }

    /** `2026-11-23T12:00:00Z`; fractions of a second are not written. */
    toString() {
      const text = new Date(this.seconds * 1000).toISOString();
      return `${text.slice(0, text.indexOf("."))}Z`.replace(/^([-+])0*([0-9]{4,5}-)/, "$1$2");
    }
  }

  function seconds(year, month, day, hour, minute, second) {
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
    if (!exists || hour > 23 || minute > 59 || second > 59) return null;
    return date.getTime() / 1000 + hour * 3600 + minute * 60 + second;
  }

  /** The moment of an ISO 8601 text with an offset; null if it could mean two moments or none. */
  function parseMoment(text) {
    const parts = MOMENT.exec(text);
    if (!parts) return null;
    const local = seconds(...parts.slice(1, 7).map(Number));
    const [fraction, zulu, sign, hours, minutes] = parts.slice(7);
    if (local === null || Number(hours ?? 0) > 23) return null;
    const offset = zulu ? 0 : (sign === "+" ? 1 : -1) * (Number(hours) * 3600 + Number(minutes) * 60);
    return new Moment(local - offset, Number((fraction ?? "").slice(0, 9).padEnd(9, "0")));
  }

  /** The first second of a day such as `2026-11-23`; null for anything else. */
  function parseDay(text) {
    const parts = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
    const start = parts && seconds(...parts.slice(1).map(Number), 0, 0, 0);
    return start === null ? null : new Moment(start);
  }

  Object.assign(verifier, { Moment, parseMoment, parseDay });
})();
