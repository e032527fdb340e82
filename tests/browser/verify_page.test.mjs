// The page that verifies in the browser, as readers use it: by mouse, by keyboard, by dropping files, in both languages
// and colour schemes, on wide and narrow screens, and without JavaScript.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { violations } from "./axe.mjs";
import { KEY, launch, open, sample } from "./harness.mjs";

const BUNDLE = "stage6-2026.11-r1";
const WORDS = {
  en: {
    none: "Whole, but nobody is trusted yet", producer: "Verified: signed by somebody whom you trust",
    shared: "Verified with the shared key", refused: "Not verified", foreign: "Not verified: this is no bundle",
    input: "An entry cannot be used",
  },
  pl: {
    none: "Nienaruszona, ale nikomu jeszcze nie ufasz", producer: "Zweryfikowano: podpisał ktoś, komu ufasz",
    shared: "Zweryfikowano wspólnym kluczem", refused: "Nie zweryfikowano", foreign: "Nie zweryfikowano: to nie jest paczka",
    input: "Wpisu nie można użyć",
  },
};

let browser;
let project;
let release;
let signers;
let publicKey;
let fingerprint;
before(async () => {
  project = sample();
  release = project.path("var/marketing/2026.11");
  const shown = (form) => project.run(["key", "show", "--format", form, "--release-key-path", "secrets/release.pem"]).stdout;
  [signers, publicKey, fingerprint] = ["allowed-signers", "pem", "fingerprint"].map(shown);
  browser = await launch();
});
after(() => browser.close());

function files() {
  return fs.readdirSync(release).map((name) => path.join(release, name));
}

async function opened(language = "en", options = {}) {
  const page = await open(browser, options);
  // The moment that scenes are built at, and later, whatever the machine's clock says.
  await page.clock.setFixedTime(new Date("2026-11-24T08:00:00Z"));
  await page.goto(project.url(`${language}/verify.html`));
  return page;
}

/** Presses the button and gives the heading of the verdict. */
async function verdict(page) {
  await page.locator("[data-start]").click();
  return page.locator("[data-result] h2").textContent({ timeout: 60_000 });
}

/** A copy of the release with one byte of one file changed. */
function tampered(name) {
  const folder = project.path("tampered release");
  fs.rmSync(folder, { recursive: true, force: true });
  fs.cpSync(release, folder, { recursive: true });
  const place = path.join(folder, name);
  const bytes = fs.readFileSync(place);
  bytes[bytes.length >> 1] ^= 1;
  fs.writeFileSync(place, bytes);
  return folder;
}

async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()]);
  return { name: download.suggestedFilename(), text: fs.readFileSync(await download.path(), "utf8") };
}

for (const language of ["en", "pl"]) {
  test(`the good release, with nobody, the producer, and the key to trust (${language})`, async () => {
    const page = await opened(language);
    const words = WORDS[language];
    await page.locator("[data-files]").setInputFiles(files());
    assert.equal(await verdict(page), words.none);
    const result = page.locator("[data-result]");
    assert.ok((await result.textContent()).includes(fingerprint.trim()));
    await page.locator("[data-trust]").fill(publicKey);
    assert.ok(await result.isHidden(), "a verdict about other entries must not stay");
    assert.equal(await verdict(page), words.producer);
    await page.locator("[data-trust]").fill("");
    await page.locator("[data-trust-file]").setInputFiles({ name: "allowed_signers", mimeType: "", buffer: Buffer.from(signers) });
    await page.locator("[data-identity]").fill("release@stage6.example");
    await page.locator("[data-hmac]").fill(KEY);
    await page.locator("[data-hmac-id]").fill("audit-2026");
    assert.equal(await verdict(page), words.producer);
    assert.ok((await result.textContent()).includes("release@stage6.example"));
    await page.locator("[data-trust]").fill("");
    await page.locator("[data-identity]").fill("");
    assert.equal(await verdict(page), words.shared);
    assert.equal((await result.textContent()).includes("{"), false, "a gap in a sentence is filled");
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test("a folder that is picked, a zip alone, and what is no bundle", async () => {
  const page = await opened();
  await page.locator("[data-folder]").setInputFiles(release);
  assert.equal(await verdict(page), WORDS.en.none);
  await page.locator("[data-files]").setInputFiles(path.join(release, `${BUNDLE}.zip`));
  assert.equal(await verdict(page), WORDS.en.none);
  assert.ok((await page.locator("[data-result]").textContent()).includes("that this is the bundle of a release"));
  await page.locator("[data-files]").setInputFiles(project.path("config/core.yaml"));
  assert.equal(await verdict(page), WORDS.en.foreign);
  await page.locator("[data-clear]").click();
  assert.equal(await verdict(page), WORDS.en.input);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a changed release is refused, and the file at fault is named", async () => {
  const page = await opened("pl");
  await page.locator("[data-folder]").setInputFiles(tampered(`${BUNDLE}.manifest.json`));
  assert.equal(await verdict(page), WORDS.pl.refused);
  const rows = await page.locator(".verifier-files tbody tr").allTextContents();
  assert.equal(rows[0], `${BUNDLE}.manifest.jsonodrzuconynie jest plikiem, który wymienia ${BUNDLE}.sha256`);
  assert.equal(rows.filter((row) => row.includes("odrzucony")).length, 1);
  assert.equal(rows.length, 7);
  await page.context().close();
});

test("files and folders that are really dropped", async () => {
  const page = await opened();
  const session = await page.context().newCDPSession(page);
  const drop = async (paths) => {
    const clear = page.locator("[data-clear]");
    if (await clear.isVisible()) await clear.click();
    await page.locator("[data-drop]").scrollIntoViewIfNeeded();
    const box = await page.locator("[data-drop]").boundingBox();
    const point = { x: box.x + box.width / 2, y: box.y + 10 };
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) await session.send("Input.dispatchDragEvent", { type, ...point, data });
    await page.locator("[data-clear]").waitFor();
  };
  await drop(files());
  assert.ok((await page.locator("[data-chosen]").textContent()).includes("7 files"));
  assert.equal(await verdict(page), WORDS.en.none);
  await drop([tampered(`${BUNDLE}.zip`)]);
  assert.ok((await page.locator("[data-chosen]").textContent()).includes("7 files"));
  assert.equal(await verdict(page), WORDS.en.refused);
  await drop([path.join(release, `${BUNDLE}.zip`)]);
  assert.equal(await verdict(page), WORDS.en.none);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("all of it by keyboard", async () => {
  const page = await opened();
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.outerHTML.slice(0, 60));
  const tabTo = async (id) => {
    for (let presses = 0; presses < 80; presses += 1) {
      if ((await focused()) === id) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`${id} is not reached by Tab`);
  };
  await tabTo("verify-files");
  // A machine under load may take a key press before the page answers to it.
  let chooser;
  for (let turn = 0; turn < 3 && !chooser; turn += 1) {
    const [found] = await Promise.all([page.waitForEvent("filechooser", { timeout: 8000 }).catch(() => undefined), page.keyboard.press("Enter")]);
    chooser = found;
  }
  await chooser.setFiles(files());
  await tabTo("verify-trust");
  await page.keyboard.insertText(signers);
  await tabTo("verify-identity");
  await page.keyboard.type("release@stage6.example");
  // Enter in an entry verifies.
  await page.keyboard.press("Enter");
  await page.locator("[data-result] h2").waitFor({ timeout: 60_000 });
  assert.equal(await page.locator("[data-result] h2").textContent(), WORDS.en.producer);
  assert.equal(await page.evaluate(() => document.activeElement.hasAttribute("data-result")), true, "the result has the focus");
  await page.keyboard.press("Tab");
  assert.match(await focused(), /<button/);
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  assert.equal(download.suggestedFilename(), `${BUNDLE}.verification.md`);
  await page.context().close();
});

test("the saved report is that of stage6 verify, and holds no key", async () => {
  const page = await opened();
  await page.locator("[data-files]").setInputFiles(files());
  await page.locator("[data-trust]").fill(signers);
  await page.locator("[data-hmac-file]").setInputFiles({ name: "audit.hmac", mimeType: "", buffer: Buffer.from(`${KEY}\n`) });
  await page.locator("[data-hmac-id]").fill("audit-2026");
  assert.equal(await verdict(page), WORDS.en.producer);
  const markdown = await saved(page, "Save the report (Markdown)");
  const json = await saved(page, "Save the report (JSON)");
  assert.deepEqual([markdown.name, json.name], [`${BUNDLE}.verification.md`, `${BUNDLE}.verification.json`]);
  fs.writeFileSync(project.path("signers"), signers);
  const asked = ["--trust", "signers", "--signing-key-path", "secrets/audit.hmac", "--signing-key-id", "audit-2026"];
  const line = ["verify", "var/marketing/2026.11", "--date", "2026-11-24T08:00:00Z", "--no-journal", ...asked];
  const theirs = JSON.parse(project.run([...line, "--json"]).stdout);
  const { not_proven: notProven, verified_at: at, verified_by: by, ...ours } = JSON.parse(json.text);
  delete theirs.not_proven;
  assert.deepEqual(ours, theirs);
  assert.equal(at, "2026-11-24T08:00:00Z");
  assert.match(by, /^verification page of stage6 /);
  assert.ok(notProven.some((sentence) => sentence.startsWith("that this page is honest")));
  project.run([...line, "--report", "verdict.md"]);
  const report = fs.readFileSync(project.path("verdict.md"), "utf8");
  // The two differ in who says it, and in what only one of them can keep: a record; or be: a part of the bundle.
  const own = /^(\*\*VERIFIED\*\* on |- that it is the newest release|- that this page is honest)/;
  const common = (text) => text.split("\n").filter((text) => !own.test(text)).join("\n");
  assert.equal(common(markdown.text), common(report));
  const everything = markdown.text + json.text + (await page.content());
  assert.ok(!everything.includes(KEY.slice(0, 12)), "the key is shown");
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie);
  assert.equal(stored, "{}");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("entries that cannot be used are named, and nothing is verified", async () => {
  const page = await opened();
  await page.locator("[data-files]").setInputFiles(files());
  const cases = [
    ["trust", "x@y cert-authority ssh-ed25519 AAAA", "Line 1 has a key that is not a sound Ed25519 key."],
    ["trust", "# nobody\n", "names no signer."],
    ["identity", "mallory@stage6.example", "no signer of that name is trusted: mallory@stage6.example."],
    ["hmac", "abc", "the signing key is not hexadecimal text."],
    ["hmac", "00ff", "the signing key has 2 bytes, at least 32 are needed."],
    ["hmac", "11".repeat(32), "all bytes of the signing key are the same."],
  ];
  for (const [field, text, message] of cases) {
    const entry = page.locator(`[data-${field}]`);
    await entry.fill(text);
    assert.equal(await verdict(page), WORDS.en.input);
    assert.equal(await page.locator("[data-result] p").textContent(), message);
    assert.equal(await entry.getAttribute("aria-invalid"), "true");
    await entry.fill("");
  }
  await page.locator("[data-hmac]").fill(KEY.toUpperCase());
  // Another id than that of the signatures, as `stage6 verify` derives it.
  assert.equal(await verdict(page), WORDS.en.refused);
  assert.match(await page.locator("[data-result] p").first().textContent(), /signed with the key audit-2026, not with key-[0-9a-f]{12} /);
  await page.context().close();
});

test("a long verification can be stopped", async () => {
  const page = await opened();
  await page.evaluate(() => Object.defineProperty(Crypto.prototype, "subtle", { value: undefined }));
  await page.locator("[data-files]").setInputFiles(files());
  await page.evaluate(() => {
    document.querySelector("[data-start]").click();
    document.querySelector("[data-stop]").click();
  });
  await page.locator("[data-result] h2").waitFor();
  assert.equal(await page.locator("[data-result] h2").textContent(), "Stopped; nothing is known");
  assert.equal(await verdict(page), WORDS.en.none);
  await page.context().close();
});

for (const [language, scheme, width] of [
  ["pl", "dark", 360], ["en", "light", 1280],
]) {
  test(`axe finds nothing in ${language}, ${scheme}, ${width} px, whatever the verdict`, async () => {
    const page = await opened(language, { scheme, width });
    const clean = async (state) => {
      assert.deepEqual(await violations(page), [], state);
      const [content, room] = await page.evaluate(() => {
        const root = document.scrollingElement;
        return [root.scrollWidth, root.clientWidth];
      });
      assert.ok(content <= room, `${state}: ${content} px wide in ${room} px`);
    };
    await page.locator("details.fold > summary").first().click();
    await clean("the empty form");
    await page.locator("[data-files]").setInputFiles(files());
    assert.equal(await verdict(page), WORDS[language].none);
    await page.locator("[data-result] details summary").click();
    await clean("nobody to trust");
    await page.locator("[data-trust]").fill(publicKey);
    assert.equal(await verdict(page), WORDS[language].producer);
    await clean("verified");
    await page.locator("[data-folder]").setInputFiles(tampered(`${BUNDLE}.sha256`));
    assert.equal(await verdict(page), WORDS[language].refused);
    await clean("refused");
    await page.locator("[data-hmac]").fill("x");
    assert.equal(await verdict(page), WORDS[language].input);
    await clean("an entry that cannot be used");
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test("without JavaScript the page says what to do instead of showing a dead form", async () => {
  for (const language of ["en", "pl"]) {
    const page = await open(browser, { javaScriptEnabled: false });
    await page.goto(project.url(`${language}/verify.html`));
    assert.ok(await page.locator("[data-verifier]").isHidden());
    const text = await page.locator("[data-without]").textContent();
    for (const tool of ["openssl", "ssh-keygen", "sha256sum", "JavaScript"]) assert.ok(text.includes(tool), tool);
    const link = page.locator("[data-without] a");
    assert.equal(await link.getAttribute("href"), "verification.html");
    await page.context().close();
  }
});

test("the page is linked where readers look for it", async () => {
  const page = await open(browser);
  for (const [from, link] of [["index.html", "en/verify.html"], ["en/verification.html", "verify.html"], ["pl/whitepaper.html", "verify.html"]]) {
    await page.goto(project.url(from));
    assert.ok((await page.locator(`a[href="${link}"]`).count()) > 0, from);
  }
  await page.goto(project.url("en/verification.html"));
  await page.locator(".page-tool a").click();
  assert.equal(await page.locator("h1").textContent(), "Verify in the browser");
  await page.context().close();
});
