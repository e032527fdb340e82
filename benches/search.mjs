// The work of benches/search.sh: makes the pages, builds, and measures in Chromium.

import fs from "node:fs";
import { addPages } from "../tests/browser/corpus.mjs";
import { launch, open, Project } from "../tests/browser/harness.mjs";

const RUNS = 7;
const count = Number(process.argv[2] ?? 1000);

const project = new Project();
const words = addPages(project, count);
project.build("--draft");

const size = (name) => fs.statSync(project.path("site/search/pl", name)).size;
const texts = fs.readdirSync(project.path("site/search/pl")).filter((name) => name.startsWith("text-"));
const total = texts.reduce((sum, name) => sum + size(name), 0);
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(0)} kB`;
console.log(`pages                  ${project.pages().filter((name) => name.startsWith("pl/")).length}`);
console.log(`index                  ${kilobytes(size("index.js"))}`);
console.log(`texts for context      ${kilobytes(total)} in ${texts.length} files, loaded by result`);

const browser = await launch();
const queries = [words[300], words[40], `${words[20]} ${words[90]}`, words[5].slice(0, 3), "40 min"];
const loads = [];
const firsts = [];
const nexts = [];
for (let run = 0; run < RUNS; run += 1) {
  const page = await open(browser);
  await page.goto(project.url("pl/whitepaper.html"));
  const [load, ...answers] = await page.evaluate(async (queries) => {
    const start = performance.now();
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true }));
    while (!window.stage6Search?.engine("pl")) await new Promise((resolve) => setTimeout(resolve, 1));
    const times = [performance.now() - start];
    const input = document.querySelector("dialog.search input");
    const list = document.querySelector("dialog.search .search-results");
    for (const query of queries) {
      const begin = performance.now();
      const drawn = new Promise((resolve) => {
        new MutationObserver((_, observer) => {
          if (list.querySelector(".search-hit")) {
            observer.disconnect();
            resolve(performance.now() - begin);
          }
        }).observe(list, { childList: true });
      });
      input.value = query;
      input.dispatchEvent(new Event("input"));
      times.push(await drawn);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return times;
  }, queries);
  loads.push(load);
  firsts.push(answers[0]);
  nexts.push(...answers.slice(1));
  if (page.complaints.length > 0) throw new Error(page.complaints.join("\n"));
  await page.context().close();
}
await browser.close();
const shown = (times) => {
  times.sort((left, right) => left - right);
  return `fastest ${times[0].toFixed(1)} ms   median ${times[times.length >> 1].toFixed(1)} ms   of ${times.length}`;
};
console.log(`engine and index       ${shown(loads)}`);
console.log(`first result           ${shown(firsts)}`);
console.log(`results while typing   ${shown(nexts)}`);
