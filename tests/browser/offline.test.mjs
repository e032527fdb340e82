// Pages opened from an unpacked folder: nothing leaves them, nothing is refused, nothing is cut off.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, sample } from "./harness.mjs";
import { kinds } from "./pages.mjs";

/** A phone with large text (WCAG 2.2, criterion 1.4.10), phones, tablets, laptops, desks. */
const WIDTHS = [320, 360, 768, 1280, 1920];

let browser;
let project;
before(async () => {
  project = sample();
  browser = await launch();
});
after(() => browser.close());

/** By how many pixels the page that is open is wider than its window. */
const excess = (page) =>
  page.evaluate(() => {
    const root = document.scrollingElement;
    return root.scrollWidth - root.clientWidth;
  });

test("no page leaves the folder or scrolls sideways at any width", async () => {
  const page = await open(browser, { scheme: "dark" });
  const wide = [];
  const one = new Set(kinds(project));
  // 404.html counts from the root of a server and is never shown from a folder; comforts.test.mjs serves it.
  for (const name of project.pages().filter((name) => name !== "404.html")) {
    await page.goto(project.url(name));
    // Pages of one kind are laid out alike; the narrowest window, where long words stick out, is for all.
    for (const width of one.has(name) ? WIDTHS : WIDTHS.slice(0, 1)) {
      await page.setViewportSize({ width, height: 900 });
      const by = await excess(page);
      if (by > 0) wide.push(`${name} is ${by} px wider than ${width} px`);
    }
  }
  assert.deepEqual(wide, []);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a page that is too wide, and a request that leaves it, would be seen", async () => {
  const page = await open(browser, { width: 360 });
  await page.goto(project.url("pl/index.html"));
  await page.evaluate(() => {
    document.querySelector("h1").append("W".repeat(200));
    document.body.append(Object.assign(new Image(), { src: "https://example.org/x.png", alt: "" }));
  });
  assert.ok((await excess(page)) > 0);
  await page.waitForTimeout(100);
  assert.ok(page.complaints.some((line) => line.includes("Content Security Policy")), page.complaints.join("\n"));
  await page.context().close();
});
