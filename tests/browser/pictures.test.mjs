// What each kind of page looks like: small grey pictures, looked at by eye when they were made, and compared since.
//
// They show whether columns, tables and blocks stand where they stood, not which machine drew the letters: what is
// compared are the mean greys of cells of 64 by 64 pixels of the page. After a wanted change of layout or of many
// words, make them again with `UPDATE_PICTURES=1 node --test tests/browser/pictures.test.mjs`, and look at them.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, open, repository, sample } from "./harness.mjs";

const folder = path.join(repository, "tests/pictures");
/** The part of a page that is looked at, in CSS pixels, and the picture of it. */
const VIEW = { width: 1280, height: 1600 };
const PICTURE = { width: 160, height: 200 };
/** Pixels of the picture along the side of a cell. */
const CELL = 8;
/** Measured: a page moved by 8 pixels differs in at most 2 % of its cells, two pages of different kinds in at least 8 %.
 * A cell is another one when its mean grey differs by more than this, of 255 ... */
const GREY = 10;
/** ... and a page is another one when more than this share of its cells are. */
const SHARE = 0.07;
/** All pictures together, in bytes. */
const WEIGHT = 200_000;

let browser;
let project;
let desk;
before(async () => {
  project = sample();
  browser = await launch();
  desk = await open(browser);
});
after(() => browser.close());

/** A picture, whatever its size, as a small grey one: its pixels, and as a JPEG. */
function small(bytes, type) {
  return desk.evaluate(async ([data, { width, height }]) => {
    const image = await createImageBitmap(await (await fetch(data)).blob());
    const canvas = new OffscreenCanvas(width, height);
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.filter = "grayscale(1)";
    pen.drawImage(image, 0, 0, width, height);
    const pixels = [...pen.getImageData(0, 0, width, height).data].filter((_, at) => at % 4 === 0);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.6 });
    return { pixels, jpeg: [...new Uint8Array(await blob.arrayBuffer())] };
  }, [`data:${type};base64,${bytes.toString("base64")}`, PICTURE]);
}

/** The share of cells in which two pictures differ. */
function difference(left, right) {
  const mean = (pixels, column, row) => {
    let sum = 0;
    for (let y = 0; y < CELL; y += 1) {
      for (let x = 0; x < CELL; x += 1) sum += pixels[(row * CELL + y) * PICTURE.width + column * CELL + x];
    }
    return sum / CELL ** 2;
  };
  const [columns, rows] = [PICTURE.width / CELL, PICTURE.height / CELL];
  let different = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (Math.abs(mean(left, column, row) - mean(right, column, row)) > GREY) different += 1;
    }
  }
  return different / (columns * rows);
}

/** One page for each template and each kind of block; those of `dark` are looked at in the dark too. */
const PAGES = [
  "index", "pl/index", "pl/whitepaper", "pl/benchmark", "pl/due-diligence", "pl/t7-summary", "pl/runbooks/stress-lab",
  "pl/checklists/stage6-preliminary-checklist", "pl/glossary", "pl/verify", "pl/search", "pl/reports/stress-lab",
  "pl/reports/gate", "pl/reports/claims", "pl/reports/facts", "pl/reports/releases", "pl/evidence/index",
  "pl/evidence/config-core-yaml", "en/index", "en/whitepaper",
];
const DARK = ["pl/index", "pl/whitepaper", "pl/reports/stress-lab", "pl/reports/gate"];

/** How often a page is looked at again that looks different: on a busy machine its fonts may miss the first paint, and
 * then it keeps those of the system (see theme.js). A changed page looks different each time. */
const LOOKS = 6;

/** What pages look like, in the light and those of `DARK` in the dark. */
async function looks(names) {
  const page = await open(browser, VIEW);
  // From here on every font is in memory, and there before the first paint.
  await page.goto(project.url("pl/whitepaper.html"));
  await page.evaluate(() => document.fonts.ready);
  const found = new Map();
  for (const name of names) {
    for (const scheme of DARK.includes(name) ? ["light", "dark"] : ["light"]) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      if (scheme === "light") await page.goto(project.url(`${name}.html`));
      await page.waitForSelector("html:not([data-fonts])");
      const shot = await page.screenshot({ animations: "disabled" });
      const key = name.replaceAll("/", "-");
      found.set(`${key}.${scheme}.jpg`, await small(shot, "image/png"));
    }
  }
  await page.context().close();
  return found;
}

test("pages look as they did when somebody looked at them", async () => {
  const now = await looks(PAGES);
  if (process.env.UPDATE_PICTURES) {
    for (const old of fs.readdirSync(folder).filter((name) => name.endsWith(".jpg"))) fs.rmSync(path.join(folder, old));
    for (const [name, { jpeg }] of now) fs.writeFileSync(path.join(folder, name), Buffer.from(jpeg));
  }
  const kept = fs.readdirSync(folder).filter((name) => name.endsWith(".jpg")).sort();
  const advice = "; see the top of tests/browser/pictures.test.mjs";
  assert.deepEqual([...now.keys()].sort(), kept, `pages came or went${advice}`);
  const then = new Map();
  for (const name of kept) then.set(name, await small(fs.readFileSync(path.join(folder, name)), "image/jpeg"));
  const share = (name) => difference(then.get(name).pixels, now.get(name).pixels);
  let changed = kept.filter((name) => share(name) > SHARE);
  for (let look = 1; look < LOOKS && changed.length > 0; look += 1) {
    const again = PAGES.filter((page) => changed.some((name) => name.startsWith(`${page.replaceAll("/", "-")}.`)));
    for (const [name, picture] of await looks(again)) if (changed.includes(name)) now.set(name, picture);
    changed = kept.filter((name) => share(name) > SHARE);
  }
  const shares = changed.map((name) => `${name}: ${(share(name) * 100).toFixed(1)} % of its cells`);
  assert.deepEqual(shares, [], `pages look different${advice}`);
  const weight = kept.reduce((sum, name) => sum + fs.statSync(path.join(folder, name)).size, 0);
  assert.ok(weight < WEIGHT, `the pictures weigh ${weight} bytes`);

  // The measure tells pages apart, and a theme from the other.
  const pixels = (name) => now.get(name).pixels;
  assert.ok(difference(pixels("pl-whitepaper.light.jpg"), pixels("pl-reports-facts.light.jpg")) > SHARE);
  assert.ok(difference(pixels("pl-index.light.jpg"), pixels("pl-benchmark.light.jpg")) > SHARE);
  assert.ok(difference(pixels("pl-whitepaper.light.jpg"), pixels("pl-whitepaper.dark.jpg")) > 0.9);
});
