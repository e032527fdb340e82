// The work of benches/search.sh: makes the pages, builds, and measures in Chromium.

import fs from "node:fs";
import path from "node:path";
import { launch, open, Project } from "../tests/browser/harness.mjs";

const RUNS = 7;
const count = Number(process.argv[2] ?? 1000);

/** A small generator of numbers from a seed (Park and Miller), so that all runs have the same pages. */
let state = 6;
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;

/** 60,000 forms: eight neighbours at each of many places of a dictionary that lists forms in the order of the alphabet. */
function vocabulary() {
  const lines = fs.readFileSync("/usr/share/dict/polish", "utf8").split("\n");
  const words = lines.filter((word) => /^[a-ząćęłńóśźż]{3,14}$/.test(word));
  const chosen = [];
  for (let at = 0; chosen.length < 60_000; at = (at + 997) % (words.length - 8)) chosen.push(...words.slice(at, at + 8));
  for (let at = chosen.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [chosen[at], chosen[other]] = [chosen[other], chosen[at]];
  }
  return chosen;
}

/** A word by Zipf's law: the chance of the word of rank r falls as 1 / r. */
const words = vocabulary();
const word = () => words[Math.min(words.length - 1, Math.floor(Math.exp(random() * Math.log(words.length))) - 1)];
const FACTS = ["stress_lab.thresholds.max_blackout_minutes", "stress_lab.thresholds.max_latency_spike_ms"];

function sentence() {
  const length = 9 + Math.floor(random() * 10);
  const made = Array.from({ length }, word).join(" ");
  const fact = random() < 0.03 ? ` \`fact:${FACTS[Math.floor(random() * FACTS.length)]}\`` : "";
  return `${made[0].toUpperCase()}${made.slice(1)}${fact}.`;
}

function body(number) {
  const head = `---\ntitle: ${word()} ${word()} ${number}\nsummary: ${Array.from({ length: 8 }, word).join(" ")}.\nsection: review\norder: ${number + 100}\n---\n`;
  const parts = Array.from({ length: 5 }, () => {
    const paragraphs = Array.from({ length: 2 }, () => Array.from({ length: 4 }, sentence).join(" "));
    return `## ${word()} ${word()} ${word()}\n\n${paragraphs.join("\n\n")}\n`;
  });
  return `${head}\n${parts.join("\n")}`;
}

const project = new Project();
for (let number = 0; number < count; number += 1) {
  // Every page must be there in both languages; what the English ones say is not measured.
  const text = body(number);
  for (const language of ["pl", "en"]) {
    const folder = project.path("content", language, "pages");
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, `page-${number}.md`), text);
  }
}
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
