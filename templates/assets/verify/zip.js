/* A strict zip reader: it accepts exactly the profile that stage6 writes, so that no two tools can see different content.
   Follows src/bundle/zip_reader.rs and zip_member.rs; numbers refer to APPNOTE 6.3.10. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const { concat, Distrust, checkCollisions, isSafePath, same, textOf, utf8 } = verifier;
  const { ZStream, zlibInflate, zlibInflateInit2, Z_NO_FLUSH, Z_OK, Z_STREAM_END, Z_BUF_ERROR } = window.Stage6Vendor;

  const LOCAL = 0x04034b50;
  const CENTRAL = 0x02014b50;
  const END = 0x06054b50;
  const END_SIZE = 22;
  /** Bytes of a local header, and of a central record, before the name. */
  const HEADER = 30;
  const RECORD = 46;
  const MAX_MEMBERS = 20000;
  const MAX_PATH = 200;
  /** Largest total of unpacked bytes: in all; whatever the size of the zip; and how many times that size beyond. */
  const MAX_TOTAL = 16 * 2 ** 30;
  const MAX_FREE_TOTAL = 2 ** 30;
  const MAX_RATIO = 100;
  /** A deflated byte gives at most 1,032 (zlib, "Maximum Compression Factor"); a larger claim is a bomb. */
  const MAX_FACTOR = 1032;
  /** MS-DOS date and time of 1980-01-01T00:00:00 (4.4.6), and a plain file's mode in the upper half (4.4.15). */
  const FIXED_DATE = 0x00210000;
  const FIXED_MODE = 0o100644 * 65536;
  /** Bytes of a piece of unpacked content. */
  const PIECE = 128 << 10;

  /** CRC-32 of each byte (4.4.7). */
  const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });

  /** The CRC-32 of what had the CRC-32 `crc`, and `bytes` behind it. */
  function crc32(crc, bytes) {
    let state = ~crc;
    for (let at = 0; at < bytes.length; at += 1) state = (state >>> 8) ^ CRC_TABLE[(state ^ bytes[at]) & 255];
    return ~state >>> 0;
  }

  function bad(name, reason, values) {
    return new Distrust("zip-profile", name, `zip.${reason}`, values);
  }

  /** The end record (4.3.16) and the central directory (4.3.12). */
  class Directory {
    constructor(name, bytes) {
      Object.assign(this, { name, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) });
    }

    slice(start, length) {
      if (start + length > this.bytes.length) throw bad(this.name, "beyond");
      return this.bytes.subarray(start, start + length);
    }

    u16(at) {
      this.slice(at, 2);
      return this.view.getUint16(at, true);
    }

    u32(at) {
      this.slice(at, 4);
      return this.view.getUint32(at, true);
    }

    static async read(name, source) {
      const end = source.size - END_SIZE;
      if (end < 0) throw bad(name, "short");
      const record = new Directory(name, (await source.part(end, END_SIZE)).slice());
      if (record.u32(0) !== END) throw bad(name, "end_record");
      const count = record.u16(10);
      if (record.u16(4) !== 0 || record.u16(6) !== 0 || record.u16(8) !== count) throw bad(name, "disks");
      if (record.u16(20) !== 0) throw bad(name, "comment");
      if (count === 0 || count > MAX_MEMBERS) throw bad(name, "members", { count });
      const [size, start] = [record.u32(12), record.u32(16)];
      if (start + size !== end) throw bad(name, "directory_end");
      const needed = Math.min(size + END_SIZE, count * (RECORD + MAX_PATH));
      const directory = new Directory(name, (await source.part(start, needed)).slice());
      return Object.assign(directory, { start, size, count });
    }

    members() {
      const members = [];
      let at = 0;
      for (let index = 0; index < this.count; index += 1) {
        const member = this.member(at);
        // Names are ASCII by now, so this is the order of bytes.
        if (index > 0 && members[index - 1].path >= member.path) throw bad(this.name, "order", { path: member.path });
        members.push(member);
        at += RECORD + member.path.length;
      }
      if (at !== this.size) throw bad(this.name, "before_end");
      return members;
    }

    member(at) {
      if (this.u32(at) !== CENTRAL) throw bad(this.name, "central");
      const nameLength = this.u16(at + 28);
      const path = textOf(this.slice(at + RECORD, Math.min(nameLength, MAX_PATH + 1))) ?? "";
      if (!isSafePath(path)) throw bad(this.name, "name");
      const wrong = (reason) => bad(this.name, reason, { path });
      const madeBy = this.u16(at + 4);
      const method = this.u16(at + 10);
      if (madeBy >> 8 !== 3 || (madeBy & 255) < 10 || (madeBy & 255) > 63) throw wrong("maker");
      if (this.u16(at + 8) !== 0) throw wrong("flags");
      if (method !== 0 && method !== 8) throw wrong("method");
      if (this.u16(at + 6) !== (method === 0 ? 10 : 20)) throw wrong("version");
      if (this.u32(at + 12) !== FIXED_DATE) throw wrong("date");
      if (this.u16(at + 30) !== 0 || this.u16(at + 32) !== 0) throw wrong("extra");
      if (this.u16(at + 34) !== 0 || this.u16(at + 36) !== 0 || this.u32(at + 38) !== FIXED_MODE) throw wrong("mode");
      const [packed, size] = [this.u32(at + 20), this.u32(at + 24)];
      const member = {
        path, method, packed, size,
        // Version to lengths: bytes 6 to 31 of the record, which must stand in the local header too.
        shared: this.slice(at + 6, 26), crc: this.u32(at + 16), offset: this.u32(at + 42),
        inside: path.slice(path.indexOf("/") + 1),
      };
      if (method === 0 && packed !== size) throw wrong("two_sizes");
      return member;
    }

    /** Checks that members follow each other without a gap, in one folder, and claim no more than is sane. */
    checkLayout(members, zipSize) {
      let [root, position, total] = [null, 0, 0];
      for (const member of members) {
        const end = member.path.indexOf("/");
        if (end < 0) throw bad(this.name, "outside");
        root ??= member.path.slice(0, end);
        if (member.path.slice(0, end) !== root) throw bad(this.name, "folders");
        if (member.offset !== position) throw bad(this.name, "gap", { path: member.path });
        position += HEADER + member.path.length + member.packed;
        total += member.size;
      }
      if (position !== this.start) throw bad(this.name, "directory_gap");
      if (total > MAX_TOTAL) throw bad(this.name, "total", { most: MAX_TOTAL / 2 ** 30 });
      if (total > MAX_FREE_TOTAL && total > zipSize * MAX_RATIO) throw bad(this.name, "ratio", { most: MAX_RATIO });
      return root;
    }
  }

  /** A deflate stream on its way out: the same steps as the `Inflating` of zip_member.rs, on the same zlib. */
  class Inflating {
    constructor(member) {
      const isPossible = member.size <= member.packed * MAX_FACTOR + 64;
      this.member = member;
      this.stream = new ZStream();
      // Minus: raw deflate, without a header.
      zlibInflateInit2(this.stream, -15);
      // One byte more than stated, so that a longer stream shows.
      this.buffer = new Uint8Array(Math.min(member.size, PIECE - 1) + 1);
      this.state = isPossible ? "open" : "broken";
    }

    async take(packed, give) {
      const { stream, buffer } = this;
      Object.assign(stream, { input: packed, next_in: 0, avail_in: packed.length });
      while (this.state === "open") {
        const read = stream.next_in;
        Object.assign(stream, { output: buffer, next_out: 0, avail_out: buffer.length });
        const status = zlibInflate(stream, Z_NO_FLUSH);
        const made = stream.next_out;
        this.state = status === Z_STREAM_END ? "ended" : [Z_OK, Z_BUF_ERROR].includes(status) ? "open" : "broken";
        if (stream.total_out > this.member.size) this.state = "broken";
        if (this.state === "broken") return;
        await give(buffer.subarray(0, made));
        // With room left in the buffer, nothing more comes out of what was read.
        if (stream.avail_in === 0 && made < buffer.length) break;
        if (stream.next_in === read && made === 0) this.state = "broken";
      }
      if (stream.avail_in !== 0) this.state = "broken";
    }

    get isExact() {
      const { total_in: read, total_out: made } = this.stream;
      return this.state === "ended" && read === this.member.packed && made === this.member.size;
    }
  }

  /** A zip whose central directory fits the profile. Of its members nothing is believed until they are read. */
  class Archive {
    static async open(name, source) {
      const directory = await Directory.read(name, source);
      const members = directory.members();
      checkCollisions(name, members.map((member) => member.path));
      const root = directory.checkLayout(members, source.size);
      return Object.assign(new Archive(), { name, source, root, members });
    }

    /** Checks a member's local header (4.3.7), and gives its unpacked content to `take`, piece by piece. */
    async unpack(member, take) {
      const wrong = (reason) => bad(this.name, reason, { path: member.path });
      const name = utf8(member.path);
      const signature = new Uint8Array(4);
      new DataView(signature.buffer).setUint32(0, LOCAL, true);
      const described = concat(signature, member.shared, name);
      if (!same(await this.source.part(member.offset, HEADER + name.length), described)) throw wrong("described");
      const start = member.offset + HEADER + name.length;
      let crc = 0;
      const checked = (piece) => {
        crc = crc32(crc, piece);
        return take(piece);
      };
      if (member.method === 0) {
        await this.source.pieces(start, member.packed, checked);
      } else {
        const inflating = new Inflating(member);
        await this.source.pieces(start, member.packed, (packed) => inflating.take(packed, checked));
        if (!inflating.isExact) throw wrong("unpacks");
      }
      if (crc !== member.crc) throw wrong("checksum");
    }
  }

  verifier.Archive = Archive;
})();
