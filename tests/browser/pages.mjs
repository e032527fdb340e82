// Which pages stand for all, so that tests find new ones by themselves.

import fs from "node:fs";

/** What a page of evidence says it is; pages that say the same have the same structure. */
function kind(project, name) {
  const html = fs.readFileSync(project.path("site", name), "utf8");
  const is = /<p class="lead">([^<]*)</.exec(html)?.[1] ?? "";
  const shows = ['<details class="fold"', '<ol class="lines"', "badge-sample"].map((part) => html.includes(part));
  return [name.slice(0, 2), is, ...shows].join("|");
}

/** Every page that is not about one file of evidence, and one page of each kind of evidence; `only` one language. */
export function kinds(project, only) {
  const seen = new Set();
  return project.pages().filter((name) => {
    if (only && !name.startsWith(`${only}/`)) return false;
    if (!name.includes("/evidence/") || name.endsWith("/index.html")) return true;
    const key = kind(project, name);
    return !seen.has(key) && seen.add(key);
  });
}
