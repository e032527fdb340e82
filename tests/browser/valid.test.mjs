// What validators say about pages and styles.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import path from "node:path";
import fs from "node:fs";
import { before, test } from "node:test";
import stylelint from "stylelint";
import vnu from "vnu-jar";
import { repository, sample } from "./harness.mjs";
import { kinds } from "./pages.mjs";

const here = path.join(repository, "tests/browser");

/** What the Nu HTML checker says that is not so, each with the reason. */
const EXPECTED = [
  // It reads files without an origin and takes `'self'` for none; Chromium loads both, or no page would look right.
  /Resource violates Content Security Policy \(meta tag\): external (stylesheet|script) “[^”]*assets\/[^”]*” blocked/,
  // It guesses languages by counting words; the listing of an English file between Polish words fools it.
  /^warning: This document appears to be written in/,
  // Every browser picks folders by it; the File and Directory Entries API adds it to HTML, and the checker reads HTML alone.
  /^error: Attribute “webkitdirectory” not allowed on element “input” at this point/,
  // It knows properties of CSS 2 and 3; this one comes from SVG 2, and stylelint knows it.
  /^error: CSS: “paint-order”: Property “paint-order” doesn't exist/,
];

let project;
before(() => {
  project = sample();
});

/** The checker's messages by file, without those that are expected. One run for all: most of its time is its start. */
function nu(...files) {
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

test("the Nu HTML checker finds nothing on any page and in the style sheet, and would", () => {
  const pages = project.pages().map((name) => project.path("site", name));
  const wrong = project.path("wrong.html");
  fs.writeFileSync(wrong, "<!doctype html><html lang=en><head><title>x</title></head><body><p><h1>x</h1></p></body></html>");
  const style = project.path("wrong.css");
  fs.writeFileSync(style, "p { colour: red; }");
  const found = nu(...pages, project.path("site/assets/site.css"), wrong, style);
  assert.equal(found.get("wrong.css").length, 1);
  assert.ok(found.get("wrong.html").some((line) => line.includes("No “p” element in scope")), found.get("wrong.html"));
  found.delete("wrong.css");
  found.delete("wrong.html");
  assert.deepEqual([...found], []);
});

/** The largest page for html-validate, in bytes: its time grows with the square, to a minute for listings of thousands
 * of lines, which are more of what smaller ones have. The Nu checker reads them whole. */
const LARGEST = 300_000;

test("html-validate finds nothing on any kind of page", async () => {
  const { default: config } = await import("./htmlvalidate.config.mjs");
  const validator = new HtmlValidate(new StaticConfigLoader(config));
  const files = kinds(project).map((name) => project.path("site", name)).filter((file) => fs.statSync(file).size < LARGEST);
  assert.ok(files.length > 50, `${files.length} pages`);
  const report = await validator.validateMultipleFiles(files);
  const found = report.results.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, message, line, column }) => `${filePath.split("/site/").at(-1)}:${line}:${column} ${ruleId}: ${message}`));
  assert.deepEqual(found, []);
});

test("stylelint finds nothing in the parts of the style sheet", async () => {
  const { results, errored } = await stylelint.lint({
    files: path.join(repository, "templates/styles/*.css"),
    configFile: path.join(here, "stylelint.config.mjs"),
    // Sources may not switch rules off by themselves.
    ignoreDisables: true,
  });
  const found = results.flatMap(({ source, warnings }) =>
    warnings.map(({ line, column, text }) => `${path.basename(source)}:${line}:${column} ${text}`));
  assert.ok(results.length >= 10, "all parts were read");
  assert.deepEqual(found, []);
  assert.equal(errored, false);
});
