// Sites of many pages: each word is drawn from a dictionary by Zipf's law, about 600 words a page under five headings,
// with facts. The same pages at every run.

import fs from "node:fs";
import path from "node:path";

/** A small generator of numbers from a seed (Park and Miller). */
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

const FACTS = ["stress_lab.thresholds.max_blackout_minutes", "stress_lab.thresholds.max_latency_spike_ms"];

/** Adds `count` pages in each language to a project, and gives the words that they are made of, the most frequent first. */
export function addPages(project, count) {
  state = 6;
  const words = vocabulary();
  /** A word by Zipf's law: the chance of the word of rank r falls as 1 / r. */
  const word = () => words[Math.min(words.length - 1, Math.floor(Math.exp(random() * Math.log(words.length))) - 1)];
  const sentence = () => {
    const length = 9 + Math.floor(random() * 10);
    const made = Array.from({ length }, word).join(" ");
    const fact = random() < 0.03 ? ` \`fact:${FACTS[Math.floor(random() * FACTS.length)]}\`` : "";
    return `${made[0].toUpperCase()}${made.slice(1)}${fact}.`;
  };
  const body = (number) => {
    const head = `---\ntitle: ${word()} ${word()} ${number}\nsummary: ${Array.from({ length: 8 }, word).join(" ")}.\nsection: review\norder: ${number + 100}\n---\n`;
    const parts = Array.from({ length: 5 }, () => {
      const paragraphs = Array.from({ length: 2 }, () => Array.from({ length: 4 }, sentence).join(" "));
      return `## ${word()} ${word()} ${word()}\n\n${paragraphs.join("\n\n")}\n`;
    });
    return `${head}\n${parts.join("\n")}`;
  };
  for (let number = 0; number < count; number += 1) {
    // Every page must be there in both languages; what the English ones say is not measured.
    const text = body(number);
    for (const language of ["pl", "en"]) {
      const folder = project.path("content", language, "pages");
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, `page-${number}.md`), text);
    }
  }
  return words;
}
