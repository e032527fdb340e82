// Pages opened from an unpacked folder: nothing leaves them, nothing is refused, nothing is cut off.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, sample } from "./harness.mjs";

let browser;
let project;
before(async () => {
  project = sample();
  browser = await launch();
});
after(() => browser.close());

for (const [width, scheme] of [[1280, "light"], [360, "dark"]]) {
  test(`no page leaves the folder or scrolls sideways at ${width} px`, async () => {
    const page = await open(browser, { width, scheme });
    for (const name of project.pages()) {
      await page.goto(project.url(name));
      const [content, room] = await page.evaluate(() => {
        const root = document.scrollingElement;
        return [root.scrollWidth, root.clientWidth];
      });
      assert.ok(content <= room, `${name} is ${content} px wide in ${room} px`);
    }
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}
