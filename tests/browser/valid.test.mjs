// What validators say about pages and styles.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { FileSystemConfigLoader, HtmlValidate, cjsResolver, esmResolver } from "html-validate/node";
import path from "node:path";
import fs from "node:fs";
import { before, test } from "node:test";
import stylelint from "stylelint";
import vnu from "vnu-jar";
import { repository, sample } from "./harness.mjs";
import { kinds } from "./pages.mjs";

const here = path.join(repository, "tests/browser");

/** What the Nu HTML checker says about pages that is not so, each with the reason. */
const EXPECTED_OF_PAGES = [
  // It reads files without an origin and takes `'self'` for none; Chromium loads both, or no page would look right.
  /Resource violates Content Security Policy \(meta tag\): external (stylesheet|script) “[^”]*assets\/[^”]*” blocked/,
  // It guesses the language of a page by its words; the listing of an English file with Polish words around it fools it.
  /^info warning: This document appears to be written in/,
];

/** What its reader of styles, which stands still since CSS Level 3, does not know. */
const EXPECTED_OF_STYLES = [];

let project;
before(() => {
  project = sample();
});

/** The checker's messages about files, without those that are expected. */
function nu(expected, ...files) {
  const ran = spawnSync("java", ["-jar", vnu, "--also-check-css", "--format", "json", "--exit-zero-always", ...files], {
    encoding: "utf8", maxBuffer: 64 * 2 ** 20,
  });
  assert.equal(ran.status, 0, `${ran.error ?? ran.stderr}`);
  const { messages } = JSON.parse(ran.stderr);
  return messages
    .map(({ url, lastLine, lastColumn, type, subType, message, extract }) => ({
      text: [type, subType].filter(Boolean).join(" ") + `: ${message}`,
      place: `${decodeURI(url ?? "").split("/site/").at(-1)}:${lastLine}:${lastColumn} ${extract ?? ""}`,
    }))
    .filter(({ text }) => !expected.some((pattern) => pattern.test(text)))
    .map(({ text, place }) => `${place} ${text}`);
}

test("the Nu HTML checker finds nothing on any page", () => {
  const pages = project.pages().map((name) => project.path("site", name));
  assert.deepEqual(nu(EXPECTED_OF_PAGES, ...pages), []);
});

test("the Nu HTML checker finds nothing in the style sheet", () => {
  assert.deepEqual(nu(EXPECTED_OF_STYLES, project.path("site/assets/site.css")), []);
});

test("the Nu HTML checker would find what is wrong", () => {
  const page = project.path("wrong.html");
  fs.writeFileSync(page, "<!doctype html><html lang=en><head><title>x</title></head><body><p><h1>x</h1></p></body></html>");
  const style = project.path("wrong.css");
  fs.writeFileSync(style, "p { colour: red; }");
  assert.equal(nu(EXPECTED_OF_PAGES, page).length > 0, true);
  assert.equal(nu(EXPECTED_OF_STYLES, style).length, 1);
});

test("html-validate finds nothing on any kind of page", async () => {
  const { default: config } = await import("./htmlvalidate.config.mjs");
  const validator = new HtmlValidate(new FileSystemConfigLoader([cjsResolver(), esmResolver()], config));
  const report = await validator.validateMultipleFiles(kinds(project).map((name) => project.path("site", name)));
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
