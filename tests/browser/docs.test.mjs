// Documentation trees that were not made for us, in both languages: as sound as our own pages, without a network.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { prepare, violations } from "./axe.mjs";
import { launch, stage6, tabTo, visit } from "./harness.mjs";
import { htmlValidate, nu } from "./validators.mjs";

const EVERYTHING = {
  en: `# Everything

![A dot](img/dot.png) and **bold**, *thin*, ~~gone~~, \`code_that_is_rather_long_and_has_no_place_to_break_at_all_anywhere\`.[^1]

## Lists {#lists}

- [x] done
- [ ] open
  1. first
  2. second

Term
: What it means

## Table

| Left | Centre | Right |
|:--|:-:|--:|
| a [link](guide/second.md#part-two) | b | 1 |

> [!WARNING]
> Mind the [gap](guide/).

## Code

\`\`\`rust
// A comment
fn main() { let number: u32 = 42; say("text"); }
\`\`\`

\`\`\`diff
- old
+ new
\`\`\`

<details><summary>More</summary>

Hidden *text*

</details>

[^1]: A note with a [path](guide/second.md).
`,
  pl: `# Wszystko

Zażółć gęślą jaźń w [drugiej](guide/second.md#part-two) części; „cytat" i progi.

## Lista

- [ ] zadanie

## Tabela

| Lewa | Prawa |
|:--|--:|
| żółć | 1 |

## Kod

\`\`\`yaml
klucz: 12  # uwaga
\`\`\`
`,
};

/** A tree in a temporary folder, built. */
function tree(language) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "stage6 drzewo ż "));
  process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  fs.mkdirSync(path.join(folder, "guide/deep"), { recursive: true });
  fs.mkdirSync(path.join(folder, "img"));
  // One transparent dot.
  const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
  fs.writeFileSync(path.join(folder, "img/dot.png"), Buffer.from(dot, "base64"));
  fs.writeFileSync(path.join(folder, "README.md"), EVERYTHING[language]);
  const words = language === "pl" ? "Przekroczone progi płynności." : "Exceeded thresholds of liquidity.";
  fs.writeFileSync(path.join(folder, "guide/second.md"), `# Second\n\n## Part one\n\nx\n\n## Part two\n\n${words}\n\n## Part three\n\ny\n`);
  fs.writeFileSync(path.join(folder, "guide/deep/third.md"), "Third page, without any heading.\n");
  const ran = spawnSync(stage6, ["build", "--root", folder, "--language", language], { encoding: "utf8" });
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(ran.stderr, "");
  const site = path.join(folder, "site");
  const pages = fs.readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".html")).sort();
  return { folder, pages, file: (name) => path.join(site, name), url: (name) => pathToFileURL(path.join(site, name)).href };
}

let browser;
const trees = {};
before(async () => {
  for (const language of ["en", "pl"]) trees[language] = tree(language);
  browser = await launch();
});
after(() => browser.close());

for (const language of ["en", "pl"]) {
  test(`axe finds nothing on pages of a tree, wide and narrow, light and dark, ${language}`, async (t) => {
    for (const [width, scheme] of [[1280, "light"], [360, "dark"], [360, "light"], [1280, "dark"]]) {
      const page = await visit(t, browser, trees[language].url("index.html"), { width, scheme });
      await page.waitForURL(new RegExp(`/${language}/index\\.html$`));
      for (const name of trees[language].pages.filter((name) => name.includes("/"))) {
        await page.goto(trees[language].url(name));
        await prepare(page);
        assert.deepEqual(await violations(page), [], `${name}, ${width}, ${scheme}`);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wider <= 0, `${name} is ${wider} px wider than ${width}`);
      }
    }
  });
}

test("the validators of HTML find nothing on pages of a tree", async () => {
  const files = Object.values(trees).flatMap(({ pages, file }) => pages.map(file));
  assert.ok(files.length >= 14, `${files.length} pages`);
  assert.deepEqual([...nu(...files)], []);
  assert.deepEqual(await htmlValidate(files), []);
});

test("search finds a word in any form from a folder, and leads to its place", async (t) => {
  const page = await visit(t, browser, trees.pl.url("pl/index.html"));
  await page.keyboard.press("/");
  await page.keyboard.type("plynnosc");
  await page.waitForSelector("dialog.search [role=option]");
  await page.keyboard.press("Enter");
  await page.waitForURL(/guide\/second\.html/);
  assert.match(await page.locator(".prose").textContent(), /progi płynności/);
});

test("search finds pages of every part of the index of a large tree, with their texts", { timeout: 300_000 }, async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "stage6-many-"));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  fs.writeFileSync(path.join(folder, "README.md"), "# Many\n");
  for (let number = 0; number < 1_700; number += 1) {
    const inside = path.join(folder, `s${Math.floor(number / 100)}`);
    fs.mkdirSync(inside, { recursive: true });
    const rare = number % 400 === 7 ? " Some have a xylophone." : "";
    fs.writeFileSync(path.join(inside, `p${number}.md`), `# Page ${number}\n\n## Part\n\nOnly here stands needle${number}.${rare}\n`);
  }
  const ran = spawnSync(stage6, ["build", "--root", folder, "--no-memory"], { encoding: "utf8" });
  assert.equal(ran.status, 0, ran.stderr);
  const parts = fs.readdirSync(path.join(folder, "site/search/en")).filter((name) => name.startsWith("part-"));
  assert.ok(parts.length > 2, parts.join());
  const page = await visit(t, browser, pathToFileURL(path.join(folder, "site/en/index.html")).href);
  const results = page.locator("dialog.search [role=option]");
  for (const number of [0, 7, 850, 1_699]) {
    await page.keyboard.press("/");
    await page.keyboard.type(`needle${number}`);
    await page.waitForFunction((word) => {
      const hit = document.querySelector("dialog.search .search-context mark, dialog.search .search-heading mark");
      return hit && hit.textContent === word;
    }, `needle${number}`);
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`/s${Math.floor(number / 100)}/p${number}\\.html`));
  }
  // One word on pages of several parts.
  await page.keyboard.press("/");
  await page.keyboard.type("xylophone");
  await page.waitForFunction(() => document.querySelectorAll("dialog.search .search-context mark").length >= 5);
  const titles = await results.evaluateAll((all) => all.map((one) => /Page \d+/.exec(one.closest("[aria-label], [role=group]")?.getAttribute("aria-label") ?? one.textContent)?.[0]));
  assert.deepEqual([...new Set(titles)].sort(), ["Page 1207", "Page 1607", "Page 407", "Page 7", "Page 807"]);
});

test("the keyboard leads from the skip link to the menu and to the text", async (t) => {
  const page = await visit(t, browser, trees.en.url("en/guide/second.html"), { width: 360 });
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.match(page.url(), /#content$/);
  await page.goto(trees.en.url("en/guide/second.html"));
  await tabTo(page, ".menu-link");
  await page.keyboard.press("Enter");
  await tabTo(page, ".nav-list a[aria-current=page]");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Second");
});

/** A preview of a tree, which ends with the test. */
async function preview(t, folder) {
  const child = spawn(stage6, ["serve", "--root", folder, "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] });
  t.after(() => child.kill());
  const first = await new Promise((resolve, reject) => {
    child.stdout.once("data", (data) => resolve(String(data)));
    child.once("exit", () => reject(new Error("the preview ended")));
  });
  return /http:\/\/127\.0\.0\.1:\d+/.exec(first)[0];
}

test("a preview loads again where it was, goes to the page that changed, and shows what is wrong", async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "stage6 preview "));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const long = Array.from({ length: 80 }, (_, at) => `## Part ${at}\n\nwords\n`).join("\n");
  fs.writeFileSync(path.join(folder, "README.md"), `# Home\n\n${long}`);
  fs.writeFileSync(path.join(folder, "other.md"), "# Other\n");
  const origin = await preview(t, folder);
  const page = await visit(t, browser, `${origin}/en/index.html`, { allowed: origin });
  await page.evaluate(() => scrollTo(0, 1500));
  const reloaded = page.waitForEvent("load");
  fs.writeFileSync(path.join(folder, "README.md"), `# Home\n\n${long}\nNew last words.\n`);
  await reloaded;
  await page.waitForFunction(() => document.body.textContent.includes("New last words."));
  await page.waitForFunction(() => scrollY === 1500);

  fs.writeFileSync(path.join(folder, "README.md"), `# Home\n\n[lost](lost.md)\n\n${long}`);
  await page.waitForSelector(".stage6-problems");
  assert.match(await page.locator(".stage6-problems li").textContent(), /^README\.md:3:1 the link `lost\.md` leads to a file that is not there/);
  fs.writeFileSync(path.join(folder, "README.md"), `# Home\n\n${long}`);
  await page.waitForFunction(() => !document.querySelector(".stage6-problems"));

  fs.writeFileSync(path.join(folder, "other.md"), "# Other\n\nThis changed.\n");
  await page.waitForURL(/\/en\/other\.html$/);
  assert.match(await page.locator(".prose").textContent(), /This changed\./);
});
