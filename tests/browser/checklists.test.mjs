// Checklists: what is ticked stays in this browser, and what is exported is what `stage6 sign-runbook` takes in.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { violations } from "./axe.mjs";
import { DATE, launch, open, sample, visit as visitPage } from "./harness.mjs";

const RUNBOOK = "pl/runbooks/stress-lab.html";
const LIST = "var/audit/stage6/stage6_preliminary_checklist.md";
const LIST_PAGE = "pl/checklists/stage6-preliminary-checklist.html";
const KEYED = ["--date", DATE, "--signing-key-path", "secrets/audit.hmac", "--signing-key-id", "audit-2026"];
const boxes = "main li[data-item] input[type=checkbox]";

let browser;
let project;
let folder;
before(async () => {
  project = sample();
  browser = await launch();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "stage6-records-"));
});
after(async () => {
  await browser.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const visit = (t, name, more) => visitPage(t, browser, project.url(name), more);

/** Exports the record of a page; returns its place and what it says. */
async function exported(page) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Pobierz zapis" }).click(),
  ]);
  const place = path.join(folder, `${crypto.randomUUID()}-${download.suggestedFilename()}`);
  await download.saveAs(place);
  return { name: download.suggestedFilename(), place, record: JSON.parse(fs.readFileSync(place, "utf8")) };
}

/** The progress of the whole page, with ordinary blanks. */
const total = async (page) => (await page.locator("[data-total]").textContent()).replaceAll("\u00a0", " ");

const sha256 = (bytes) => crypto.createHash("sha256").update(bytes).digest("hex");

test("ticks stay after a reload, and a button clears them", async (t) => {
  const page = await visit(t, RUNBOOK);
  const all = await page.locator(boxes).count();
  assert.equal(await page.locator(`${boxes}:checked`).count(), 0);
  assert.equal(await total(page), `0 z ${all}`);
  await page.locator(boxes).nth(0).check();
  await page.locator(boxes).nth(6).check();
  await page.locator(boxes).nth(7).check();
  await page.locator(boxes).nth(7).uncheck();
  await page.getByLabel("Kto zaznacza").fill("Łucja Żak");
  await page.reload();
  assert.deepEqual(
    await page.locator(boxes).evaluateAll((found) => found.flatMap((box, at) => (box.checked ? [at] : []))),
    [0, 6],
  );
  assert.equal(await total(page), `2 z ${all}`);
  assert.equal(await page.getByLabel("Kto zaznacza").inputValue(), "Łucja Żak");
  const bars = page.locator("main .prose progress");
  assert.ok((await bars.count()) > 1, "each list has a bar of its own");
  assert.equal(await bars.first().evaluate((bar) => bar.value), 1);
  assert.match(await page.locator(".checklist-at").first().textContent(), /^zaznaczono \d{4}-\d\d-\d\d.*zegar czytelnika$/);
  // The keys name release, language, page and list.
  const keys = await page.evaluate(() => Object.keys(localStorage).sort());
  assert.ok(keys.includes("stage6-checklist:2026.11:pl/runbooks/stress-lab:1"), keys.join());
  // The same list in the other language is another list.
  await page.goto(project.url(RUNBOOK.replace("pl/", "en/")));
  assert.equal(await page.locator(`${boxes}:checked`).count(), 0);
  await page.goto(project.url(RUNBOOK));
  page.on("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "Wyczyść" }).click();
  await page.reload();
  assert.equal(await page.locator(`${boxes}:checked`).count(), 0);
  assert.equal(await page.getByLabel("Kto zaznacza").inputValue(), "");
});

test("an edited item does not inherit a tick", async (t) => {
  const page = await visit(t, RUNBOOK);
  await page.locator(boxes).nth(0).check();
  await page.locator(boxes).nth(1).check();
  const key = "stage6-checklist:2026.11:pl/runbooks/stress-lab:1";
  await page.evaluate((name) => {
    // What a page with another text would have stored: another id for one item, another value in the other's text.
    const kept = JSON.parse(localStorage.getItem(name));
    const [first, second] = Object.keys(kept);
    kept.aaaaaaaaaaaaaaaa = kept[first];
    delete kept[first];
    kept[second].shown += " 99";
    localStorage.setItem(name, JSON.stringify(kept));
  }, key);
  await page.reload();
  assert.equal(await page.locator(`${boxes}:checked`).count(), 0);
  // Whatever else stands in that shared storage does no harm.
  for (const text of ["null", "[1]", "{", "{\"__proto__\": {\"done\": true}}"]) {
    await page.evaluate(([name, value]) => localStorage.setItem(name, value), [key, text]);
    await page.reload();
    assert.equal(await page.locator(`${boxes}:checked`).count(), 0, text);
  }
});

test("a record says what was ticked, and is loaded elsewhere", async (t) => {
  const page = await visit(t, RUNBOOK);
  await page.locator(boxes).nth(2).check();
  await page.getByRole("button", { name: "Pobierz zapis" }).click();
  assert.equal(await page.locator("[data-status]").textContent(), "Najpierw wpisz, kto zaznacza.");
  assert.ok(await page.getByLabel("Kto zaznacza").evaluate((field) => field === document.activeElement));
  await page.getByLabel("Kto zaznacza").fill("Łucja Żak");
  const { name, place, record } = await exported(page);
  assert.equal(name, "stress-lab.checklist.json");
  const source = fs.readFileSync(project.path("content/pl/runbooks/stress-lab.md"));
  const { items, exported_at: exportedAt, ...head } = record;
  assert.match(exportedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(head, {
    schema: "stage6.checklist.record",
    schema_version: 1,
    release: "2026.11",
    bundle: "stage6-2026.11-r1",
    page: "runbooks/stress-lab",
    language: "pl",
    source: { path: "content/pl/runbooks/stress-lab.md", sha256: sha256(source) },
    who: "Łucja Żak",
    clock: "reader",
  });
  // Ids and texts are those of the Markdown file.
  const texts = source.toString().split("\n").flatMap((line) => (line.startsWith("- [ ] ") ? [line.slice(6)] : []));
  assert.deepEqual(items.map((item) => item.text), texts);
  assert.deepEqual(items.map((item) => item.id), texts.map((text) => sha256(text).slice(0, 16)));
  assert.deepEqual(items.flatMap((item, at) => (item.done ? [at] : [])), [2]);

  const other = await visit(t, RUNBOOK);
  assert.equal(await other.locator(`${boxes}:checked`).count(), 0);
  await other.locator("[data-file-input]").setInputFiles(place);
  await other.getByText(`Wczytano zapis; zaznaczone: 1 z ${texts.length}.`).waitFor();
  await other.reload();
  assert.ok(await other.locator(boxes).nth(2).isChecked());
  const bad = [
    ["{", "To nie jest zapis listy kontrolnej z tej strony. Niczego nie zmieniono."],
    [JSON.stringify({ ...record, release: "2026.10" }), "Ten zapis należy do wydania 2026.10. Niczego nie zmieniono."],
    [JSON.stringify({ ...record, items: items.slice(1) }), "Ten zapis powstał z innej treści tej listy. Niczego nie zmieniono."],
    [JSON.stringify({ ...record, items: items.map((item) => ({ ...item, text: "x" })) }),
      "Ten zapis powstał z innej treści tej listy. Niczego nie zmieniono."],
  ];
  for (const [text, message] of bad) {
    await other.locator("[data-file-input]").setInputFiles({ name: "r.json", mimeType: "application/json", buffer: Buffer.from(text) });
    await other.getByText(message).waitFor();
    assert.equal(await other.locator(`${boxes}:checked`).count(), 1);
  }

  // The runbook goes into the archive, ticked and signed.
  const copy = "var/audit/stage6/stress-lab.md";
  project.run(["sign-runbook", copy, "--source", "content/pl/runbooks/stress-lab.md", "--record", place, ...KEYED]);
  assert.equal(
    fs.readFileSync(project.path(copy), "utf8"),
    source.toString().replace(`- [ ] ${texts[2]}`, `- [x] ${texts[2]}`),
  );
  fs.rmSync(project.path(copy));
  for (const ending of [".md.sig", ".manifest.json", ".checklist.json", ".checklist.json.sig"]) {
    fs.rmSync(project.path(`var/audit/stage6/stress-lab${ending}`));
  }
});

test("from the browser through the signed list to the gate", async (t) => {
  const counted = () => {
    const gate = JSON.parse(project.run(["gate", "--json", ...KEYED, "--release-key-path", "secrets/release.pem"], 3).stdout);
    return JSON.stringify(gate);
  };
  const page = await visit(t, LIST_PAGE);
  const all = await page.locator(boxes).count();
  assert.match(counted(), new RegExp(`"gate.checklists.open"[^}]*${all}`));
  for (let at = 0; at < all; at += 1) await page.locator(boxes).nth(at).check();
  await page.getByLabel("Kto zaznacza").fill("Łucja Żak");
  const { place } = await exported(page);
  const before = fs.readFileSync(project.path(LIST), "utf8");
  const ran = project.run(["sign-runbook", LIST, "--record", place, "--stakeholder", "risk", ...KEYED]);
  assert.match(ran.stdout, new RegExp(`boxes    ${all} ticked, 0 open`));
  assert.equal(fs.readFileSync(project.path(LIST), "utf8"), before.replaceAll("- [ ] ", "- [x] "));
  project.build();
  assert.match(counted(), /"gate.checklists.open"[^}]*\b0\b/);
  // The page of the signed list shows it so, also to somebody who ticked nothing.
  const fresh = await visit(t, LIST_PAGE.replace("pl/", "en/"));
  assert.equal(await fresh.locator(`${boxes}:checked`).count(), all);
  assert.equal(await fresh.locator(".prose").getAttribute("lang"), "pl");
});

test("without scripts the boxes print empty and nothing pretends to be saved", async (t) => {
  const page = await visit(t, RUNBOOK, { javaScriptEnabled: false });
  await page.getByText("Zaznaczeń na tej stronie nic nie zapisuje.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Pobierz zapis" }).count(), 0);
  await page.emulateMedia({ media: "print" });
  const box = page.locator(boxes).first();
  assert.ok(!(await box.isChecked()));
  const { width, height } = await box.boundingBox();
  assert.ok(width > 10 && height > 10, "the box is seen on paper");
  assert.ok(await page.locator(".checklist-signoff").isVisible(), "there is room for a name and a signature");
});

for (const [language, scheme] of [["pl", "dark"], ["en", "light"]]) {
  test(`axe finds nothing in the checklists, ${language}, ${scheme}`, async (t) => {
    for (const name of ["runbooks/stress-lab.html", "checklists/stage6-preliminary-checklist.html", "whitepaper.html"]) {
      const page = await visit(t, `${language}/${name}`, { scheme, width: 360 });
      await page.locator(boxes).first().click();
      assert.deepEqual(await violations(page), [], name);
    }
  });
}
