// Measures for benches/verify_page.sh: seconds from the press of the button to the verdict, the fastest of five.

import fs from "node:fs";
import path from "node:path";
import { launch, open, sample } from "../tests/browser/harness.mjs";

const [place] = process.argv.slice(2);
const project = sample();
const browser = await launch();
const bundles = { sample: project.path("var/marketing/2026.11") };
for (const kind of ["noise", "table"]) bundles[kind] = path.join(place, kind, "release");

for (const [name, folder] of Object.entries(bundles)) {
  const files = fs.readdirSync(folder).map((file) => path.join(folder, file));
  const zip = files.find((file) => file.endsWith(".zip"));
  for (const [mode, prepare] of [
    ["the browser's SHA-256", () => undefined],
    ["no crypto.subtle", () => Object.defineProperty(Crypto.prototype, "subtle", { value: undefined })],
  ]) {
    const page = await open(browser);
    await page.addInitScript(prepare);
    await page.clock.setFixedTime(new Date("2026-11-24T08:00:00Z"));
    await page.goto(project.url("en/verify.html"));
    await page.locator("[data-files]").setInputFiles(files);
    const times = [];
    for (let run = 0; run < 5; run += 1) {
      const before = process.hrtime.bigint();
      await page.locator("[data-start]").click();
      const heading = page.locator("[data-result] h2");
      await heading.waitFor({ timeout: 600_000 });
      times.push(Number(process.hrtime.bigint() - before) / 1e9);
      const verdict = await heading.textContent();
      if (verdict !== "Whole, but nobody is trusted yet") throw new Error(`${name}: ${verdict}`);
    }
    const mib = (fs.statSync(zip).size / 2 ** 20).toFixed(1);
    console.log(`${name.padEnd(6)} zip of ${mib} MiB, ${mode}: ${Math.min(...times).toFixed(2)} s`);
    await page.context().close();
  }
}
await browser.close();
