// Earlier releases inside the site: the banner, the links, what machines read, and accessibility of the new pages.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { violations } from "./axe.mjs";
import { Project, DATE, launch, open } from "./harness.mjs";

const KEYS = [
  "--signing-key-path", "secrets/audit.hmac", "--signing-key-id", "audit-2026",
  "--release-key-path", "secrets/release.pem",
];

let project;
let browser;

/** Two releases; the second limits the loss of liquidity to 0.58 and is served at an address. */
before(async () => {
  project = new Project();
  project.run(["build", "--date", DATE, ...KEYS]);
  project.run([
    "release", "new", "2026.12", "--released-at", "2026-12-21T09:00:00+01:00", "--owner", "Jan", "--preset", "core",
    "--select",
  ]);
  edit("config/core.yaml", "max_liquidity_loss_pct: 0.60", "max_liquidity_loss_pct: 0.58");
  edit("config/publication.yaml", "  # base_url: ", "  base_url: ");
  project.run(["build", "--date", "2026-12-22T12:00:00Z", ...KEYS]);
  browser = await launch();
});

after(() => browser?.close());

function edit(file, from, to) {
  const text = fs.readFileSync(project.path(file), "utf8");
  assert.equal(text.split(from).length, 2, `${from} stands once in ${file}`);
  fs.writeFileSync(project.path(file), text.replace(from, to));
}

/** The addresses in links of the banner that is shown, as files. */
async function banner(page) {
  const shown = page.locator("[data-superseded]:visible");
  if ((await shown.count()) === 0) return null;
  return shown.first().locator("a").evaluateAll((links) => links.map((link) => link.href));
}

test("only a kept page says that it is an earlier one, and leads to the current site", async () => {
  const page = await open(browser);
  for (const inside of ["pl/index.html", "en/whitepaper.html", "pl/runbooks/stress-lab.html", "en/reports/releases.html"]) {
    await page.goto(project.url(inside));
    assert.equal(await banner(page), null, `${inside} is current`);
    await page.goto(project.url(`releases/2026.11/${inside}`));
    const tag = inside.slice(0, 2);
    assert.deepEqual(
      await banner(page),
      [`${tag}/index.html`, `${tag}/reports/releases.html`].map((target) => project.url(target)),
      inside,
    );
    assert.equal(await page.locator("[data-superseded]").getAttribute("data-superseded"), "2026.11");
  }
  await page.goto(project.url("releases/2026.11/index.html"));
  assert.deepEqual(await banner(page), [project.url("pl/index.html")], "the cover says it too");
  await page.locator("[data-superseded]:visible a").first().click();
  assert.equal(page.url(), project.url("pl/index.html"));
  assert.equal((await page.locator(".brand-release").textContent()).trim(), "2026.12");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a copy of the site in a folder of another name shows no banner", async () => {
  const copy = project.path("releases", "2026.13");
  fs.cpSync(project.path("site"), copy, { recursive: true });
  const page = await open(browser);
  await page.goto(pathToFileURL(path.join(copy, "en/index.html")).href);
  assert.equal(await banner(page), null);
  fs.rmSync(project.path("releases"), { recursive: true });
  await page.context().close();
});

test("without scripts nothing claims to be superseded, and every link still leads somewhere", async () => {
  const page = await open(browser, { javaScriptEnabled: false });
  for (const inside of ["releases/2026.11/pl/index.html", "en/reports/compare/2026.11-2026.12.html", "pl/reports/releases.html"]) {
    await page.goto(project.url(inside));
    assert.equal(await page.locator("[data-superseded]:visible").count(), 0);
    const links = await page.locator("main a[href]").evaluateAll((found) => found.map((link) => link.href));
    assert.ok(links.length > 5);
    for (const link of links) {
      assert.ok(fs.existsSync(fileURLToPath(link.split("#")[0])), `${inside}: ${link}`);
    }
  }
  await page.context().close();
});

test("map, feed and picture are what machines expect", async () => {
  const page = await open(browser);
  await page.goto(project.url("pl/index.html"));
  for (const [file, root, item] of [["sitemap.xml", "urlset", "url"], ["pl/feed.xml", "feed", "entry"], ["en/feed.xml", "feed", "entry"]]) {
    const text = fs.readFileSync(project.path("site", file), "utf8");
    const found = await page.evaluate(([text, item]) => {
      const parsed = new DOMParser().parseFromString(text, "application/xml");
      return { root: parsed.documentElement.localName, broken: parsed.querySelector("parsererror") !== null, items: parsed.getElementsByTagName(item).length };
    }, [text, item]);
    assert.deepEqual([found.root, found.broken], [root, false], file);
    assert.ok(found.items >= 2, file);
  }
  const address = await page.locator('meta[property="og:image"]').getAttribute("content");
  assert.equal(address, "https://stage6.example/due-diligence/pl/card.png");
  for (const tag of ["pl", "en"]) {
    await page.goto(project.url(`${tag}/card.png`));
    const size = await page.locator("img").evaluate((image) => [image.naturalWidth, image.naturalHeight]);
    assert.deepEqual(size, [1200, 630]);
  }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("the new pages are accessible and fit their screens in both themes and languages", async () => {
  const pages = ["reports/releases.html", "reports/compare/2026.11-2026.12.html"];
  const all = ["pl", "en"].flatMap((tag) => pages.map((inside) => `${tag}/${inside}`));
  all.push("releases/2026.11/pl/index.html");
  for (const scheme of ["light", "dark"]) {
    const page = await open(browser, { scheme });
    for (const inside of all) {
      await page.goto(project.url(inside));
      assert.deepEqual(await violations(page), [], `${inside}, ${scheme}`);
      for (const width of [360, 768, 1280, 1920]) {
        await page.setViewportSize({ width, height: 800 });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(over <= 0, `${inside} at ${width} px: ${over} px too wide`);
      }
    }
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  }
});
