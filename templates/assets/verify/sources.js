/* Files whose bytes are read piece by piece, and the folder that they lie in. Follows src/bundle/source.rs. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const { byCodePoints, Distrust, DigestStream } = verifier;

  /** Bytes of a piece. */
  const PIECE = 1 << 20;

  /** One file. The last piece that was read is kept, because what is asked for next usually stands in it. */
  class Source {
    /** `blob` is a File, or anything else with `size` and `slice`. */
    constructor(name, blob) {
      Object.assign(this, { name, blob, size: blob.size, start: 0, piece: new Uint8Array(0) });
    }

    /** `length` bytes from `start`. The caller knows them to be inside. */
    async part(start, length) {
      const isHere = start >= this.start && start + length <= this.start + this.piece.length;
      if (!isHere) {
        const end = Math.min(this.size, start + Math.max(length, PIECE));
        this.piece = await this.read(start, end);
        this.start = start;
        if (this.piece.length < length) throw changed(this.name);
      }
      return this.piece.subarray(start - this.start, start - this.start + length);
    }

    async read(start, end) {
      try {
        return new Uint8Array(await this.blob.slice(start, end).arrayBuffer());
      } catch {
        // A browser refuses to read a file that is not the one that was chosen any more.
        throw changed(this.name);
      }
    }

    /** Gives `length` bytes from `start` to `take`, in pieces. */
    async pieces(start, length, take) {
      for (let done = 0; done < length; done += PIECE) {
        await take(await this.part(start + done, Math.min(PIECE, length - done)));
      }
    }

    /** The digest of all bytes; `progress` is told how many were read. */
    async digest(progress) {
      const digest = new DigestStream(this.size);
      await this.pieces(0, this.size, (bytes) => {
        digest.update(bytes);
        return progress(bytes.length);
      });
      return digest.finish();
    }
  }

  /** The files of a folder, by their paths in it. */
  class Shelf {
    /** `files` are pairs of path and blob. */
    constructor(files) {
      const sorted = [...files].sort(([left], [right]) => byCodePoints(left, right));
      this.files = new Map(sorted);
    }

    get paths() {
      return [...this.files.keys()];
    }

    size(path) {
      return this.files.get(path).size;
    }

    /** A file; null if there is none of that path. */
    open(path) {
      return this.files.has(path) ? new Source(path, this.files.get(path)) : null;
    }
  }

  /** Nothing can be said about a file that changes under the eyes of the verifier. */
  function changed(name) {
    return new Distrust("changed-meanwhile", name, "changed");
  }

  Object.assign(verifier, { Source, Shelf });
})();
