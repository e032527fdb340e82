// What the verification page takes from packages: SHA-256, SHA-384, SHA-512 and HMAC, points of edwards25519, and zlib's inflate.
// zlib itself rather than a shorter inflater, because only its interface says how many bytes a stream took: bytes
// behind its end must be refused, in every browser alike.
export { hmac } from "@noble/hashes/hmac.js";
export { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
export { Point } from "@noble/ed25519";
export { ZStream, zlibInflate, zlibInflateInit2, Z_NO_FLUSH, Z_OK, Z_STREAM_END, Z_BUF_ERROR } from "pako";
