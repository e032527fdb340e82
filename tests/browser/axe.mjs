// One way of asking axe, for all tests that do.

import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/** Rows of a table or lines of a listing that axe looks at; thousands more of the same would cost minutes each. */
const ROWS = 12;

/** Opens all folds, so that what is in them is looked at too, and cuts long tables and listings short. */
export const prepare = (page) =>
  page.evaluate((rows) => {
    for (const fold of document.querySelectorAll("main details")) fold.open = true;
    for (const list of document.querySelectorAll("main tbody, main ol.lines")) {
      [...list.children].slice(rows).forEach((one) => one.remove());
    }
  }, ROWS);

/** What axe says about the page that is open, a line for each element; `rules` are all or these. */
export async function violations(page, rules) {
  // Legacy mode looks from within the page; the other way needs a blank window for each of them, and we have no frames.
  // Preloading would fetch the style sheet, which our security policy refuses, with a complaint each time.
  const axe = new AxeBuilder({ page }).options({ preload: false, resultTypes: ["violations"] }).setLegacyMode(true);
  const { violations: found, passes } = await (rules ? axe.withRules(rules) : axe.withTags(TAGS)).analyze();
  assert.ok(passes.length > (rules ? 0 : 8), `axe looked at nothing: ${page.url()}, ${passes.map(({ id }) => id)}`);
  return found.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
}
