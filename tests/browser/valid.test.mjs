// What validators say about pages and styles.

import assert from "node:assert/strict";
import path from "node:path";
import fs from "node:fs";
import { before, test } from "node:test";
import stylelint from "stylelint";
import { repository, sample } from "./harness.mjs";
import { kinds } from "./pages.mjs";
import { htmlValidate, nu } from "./validators.mjs";

const here = path.join(repository, "tests/browser");

let project;
before(() => {
  project = sample();
});

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
  const files = kinds(project).map((name) => project.path("site", name)).filter((file) => fs.statSync(file).size < LARGEST);
  assert.ok(files.length > 50, `${files.length} pages`);
  const found = await htmlValidate(files);
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
