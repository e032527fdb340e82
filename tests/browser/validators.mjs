// The validators of HTML, asked in one way.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import vnu from "vnu-jar";
import config from "./htmlvalidate.config.mjs";

/** What the Nu HTML checker says that is not so, each with the reason. */
const EXPECTED = [
  // It reads files without an origin and takes `'self'` for none; Chromium loads both, or no page would look right.
  /Resource violates Content Security Policy \(meta tag\): (external (stylesheet|script)|image) “[^”:]*” blocked/,
  // It guesses languages by counting words; the listing of an English file between Polish words fools it.
  /^warning: This document appears to be written in/,
  // Every browser picks folders by it; the File and Directory Entries API adds it to HTML, and the checker reads HTML alone.
  /^error: Attribute “webkitdirectory” not allowed on element “input” at this point/,
  // It knows properties of CSS 2 and 3; this one comes from SVG 2, and stylelint knows it.
  /^error: CSS: “paint-order”: Property “paint-order” doesn't exist/,
];

/** The checker's messages by file, without those that are expected. One run for all: most of its time is its start. */
export function nu(...files) {
  const ran = spawnSync("java", ["-jar", vnu, "--also-check-css", "--format", "json", "--exit-zero-always", ...files], {
    encoding: "utf8", maxBuffer: 64 * 2 ** 20,
  });
  assert.equal(ran.status, 0, `${ran.error ?? ran.stderr}`);
  const found = new Map();
  for (const { url, lastLine, lastColumn, type, subType, message, extract } of JSON.parse(ran.stderr).messages) {
    const text = `${subType ?? type}: ${message}`;
    if (EXPECTED.some((pattern) => pattern.test(text))) continue;
    const name = decodeURI(url ?? "").split("/").at(-1);
    found.set(name, [...(found.get(name) ?? []), `${lastLine}:${lastColumn} ${text} ${extract ?? ""}`]);
  }
  return found;
}

/** What html-validate says of files, a line for each thing. */
export async function htmlValidate(files) {
  const validator = new HtmlValidate(new StaticConfigLoader(config));
  const report = await validator.validateMultipleFiles(files);
  return report.results.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, message, line, column }) => `${filePath.split("/site/").at(-1)}:${line}:${column} ${ruleId}: ${message}`));
}
