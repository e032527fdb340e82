// The site on a web server of this machine, as an operator would put it on one: files, compressed where that helps.

import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = {
  ".css": "text/css; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8", ".json": "application/json", ".png": "image/png", ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8", ".woff2": "font/woff2", ".xml": "application/xml",
};
const COMPRESSED = /^(text\/|application\/(json|xml)|image\/svg)/;

/** Serves a folder; `sent` holds the bytes of each answer by path, `origin` is where it is. */
export async function serve(folder) {
  const sent = new Map();
  const server = http.createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, "http://127.0.0.1").pathname);
    const file = path.join(folder, path.normalize(name.endsWith("/") ? `${name}index.html` : name));
    const type = TYPES[path.extname(file)];
    if (!file.startsWith(folder + path.sep) || !type || !fs.existsSync(file)) {
      response.writeHead(404, { "content-type": "text/plain" }).end("not here\n");
      return;
    }
    const headers = { "content-type": type, "cache-control": "max-age=3600", "x-content-type-options": "nosniff" };
    let body = fs.readFileSync(file);
    if (COMPRESSED.test(type) && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) {
      body = gzipSync(body);
      headers["content-encoding"] = "gzip";
    }
    sent.set(name, body.length);
    response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
  });
  await new Promise((ready) => { server.listen(0, "127.0.0.1", ready); });
  return { sent, origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
