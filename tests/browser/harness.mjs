// What all browser tests share: a sample project built by the real binary, and Chromium that must stay off the network.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The repository's own folder. */
export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
/** The binary under test; `tests/run.sh` names another one with STAGE6. */
export const stage6 = process.env.STAGE6 ?? path.join(repository, "target/debug/stage6");
/** The moment that scenes are built at. */
export const DATE = "2026-11-23T12:00:00Z";
/** Keys for scenes, the ones of tests/suite/scene.rs; secret to nobody. */
export const KEY = "d7d1b6b6a2ef6cb5b8f08a7cae9ecd4ea2d9a6e5a5a1df7f3ed1a9a27e4fb3c1";
export const RELEASE_KEY =
  "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
const KEYS = [
  "--signing-key-path", "secrets/audit.hmac", "--signing-key-id", "audit-2026",
  "--release-key-path", "secrets/release.pem",
];

/** A copy of the shipped sample in a temporary folder, which ends with the process. */
export class Project {
  constructor() {
    // A blank and letters with diacritics, as unpacked folders have them.
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "stage6 zażółć "));
    process.on("exit", () => fs.rmSync(this.folder, { recursive: true, force: true }));
    for (const part of ["config", "content"]) {
      fs.cpSync(path.join(repository, part), this.path(part), { recursive: true });
    }
    const audit = "var/audit/stage6";
    for (const part of ["market_intel", "history", "signal_quality"]) {
      fs.cpSync(path.join(repository, audit, part), this.path(audit, part), { recursive: true });
    }
    for (const name of fs.readdirSync(path.join(repository, audit)).filter((name) => name.endsWith(".md"))) {
      fs.copyFileSync(path.join(repository, audit, name), this.path(audit, name));
    }
    fs.mkdirSync(this.path("secrets"));
    fs.writeFileSync(this.path("secrets/audit.hmac"), KEY, { mode: 0o600 });
    fs.writeFileSync(this.path("secrets/release.pem"), RELEASE_KEY, { mode: 0o600 });
  }

  /** Where a path of the project lies. */
  path(...parts) {
    return path.join(this.folder, ...parts);
  }

  /** Runs `stage6`; throws with all that it printed unless it ends with `code`. */
  run(args, code = 0) {
    const env = { ...process.env };
    for (const name of ["SOURCE_DATE_EPOCH", "STRESS_LAB_SIGNING_KEY"]) delete env[name];
    const ran = spawnSync(stage6, args, { cwd: this.folder, encoding: "utf8", env });
    if (ran.status !== code) {
      throw new Error(`stage6 ${args.join(" ")}: ${ran.status}\n${ran.error ?? ""}${ran.stdout}${ran.stderr}`);
    }
    return ran;
  }

  /** Builds with the scene's keys. */
  build(...more) {
    return this.run(["build", "--date", DATE, ...KEYS, ...more]);
  }

  /** The address of a page of the site, opened from the disk. */
  url(page) {
    return pathToFileURL(this.path("site", page)).href;
  }

  /** The paths of all HTML pages of the site. */
  pages() {
    const names = fs.readdirSync(this.path("site"), { recursive: true });
    return names.filter((name) => name.endsWith(".html")).sort();
  }
}

/** The sample, built. */
export function sample() {
  const project = new Project();
  project.build();
  return project;
}

/** Chromium without a network of its own. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
}

/**
 * A tab, with what it did wrong: `page.complaints` collects console errors, exceptions, refusals of the content
 * security policy, and every request that leaves the page (any but file:, data:, blob: and `allowed` origins).
 */
export async function open(browser, { width = 1280, height = 900, scheme = "light", allowed, ...more } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme: scheme, acceptDownloads: true, ...more,
  });
  const page = await context.newPage();
  page.complaints = [];
  // A page that waits for its fonts is not seen yet, and takes no focus, however one came to it.
  if (more.javaScriptEnabled !== false) {
    for (const way of ["goto", "reload", "waitForURL"]) {
      const go = page[way].bind(page);
      page[way] = async (...where) => {
        const response = await go(...where);
        await page.waitForFunction(() => !document.documentElement.hasAttribute("data-fonts"));
        return response;
      };
    }
  }
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => page.complaints.push(`exception: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    const own = /^(file|data|blob):/.test(url) || (allowed && url.startsWith(allowed));
    if (!own) page.complaints.push(`request: ${url}`);
  });
  return page;
}

/** Opens a page of a project for one test, which fails at its end if the page did something wrong. */
export async function visit(t, browser, url, more) {
  const page = await open(browser, more);
  t.after(async () => {
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
  await page.goto(url);
  return page;
}

/** Presses Tab until an element of this selector has the focus. */
export async function tabTo(page, selector, most = 200) {
  for (let turn = 0; turn < most; turn += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`Tab does not reach ${selector}`);
}
