// Pages on paper: PDFs printed by Chromium, read by poppler's tools.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { launch, open, sample } from "./harness.mjs";
import { kinds } from "./pages.mjs";

/** ISO 216 in points, and the tolerance that Chromium's rounding to pixels needs. */
const A4 = [595.28, 841.89];
const TOLERANCE = 1;

let browser;
let project;
let page;
before(async () => {
  project = sample();
  browser = await launch();
  // A reader who reads in the dark prints in black on white all the same.
  page = await open(browser, { scheme: "dark" });
});
after(() => browser.close());

function tool(name, ...args) {
  const ran = spawnSync(name, args, { encoding: "utf8", maxBuffer: 64 * 2 ** 20 });
  assert.equal(ran.status, 0, `${name}: ${ran.error ?? ran.stderr}`);
  return ran.stdout;
}

/** Prints a page; gives the PDF's place, and the text of each of its sheets with blanks folded. */
async function print(name) {
  await page.goto(project.url(name));
  const file = project.path(`${name.replaceAll("/", "-")}.pdf`);
  await page.pdf({ path: file, preferCSSPageSize: true, printBackground: false });
  const sheets = tool("pdftotext", "-layout", file, "-").split("\f").slice(0, -1);
  return { file, sheets: sheets.map(folded) };
}

/** Blanks folded, with the spaces that Polish typography does not break at. */
const folded = (text) => text.replace(/\s+/gu, " ").trim();

/** The text of the elements of the page that is open. */
const texts = async (selector) => (await page.locator(selector).allTextContents()).map(folded);

/** Words of the file with their boxes in points: `[left, top, right, bottom, word]`, sheet by sheet. */
function words(file) {
  const sheets = tool("pdftotext", "-bbox", file, "-").split("<page ").slice(1);
  const box = /xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<\/word>/g;
  return sheets.map((sheet) => [...sheet.matchAll(box)].map(([, ...parts]) => [...parts.slice(0, 4).map(Number), parts[4]]));
}

function assertPaper(name, { file, sheets }) {
  const info = tool("pdfinfo", file);
  const [, width, height] = /Page size: +([\d.]+) x ([\d.]+) pts/.exec(info).map(Number);
  assert.ok(Math.abs(width - A4[0]) < TOLERANCE && Math.abs(height - A4[1]) < TOLERANCE, `${name}: ${width} x ${height}`);
  assert.equal(Number(/Pages: +(\d+)/.exec(info)[1]), sheets.length);
  sheets.forEach((sheet, at) => assert.match(sheet.slice(-12), new RegExp(` ${at + 1} ?/ ?${sheets.length}$`), `${name}, page number`));
  words(file).forEach((sheet, at) => {
    const out = sheet.filter(([left, top, right, bottom]) => left < 40 || top < 20 || right > width - 40 || bottom > height - 20);
    assert.deepEqual(out, [], `${name}, page ${at + 1}: words in the margin`);
  });
}

test("every kind of page fits on A4 with numbered pages", async () => {
  for (const name of kinds(project, "pl")) assertPaper(name, await print(name));
});

for (const [name, title, draft] of [
  ["pl/whitepaper.html", "Biała księga Stage6 Stress Lab", "szkic, nie do publikacji"],
  ["en/whitepaper.html", "Stage6 Stress Lab whitepaper", "draft, not for publication"],
  ["pl/t7-summary.html", "Podsumowanie wyników T+7", "szkic, nie do publikacji"],
  ["en/t7-summary.html", "T+7 summary of results", "draft, not for publication"],
]) {
  test(`${name} is a document: running head, title block, notes of its links`, async () => {
    const paper = await print(name);
    const { sheets } = paper;
    assertPaper(name, paper);
    const release = /^id: "([^"]+)"$/m.exec(fs.readFileSync(project.path("content/releases/2026.11.yaml"), "utf8"));
    assert.ok(release, "the record of the release names it");
    for (const sheet of sheets) {
      assert.ok(sheet.includes(folded(title)), "the title runs over every page");
      assert.ok(sheet.startsWith(`Stage6 Stress Lab ${release[1]}`), sheet.slice(0, 80));
      assert.ok(sheet.includes(draft), "the state runs under every page");
    }
    // The digest that the title block shows is that of the file.
    const report = project.path("var/audit/stage6/stress_lab/stress_lab_report.json");
    assert.ok(sheets[0].includes(tool("sha256sum", report).slice(0, 64)), "digest of the report");
    assert.ok(sheets[0].includes("audit-2026"), "id of the key");

    // Every link out of the page has a number, and below the text every number has its target.
    const whole = sheets.join(" ");
    const numbers = new Set(await texts(".link-note"));
    const notes = await texts(".link-notes li");
    assert.ok(notes.length > 3, "there are notes");
    assert.deepEqual([...numbers].sort(), notes.map((_, at) => `[${at + 1}]`).sort());
    const links = await page.evaluate(() => {
      const all = document.querySelectorAll('.prose a[href]:not(.fact, .term, [href^="#"])');
      return [...all].map((link) => [link.getAttribute("href"), link.nextElementSibling?.textContent]);
    });
    const targets = new Map(links.map(([href, number]) => [number, href]));
    assert.equal(targets.size, notes.length);
    assert.equal(new Set(targets.values()).size, notes.length);
    assert.ok(links.every(([href, number]) => targets.get(number) === href), "one number for one target");
    for (const [at, note] of notes.entries()) {
      assert.ok(unbroken(whole).includes(unbroken(`[${at + 1}]${note}`)), `note ${at + 1}: ${note}`);
    }
    assert.ok(!whole.includes(".html"), "no path of the site");
  });
}

/** Without blanks: a long path is broken where the line ends. */
const unbroken = (text) => text.replace(/\s/gu, "");

test("the contents of a long page are printed, those of a short one are not", async () => {
  const long = unbroken((await print("pl/whitepaper.html")).sheets[0]);
  for (const entry of await texts(".contents-narrow li")) assert.ok(long.includes(unbroken(entry)), entry);
  assert.ok(!(await print("pl/t7-summary.html")).sheets[0].includes("Na tej stronie"));
});

test("what is folded on the screen lies open on paper", async () => {
  const { sheets } = await print("pl/reports/stress-lab.html");
  const folds = await page.$$eval("details.fold", (all) => all.map((fold) => [fold.open, fold.querySelector("th[scope=row]").textContent, fold.querySelector("td").textContent]));
  assert.ok(folds.length > 0);
  const whole = unbroken(sheets.join(" "));
  for (const [open, head, value] of folds) {
    assert.equal(open, false, "closed on the screen");
    const summary = unbroken((await texts("details.fold > summary"))[0]);
    const from = whole.indexOf(summary);
    assert.ok(from >= 0 && whole.indexOf(unbroken(head + value), from) > from, `${head} ${value}`);
  }
});

test("steps have a box to tick, and nothing of the screen's furniture is printed", async () => {
  const { sheets } = await print("pl/runbooks/stress-lab.html");
  await page.emulateMedia({ media: "print" });
  const boxes = await page.$$eval(".checklist input", (all) =>
    all.map((box) => [getComputedStyle(box).borderTopWidth, box.getBoundingClientRect().width > 10]));
  assert.ok(boxes.length > 5);
  assert.ok(boxes.every(([border, wide]) => parseFloat(border) >= 1 && wide), JSON.stringify(boxes));
  const furniture = page.locator(".masthead, .sidebar, .breadcrumbs, .neighbours, .permalink, .colophon, .skip");
  assert.ok((await furniture.count()) > 5);
  for (const one of await furniture.all()) assert.equal(await one.isVisible(), false);
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(ground, "rgb(255, 255, 255)");
  await page.emulateMedia({ media: null });
  assert.ok(!sheets.join(" ").includes("Przejdź do treści"));
});

test("no heading stands alone at the foot of a page", async () => {
  for (const name of ["pl/whitepaper.html", "en/whitepaper.html", "pl/benchmark.html", "pl/t7-summary.html", "pl/runbooks/stress-lab.html"]) {
    const { file } = await print(name);
    const headings = new Set((await texts(".prose :is(h2, h3), .chart-title")).map((text) => unbroken(text.replace(/ #$/, ""))));
    for (const sheet of words(file)) {
      // The lines above the foot, from the bottom; what stands last must not be a heading.
      const lines = new Map();
      for (const [, top, , , word] of sheet) {
        const at = Math.round(top / 2);
        lines.set(at, (lines.get(at) ?? "") + word);
      }
      const body = [...lines.entries()].sort(([left], [right]) => left - right).slice(1, -1);
      const last = body.at(-1)?.[1] ?? "";
      assert.ok(!headings.has(unbroken(last)), `${name}: “${last}” stands last on a page`);
    }
  }
});
