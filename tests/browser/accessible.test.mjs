// What readers with other eyes and other hands need: axe finds nothing, and a keyboard reaches everything.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { prepare, violations } from "./axe.mjs";
import { launch, open, sample, tabTo } from "./harness.mjs";
import { kinds } from "./pages.mjs";

let browser;
let project;
before(async () => {
  project = sample();
  browser = await launch();
});
after(() => browser.close());

/** The rules whose verdict hangs on colours; the theme changes nothing else. */
const COLOURS = ["color-contrast", "link-in-text-block"];

for (const language of ["pl", "en"]) {
  test(`axe finds nothing on any kind of page, ${language}`, async () => {
    const page = await open(browser);
    // The page for missing addresses has its style on a server only, where comforts.test.mjs looks at it.
    const outside = project.pages().filter((name) => !name.includes("/") && name !== "404.html");
    for (const name of [...kinds(project, language), ...(language === "pl" ? outside : [])]) {
      await page.emulateMedia({ colorScheme: "light" });
      await page.goto(project.url(name));
      await prepare(page);
      assert.deepEqual(await violations(page), [], `${name}, light`);
      await page.emulateMedia({ colorScheme: "dark" });
      assert.deepEqual(await violations(page, COLOURS), [], `${name}, dark`);
    }
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

for (const scheme of ["light", "dark"]) {
  test(`axe finds nothing on narrow screens, ${scheme}`, async () => {
    const page = await open(browser, { width: 360, scheme });
    for (const name of [
      "pl/index.html", "en/whitepaper.html", "pl/reports/stress-lab.html", "en/reports/gate.html", "pl/t7-summary.html",
      "en/due-diligence.html", "pl/evidence/config-core-yaml.html",
    ]) {
      await page.goto(project.url(name));
      await prepare(page);
      assert.deepEqual(await violations(page), [], name);
    }
    await page.context().close();
  });
}

test("axe would find what is wrong", async () => {
  const page = await open(browser);
  await page.goto(project.url("pl/whitepaper.html"));
  await page.evaluate(() => {
    document.querySelector("h1").remove();
    document.querySelector(".prose p").append(document.createElement("button"));
  });
  const found = (await violations(page)).map((line) => line.split(":")[0]);
  assert.deepEqual([...new Set(found)].sort(), ["button-name", "page-has-heading-one"]);
  await page.evaluate(() => { document.querySelector(".lead").style.color = "#aaa"; });
  assert.ok((await violations(page, COLOURS)).some((line) => line.startsWith("color-contrast: .lead")));
  await page.context().close();
});

/** Where the keyboard is: what has the focus, and whether a reader sees that it has. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
      tag: element.localName,
      is: element.className || element.id || element.getAttribute("value") || "",
      href: element.getAttribute("href"),
      marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      inSight: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      index: [...document.querySelectorAll("*")].indexOf(element),
    };
  });

/** All stops of the tabulator from the top of a page until the focus leaves it. */
async function stops(page) {
  const found = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const stop = await focused(page);
    if (stop.tag === "body" || stop.index === found[0]?.index) return found;
    found.push(stop);
    assert.ok(found.length < 2000, `no end after ${JSON.stringify(stop)}`);
  }
}

for (const [name, width] of [
  ["pl/index.html", 1280],
  ["pl/whitepaper.html", 360],
  ["en/reports/stress-lab.html", 1280],
  ["en/reports/gate.html", 360],
  ["pl/runbooks/stress-lab.html", 1280],
]) {
  test(`the tabulator walks through ${name} at ${width} px, seen at each stop`, async () => {
    const page = await open(browser, { width });
    await page.goto(project.url(name));
    const found = await stops(page);
    const unseen = found.filter(({ marked, inSight }) => !marked || !inSight);
    assert.deepEqual(unseen, []);
    assert.equal(found[0].is, "skip");
    // Everything that can be reached with a mouse is a stop, once.
    const reachable = await page.evaluate(() => {
      const all = document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]');
      return [...all].filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled).length;
    });
    assert.equal(new Set(found.map(({ index }) => index)).size, found.length);
    assert.equal(found.length, reachable);
    await page.context().close();
  });
}

test("the first stop leads past the navigation", async () => {
  const page = await open(browser);
  await page.goto(project.url("pl/whitepaper.html"));
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "content");
  await page.keyboard.press("Tab");
  const inside = await page.evaluate(() => document.activeElement.closest("main") !== null);
  assert.ok(inside, "the stop after the skip link is in the text");
  await page.context().close();
});

test("theme and language are switched with the keyboard, and the theme is kept", async () => {
  const page = await open(browser);
  await page.goto(project.url("pl/whitepaper.html"));
  await tabTo(page, '.theme-switch [value="dark"]');
  await page.keyboard.press("Space");
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  assert.equal(await page.getAttribute("html", "data-theme"), "dark");
  assert.equal(await page.getAttribute('.theme-switch [value="dark"]', "aria-pressed"), "true");
  await tabTo(page, '.language-switch a[lang="en"]');
  await page.keyboard.press("Enter");
  await page.waitForSelector('html[lang="en"]');
  assert.ok(page.url().endsWith("/en/whitepaper.html"), page.url());
  assert.equal(await ground(), dark);
  await page.context().close();
});

test("menus and folds open with the keyboard and let the focus into them", async () => {
  const page = await open(browser, { width: 360 });
  await page.goto(project.url("pl/reports/stress-lab.html"));
  await tabTo(page, ".menu > summary");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.matches(".menu[open] a")));
  await tabTo(page, ".fold > summary");
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.matches(".fold[open] .table-wrap")));
  await page.context().close();
});

test("a wide table scrolls with the arrow keys", async () => {
  const page = await open(browser, { width: 360 });
  await page.goto(project.url("pl/benchmark.html"));
  const table = page.locator(".table-wrap").filter({ has: page.locator("tr > :nth-child(5)") }).first();
  await table.focus();
  const before = await table.evaluate((wrap) => [wrap.scrollLeft, wrap.scrollWidth > wrap.clientWidth]);
  assert.deepEqual(before, [0, true]);
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.activeElement.scrollLeft > 0);
  await page.context().close();
});
