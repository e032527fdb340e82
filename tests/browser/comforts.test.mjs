// What helps on every page: glossary terms, copy buttons, contents, menu; by keyboard, pointer and finger.

import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { violations } from "./axe.mjs";
import { launch, open, sample, tabTo, visit as visitPage } from "./harness.mjs";

const PAGE = "pl/whitepaper.html";

let browser;
let project;
before(async () => {
  project = sample();
  browser = await launch();
});
after(() => browser.close());

const visit = (t, name, more) => visitPage(t, browser, project.url(name), more);

const openTips = (page) => page.locator(".tip:visible");

test("terms are explained where text runs, and nowhere else", async (t) => {
  const page = await visit(t, PAGE);
  assert.ok((await page.locator("a.term").count()) > 10);
  assert.equal(await page.locator(":is(h1, h2, h3, h4, table, pre, code, label, .footnotes, .contents) a.term").count(), 0);
  assert.equal(await page.locator("a a, a button").count(), 0);
  const words = await page.locator("a.term").allTextContents();
  assert.ok(words.some((word) => /^scenariusz(ami|ach|e|a|y|om)$/i.test(word)), `inflected forms: ${words}`);
  // Each leads to an entry that is there, and is described by what that entry says.
  const [href, described] = await page.locator("a.term").first().evaluate((link) => [
    link.href, document.getElementById(link.getAttribute("aria-describedby")).textContent.replace(/\s+/g, " ").trim(),
  ]);
  await page.goto(href);
  const entry = await page.locator(":target").evaluate((found) =>
    `${found.querySelector("dfn").textContent} ${found.querySelector("dd").textContent}`.replace(/\s+/g, " "));
  assert.equal(described, entry);
  assert.equal(await page.locator("a.term").count(), 0, "the glossary explains itself once");
});

test("a definition opens at the pointer, stays under it, and Escape closes it", async (t) => {
  const page = await visit(t, PAGE);
  const term = page.locator("a.term").first();
  await term.hover();
  await openTips(page).waitFor();
  const box = await openTips(page).boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 });
  await page.waitForTimeout(600);
  assert.equal(await openTips(page).count(), 1, "it can be read and marked");
  await page.keyboard.press("Escape");
  assert.equal(await openTips(page).count(), 0);
  await term.hover();
  await openTips(page).waitFor();
  await page.mouse.move(5, 5);
  await page.waitForFunction(() => !document.querySelector(".tip:not([hidden])"));
});

test("the first tap shows the definition, the second follows the link", async (t) => {
  const page = await visit(t, PAGE, { width: 360, height: 740, hasTouch: true, isMobile: true });
  const term = page.locator("a.term").first();
  await term.tap();
  await openTips(page).waitFor();
  assert.ok(page.url().endsWith("whitepaper.html"));
  const { x, width } = await openTips(page).boundingBox();
  assert.ok(x >= 0 && x + width <= 360, "inside the screen");
  await page.locator("h1").tap();
  assert.equal(await openTips(page).count(), 0);
  await term.tap();
  await term.tap();
  await page.waitForURL(/glossary\.html#term-/);
});

test("by keyboard alone: skip link, term, copy button, contents", async (t) => {
  const page = await visit(t, "pl/verification.html");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  await tabTo(page, "a.term");
  assert.equal(await openTips(page).count(), 1);
  await page.keyboard.press("Escape");
  assert.equal(await openTips(page).count(), 0);
  assert.ok(await page.evaluate(() => document.activeElement.matches("a.term")), "the focus stays");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await tabTo(page, ".copy-frame .copy");
  const code = await page.evaluate(() => document.activeElement.closest(".copy-frame").querySelector("pre").textContent);
  await page.keyboard.press("Enter");
  await page.locator("main > [role=status]", { hasText: "Skopiowano" }).waitFor({ state: "attached" });
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code);
  await tabTo(page, ".permalink");
  assert.equal(await page.evaluate(() => getComputedStyle(document.activeElement).opacity), "1");
  await tabTo(page, ".contents-wide a");
  await page.keyboard.press("Enter");
  assert.match(page.url(), /#/);
});

test("where the clipboard is refused the selection is copied", async (t) => {
  const page = await visit(t, "pl/verification.html");
  await page.evaluate(() => {
    Object.defineProperty(navigator, "clipboard", { value: { writeText: () => Promise.reject(new Error("refused")) } });
  });
  const copied = page.evaluate(() => new Promise((resolve) => {
    document.addEventListener("copy", () => resolve(document.activeElement.value), { once: true });
  }));
  const button = page.locator(".colophon .copy-digest").first();
  await button.click();
  assert.equal(await copied, (await page.locator(".colophon code.digest").first().textContent()).trim());
  assert.equal(await button.textContent(), "Skopiowano");
});

test("the contents mark the section that is read", async (t) => {
  const page = await visit(t, PAGE);
  const marked = () => page.locator(".contents-wide a[aria-current=location]").allTextContents();
  assert.deepEqual(await marked(), []);
  const headings = page.locator(".prose h2");
  for (const at of [2, 5, 1]) {
    await headings.nth(at).evaluate((heading) => heading.scrollIntoView());
    const id = await headings.nth(at).getAttribute("id");
    await page.waitForFunction((wanted) =>
      document.querySelector(".contents-wide a[aria-current=location]")?.hash === `#${wanted}`, id);
  }
  assert.equal((await marked()).length, 1);
});

test("the menu of a phone opens by keyboard, and its links are large enough for a finger", async (t) => {
  const page = await visit(t, PAGE, { width: 360, height: 740 });
  await tabTo(page, ".menu > summary");
  await page.keyboard.press("Enter");
  const links = page.locator(".menu a:visible");
  assert.ok((await links.count()) > 8);
  for (const { height } of await links.evaluateAll((found) => found.map((link) => link.getBoundingClientRect()))) {
    assert.ok(height >= 24, `${height} px`);
  }
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.closest(".menu nav") !== null));
  await page.keyboard.press("Enter");
  await page.waitForURL(/pl\/index\.html$/);
});

test("no one-letter word ends a line, in text, headings, tables, lists and words of the frame", async (t) => {
  const page = await visit(t, PAGE);
  // The pages of evidence files show what stands in the files.
  const own = (name) => name.startsWith("pl/") && (!name.startsWith("pl/evidence/") || name === "pl/evidence/index.html");
  for (const name of project.pages().filter(own)) {
    await page.goto(project.url(name));
    const loose = await page.evaluate(() => {
      const found = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const { parentElement: parent, data } = walker.currentNode;
        if (parent.closest("code, pre, .source, script, [lang=en], [hidden]:not(.tips)")) continue;
        for (const match of data.matchAll(/(?:^|[\s(„])[aiouwzAIOUWZ][ \n](?=\S)/g)) {
          found.push(data.slice(Math.max(0, match.index - 20), match.index + 20));
        }
      }
      return found;
    });
    assert.deepEqual(loose, [], name);
  }
});

test("without scripts terms are links, and there are no buttons that do nothing", async (t) => {
  const page = await visit(t, PAGE, { javaScriptEnabled: false });
  assert.equal(await page.locator("button:visible").count(), 0);
  assert.equal(await page.locator(".tip:visible").count(), 0);
  await page.locator("a.term").first().click();
  await page.waitForURL(/glossary\.html#term-/);
});

for (const [language, scheme] of [["pl", "dark"], ["en", "light"]]) {
  test(`axe finds nothing with tips and menus open, ${language}, ${scheme}`, async (t) => {
    for (const [name, width] of [["whitepaper.html", 360], ["verification.html", 1280], ["glossary.html", 360], ["index.html", 1280]]) {
      const page = await visit(t, `${language}/${name}`, { scheme, width });
      if (width === 360) await page.locator(".menu > summary").click();
      if (await page.locator("a.term").count()) {
        await page.locator("a.term").first().focus();
        await openTips(page).waitFor();
      }
      assert.deepEqual(await violations(page), [], name);
    }
  });
}

test("the page for missing addresses leads on from any depth of a server", async (t) => {
  // As servers do: the file of the site, or else this page, whatever the address was.
  const server = http.createServer((request, response) => {
    const file = project.path("site", decodeURIComponent(new URL(request.url, "http://x").pathname));
    const found = fs.existsSync(file) && fs.statSync(file).isFile();
    const type = { ".css": "text/css", ".js": "text/javascript", ".html": "text/html", ".svg": "image/svg+xml" };
    response.writeHead(found ? 200 : 404, { "content-type": found ? type[path.extname(file)] ?? "application/octet-stream" : "text/html" });
    response.end(fs.readFileSync(found ? file : project.path("site/404.html")));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const origin = `http://127.0.0.1:${server.address().port}`;
  const page = await open(browser, { allowed: origin });
  t.after(() => page.context().close());
  for (const missing of ["/missing", "/pl/runbooks/missing.html", "/a/b/c/"]) {
    for (const [language, words] of [["pl", "Tej strony tu nie ma"], ["en", "This page is not here"]]) {
      await page.goto(origin + missing);
      await page.getByText(words).waitFor();
      assert.ok(await page.evaluate(() => document.styleSheets[0].cssRules.length > 0), "it has its style");
      await page.locator(`a[hreflang=${language}]`).click();
      await page.waitForURL(`${origin}/${language}/index.html`);
    }
  }
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${origin}/missing`);
    assert.deepEqual(await violations(page), [], colorScheme);
  }
  // That a page is missing is said on the console by the browser itself.
  assert.deepEqual(page.complaints.filter((one) => !one.includes("404 (Not Found)")), []);
});
