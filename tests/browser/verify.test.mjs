// The page that verifies in the browser comes to the verdicts of `stage6 verify`: on everything that the scenes of
// `cargo test` kept under target/tampered, on zips and bags that others made to mislead tools, and on the vectors of
// Wycheproof; with the browser's own SHA-256, and without anything that an old browser may lack.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, open, repository, sample, stage6 } from "./harness.mjs";

const target = process.env.CARGO_TARGET_DIR ?? path.join(repository, "target");
const kept = path.join(target, "tampered");
const shared = path.join(repository, "../shared/hostile");

/** What a kept verdict may have been asked for that the page cannot be asked, with the reason. */
const ELSEWHERE = {
  "a record of what was seen": "all local files share a browser's storage, so the page keeps no record",
  "a policy file": "the page has entries for what it can demand, and reads no file of the project's",
};

/** Ways in which a browser may be poor. */
const MODES = {
  "the browser's own SHA-256": () => undefined,
  "no crypto.subtle": () => Object.defineProperty(Crypto.prototype, "subtle", { value: undefined }),
  "neither crypto.subtle nor DecompressionStream": () => {
    Object.defineProperty(Crypto.prototype, "subtle", { value: undefined });
    delete window.DecompressionStream;
  },
};

let browser;
let project;
before(async () => {
  project = sample();
  browser = await launch();
});
after(() => browser.close());

/** The page in English, in a browser of one mode, with a function that judges what it is given. */
async function judgeIn(mode) {
  const page = await open(browser);
  await page.addInitScript(MODES[mode]);
  await page.goto(project.url("en/verify.html"));
  await page.evaluate(() => {
    window.objects = new Map();
    window.hold = (digest, text) => {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      window.objects.set(digest, new Blob([bytes]));
    };
    window.judge = async ({ files, isFolder, asked }) => {
      const verifier = window.Stage6Verify;
      const words = new verifier.Words(JSON.parse(document.querySelector("[data-words]").dataset.words));
      const now = asked.now && (verifier.parseMoment(asked.now) ?? verifier.parseDay(asked.now));
      const policy = new verifier.Policy({
        now: now ?? null,
        trust: asked.trust ? verifier.Trust.read(asked.trust) : null,
        hmacKey: asked.hmac_key ? new verifier.HmacKey(verifier.utf8(asked.hmac_key), asked.hmac_key_id) : null,
        identity: asked.identity ?? null,
        maxAgeDays: asked.max_age_days ?? null,
      });
      const blobs = files.map(([name, digest]) => [name, window.objects.get(digest)]);
      try {
        const found = await verifier.verify({ files: blobs, isFolder }, policy);
        return { exit: 0, said: verifier.goodJson(words, found) };
      } catch (error) {
        if (!(error instanceof verifier.Distrust)) return { exit: -1, said: { reason: String(error.stack) } };
        return { exit: error.isForeign ? 2 : 4, said: verifier.badJson(words, error) };
      }
    };
  });
  return page;
}

/** All files below a folder as pairs of path and place. */
function filesOf(folder) {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => {
    const place = path.join(entry.parentPath ?? entry.path, entry.name);
    return [path.relative(folder, place), place];
  });
}

const digests = new Map();

/** The digest of a file; links to one file are read once. */
function digestOf(place) {
  const { ino } = fs.statSync(place);
  if (!digests.has(ino)) digests.set(ino, createHash("sha256").update(fs.readFileSync(place)).digest("hex"));
  return digests.get(ino);
}

/** Gives the page what lies at `place`, and what it says of it. */
async function judge(page, held, place, asked) {
  const isFolder = fs.statSync(place).isDirectory();
  const files = isFolder ? filesOf(place) : [[path.basename(place), place]];
  const named = files.map(([name, file]) => [name, digestOf(file), file]);
  for (const [, digest, file] of named.filter(([, digest]) => !held.has(digest))) {
    await page.evaluate(([of, text]) => window.hold(of, text), [digest, fs.readFileSync(file, "base64")]);
    held.add(digest);
  }
  const given = { files: named.map(([name, digest]) => [name, digest]), isFolder, asked };
  return page.evaluate((what) => window.judge(what), given);
}

/** All that scenes kept. */
function verdicts() {
  const tests = fs.existsSync(kept) ? fs.readdirSync(kept).filter((name) => name !== "objects").sort() : [];
  return tests.flatMap((name) => {
    const lines = fs.readFileSync(path.join(kept, name, "verdicts.jsonl"), "utf8").trim().split("\n");
    return lines.map((line) => ({ test: name, ...JSON.parse(line) }));
  });
}

/** The first of each `step` verdicts of one exit code: the order in which scenes ran picks none of them. */
function eachNth(all, step) {
  const seen = new Map();
  return all.filter(({ exit }) => {
    const at = seen.get(exit) ?? 0;
    seen.set(exit, at + 1);
    return at % step === 0;
  });
}

/** What both say, without the sentences about a record, which the page has not, and about the page itself. */
function comparable(given) {
  // Pages set type, terminals do not.
  const said = JSON.parse(JSON.stringify(given).replaceAll("’", "'").replaceAll("\u00a0", " "));
  const isOwn = (line) => line.startsWith("that it is the newest release:") || line.startsWith("that this page is honest:");
  return { ...said, ...(said.not_proven && { not_proven: said.not_proven.filter((line) => !isOwn(line)) }) };
}

/** The members of `said` that `expected` has too: scenes that ask the library keep only some. */
function sameMembers(said, expected) {
  return Object.fromEntries(Object.keys(expected).map((key) => [key, said[key]]));
}

/** Gives the page what a scene kept, and requires its verdict to be the one that was kept. */
async function sameVerdict(page, held, verdict) {
  const { exit, said } = await judge(page, held, path.join(kept, verdict.test, verdict.given), verdict);
  const where = `${verdict.test}/${verdict.given}`;
  assert.equal(exit, verdict.exit, `${where}: ${JSON.stringify(said)} and ${JSON.stringify(verdict.said)}`);
  const expected = comparable(verdict.said);
  assert.deepEqual(sameMembers(comparable(said), expected), expected, where);
  return exit;
}

for (const mode of Object.keys(MODES)) {
  test(`the verdicts of stage6 verify, with ${mode}`, { timeout: 1_800_000 }, async () => {
    // How bytes are hashed and unpacked is another matter than what is said of them: an eighth of each kind shows it.
    const every = Object.keys(MODES)[0] === mode ? 1 : 8;
    const all = eachNth(verdicts(), every);
    assert.ok(all.length > 1000 / every, `${all.length} verdicts in ${kept}; run \`cargo test --test suite\` first`);
    const page = await judgeIn(mode);
    const held = new Set();
    const counts = { accepted: 0, foreign: 0, refused: 0, elsewhere: 0 };
    for (const verdict of all) {
      if (verdict.elsewhere) {
        assert.ok(ELSEWHERE[verdict.elsewhere], verdict.elsewhere);
        counts.elsewhere += 1;
        continue;
      }
      const exit = await sameVerdict(page, held, verdict);
      counts[{ 0: "accepted", 2: "foreign", 4: "refused" }[exit]] += 1;
    }
    assert.ok(counts.accepted >= 40 / every && counts.foreign >= 160 / every && counts.refused >= 800 / every, JSON.stringify(counts));
    assert.ok(counts.elsewhere < 40, JSON.stringify(counts));
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test("changed files about signal quality and changed checklists, in bags that fit them", { timeout: 300_000 }, async () => {
  const all = verdicts().filter(({ test: name }) => name.startsWith("threats.sections."));
  const refusals = new Set(all.filter(({ exit }) => exit === 4).map(({ said }) => `${said.file} ${said.code}`));
  const [snapshots, checklist] = ["data/signal_quality", "data/evidence/var/audit/stage6/list"];
  for (const refusal of [
    `${snapshots}/binance.json hash-mismatch`, `${snapshots}/binance.json missing-signature`,
    `${snapshots}/kraken.json missing-file`, "data/reports/signal_quality.json malformed",
    `${checklist}.md hash-mismatch`, `${checklist}.md missing-file`, `${checklist}.md.sig malformed`,
    `${checklist}.md.sig bad-signature`, `${checklist}.manifest.json malformed`, `${checklist}.manifest.json missing-file`,
  ]) {
    assert.ok(refusals.has(refusal), `no scene was refused with ${refusal}: ${[...refusals].join(", ")}`);
  }
  for (const mode of Object.keys(MODES)) {
    const page = await judgeIn(mode);
    const held = new Set();
    for (const verdict of all) await sameVerdict(page, held, verdict);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  }
});

/** Whether the material that is provided beside the repository is there; in CI it must be. */
function hasShared(context) {
  if (fs.existsSync(shared)) return true;
  assert.ok(!process.env.CI, `${shared} is missing, and CI must not pass without it`);
  context.skip(`${shared} is not there`);
  return false;
}

test("zips and bags that others made to mislead tools", { timeout: 600_000 }, async (context) => {
  if (!hasShared(context)) return;
  const zips = ["libzip", "yauzl", "safearchive"].flatMap((folder) => {
    return filesOf(path.join(shared, folder)).map(([, place]) => place).filter((place) => place.endsWith(".zip"));
  });
  const kinds = ["v0.97/valid", "v0.97/invalid", "v0.97/warning", "v1.0/valid", "v1.0/invalid"];
  const bags = kinds.flatMap((kind) => {
    const folder = path.join(shared, "bagit", kind);
    const entries = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return entries.map((entry) => path.join(folder, entry.name));
  });
  assert.ok(zips.length >= 80 && bags.length >= 25, `${zips.length} zips, ${bags.length} bags`);
  const page = await judgeIn("the browser's own SHA-256");
  const held = new Set();
  for (const place of [...zips, ...bags]) {
    const ran = spawnSync(stage6, ["verify", "--json", "--no-key", place], { encoding: "utf8" });
    const { exit, said } = await judge(page, held, place, {});
    assert.equal(exit, ran.status, place);
    assert.deepEqual(comparable(said), comparable(JSON.parse(ran.stdout)), place);
  }
  await page.context().close();
});

test("the Ed25519 vectors of Wycheproof", async (context) => {
  if (!hasShared(context)) return;
  const text = fs.readFileSync(path.join(shared, "wycheproof/testvectors_v1/ed25519_test.json"), "utf8");
  const page = await judgeIn("no crypto.subtle");
  const judged = await page.evaluate(({ testGroups }) => {
    const { fromHex, PublicKey } = window.Stage6Verify;
    return testGroups.flatMap(({ publicKey, tests }) => {
      const key = PublicKey.fromBytes(fromHex(publicKey.pk));
      return tests.map(({ tcId, msg, sig, result }) => [tcId, key.verifies(fromHex(msg), fromHex(sig)), result === "valid"]);
    });
  }, JSON.parse(text));
  assert.equal(judged.length, 151);
  assert.deepEqual(judged.filter(([, said, expected]) => said !== expected), []);
  // Points of small order, and other encodings of a point (RFC 8032, section 5.1.3), are no keys.
  const weak = ["01".padEnd(64, "0"), "00".repeat(32), `ec${"ff".repeat(30)}7f`, `ee${"ff".repeat(30)}7f`];
  const keys = await page.evaluate((all) => {
    const { fromHex, PublicKey } = window.Stage6Verify;
    return all.map((key) => PublicKey.fromBytes(fromHex(key)));
  }, weak);
  assert.deepEqual(keys, weak.map(() => null));
  await page.context().close();
});

test("the HMAC covers the very form that Python gives JSON", async (context) => {
  if (spawnSync("python3", ["--version"]).status !== 0) {
    assert.ok(!process.env.CI, "python3 is missing, and CI must not pass without it");
    context.skip("python3 is not installed");
    return;
  }
  const written = [
    "-0", "-0.0", "1.0", "9007199254740993", "1e-07", "1e16", "1e15", "-1113178120592002.25", "1E5", "1e23", "5e-324",
    "1.7976931348623157e308", "0.1", "0.0001", "0.00001", "9999999999999998.0", '"\\u00e9\\ud83d\\ude00\\/\\u007f"',
    '{"\u{1f600}":1,"\uffff":2,"b":[],"":{},"B":null}', '"\\b\\f\\n\\r\\t\\u0000\\u001f\\"\\\\"', '{"__proto__":[true,false]}',
  ];
  // Doubles of all magnitudes, the same in each run: SplitMix64 (Steele, Lea and Flood, 2014).
  let state = 6n;
  const next = () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let word = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    word = BigInt.asUintN(64, (word ^ (word >> 27n)) * 0x94d049bb133111ebn);
    return word ^ (word >> 31n);
  };
  const numbers = Array.from({ length: 5000 }, () => new Float64Array(BigUint64Array.of(next()).buffer)[0]);
  const documents = [...written, ...numbers.filter(Number.isFinite).map((number) => number.toExponential())];
  const program =
    "import json,sys\nfor line in json.load(sys.stdin):\n" +
    " print(json.dumps(json.dumps(json.loads(line),ensure_ascii=False,sort_keys=True,separators=(',',':'))))";
  const ran = spawnSync("python3", ["-c", program], { input: JSON.stringify(documents), encoding: "utf8" });
  const expected = ran.stdout.trim().split("\n").map((line) => JSON.parse(line));
  const page = await judgeIn("no crypto.subtle");
  const found = await page.evaluate((all) => {
    const { json, utf8 } = window.Stage6Verify;
    return all.map((text) => json.canonical(json.read(utf8(text))));
  }, documents);
  assert.deepEqual(found, expected);
  await page.context().close();
});
