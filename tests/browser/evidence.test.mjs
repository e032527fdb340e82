// Charts, evidence and the home page as readers meet them: by keyboard, by screen reader, narrow, in both schemes.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { launch, open, sample } from "./harness.mjs";

let browser;
let project;
before(async () => {
  project = sample();
  browser = await launch();
});
after(() => browser.close());

test("every chart has a name, a description, and words that fit on a phone", async () => {
  const page = await open(browser, { width: 360 });
  await page.goto(project.url("pl/reports/stress-lab.html"));
  const charts = await page.locator("svg.chart-drawing").all();
  assert.equal(charts.length, 8);
  for (const chart of charts) {
    const snapshot = await chart.ariaSnapshot();
    assert.match(snapshot, /^- '?img "[^"]+: [^"]+\."/);
    const cut = await chart.evaluate((svg) => {
      const room = svg.closest("figure").getBoundingClientRect();
      const out = ({ left, right }) => left < room.left - 1 || right > room.right + 1;
      const boxes = [...svg.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
      return boxes.filter(([, box]) => out(box)).map(([words]) => words);
    });
    assert.deepEqual(cut, []);
    // Words of one line do not run into each other.
    const met = await chart.evaluate((svg) => {
      const box = (text) => text.getBoundingClientRect();
      const labels = [...svg.querySelectorAll(".chart-label")];
      const values = [...svg.querySelectorAll(".chart-value")];
      const pair = (label) => values.find((value) => Math.abs(box(value).top - box(label).top) < 4);
      return labels.filter((label) => pair(label) && box(label).right > box(pair(label)).left).map((label) => label.textContent);
    });
    assert.deepEqual(met, []);
  }
  await page.context().close();
});

test("the keyboard leads from a number to its line and back", async () => {
  const page = await open(browser);
  await page.goto(project.url("en/whitepaper.html"));
  const number = page.locator("a.fact[title^='stress_lab.thresholds.max_blackout_minutes ']").first();
  const anchor = await number.getAttribute("id");
  await number.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/evidence\/config-core-yaml\.html#L\d+$/);
  const line = new URL(page.url()).hash;
  // The next stop after the line that was jumped to is the first way back.
  await page.keyboard.press("Tab");
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("href"));
  const within = await page.evaluate((line) => document.activeElement.closest(line) !== null, line);
  assert.ok(within, `${await focused()} is not on ${line}`);
  while (await focused() !== `../whitepaper.html#${anchor}`) {
    await page.keyboard.press("Tab");
    const still = await page.evaluate((line) => document.activeElement.closest(line) !== null, line);
    assert.ok(still, `no way back to #${anchor} on ${line}`);
  }
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(`whitepaper\\.html#${anchor}$`));
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a download is the file that the page speaks of", async () => {
  const page = await open(browser);
  await page.goto(project.url("en/evidence/var-audit-stage6-stress-lab-stress-lab-report-json.html"));
  const target = await page.locator(".download a").evaluate((link) => link.href);
  const bytes = fs.readFileSync(new URL(target));
  const digest = createHash("sha256").update(bytes).digest("hex");
  const shown = await page.locator("dd .digest").first().textContent();
  assert.equal(shown, digest);
  const sealed = fs.readFileSync(project.path("var/audit/stage6/stress_lab/stress_lab_report.json"));
  assert.ok(bytes.equals(sealed));
  assert.match(await page.locator(".verify-box pre").first().textContent(), new RegExp(`${digest}  stress_lab_report\\.json`));
  await page.context().close();
});
