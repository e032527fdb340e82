/* The page: takes what is to be verified and whom to trust, shows progress and verdict, and saves the report. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const {
    authentication, badJson, badReport, chosen, Distrust, goodJson, goodReport, HmacKey, KeyError, Moment, notProven, Policy,
    Trust, TrustError, utf8, verdictLines, visible, Words,
  } = verifier;

  const form = document.querySelector("[data-verifier]");
  const words = new Words(JSON.parse(form.dataset.words));
  const say = words.say.bind(words);
  const part = (name) => document.querySelector(`[data-${name}]`);

  /** Most rows of a table; a saved report has all. */
  const MAX_ROWS = 2000;
  /** Milliseconds for which the page may not answer. */
  const PATIENCE = 50;
  const MIB = 1 << 20;

  /** What was chosen, the bytes of a key file if one was, and the verification that runs. */
  let given = null;
  let keyFile = null;
  let running = null;

  /** The reader stopped the verification. */
  class Stopped extends Error {}

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  /** Text whose parts between backticks, and whose fingerprints, are code. */
  function rich(text) {
    const parts = visible(text).split(/`([^`]*)`|(SHA256:[A-Za-z0-9+/]{43})/);
    return parts.filter((piece) => piece !== undefined).map((piece, index) => (index % 2 === 1 ? element("code", {}, piece) : piece));
  }

  function listOf(lines) {
    return element("ul", {}, ...lines.map((line) => element("li", {}, ...rich(line))));
  }

  function size(bytes) {
    const [key, unit] = bytes < MIB ? ["kib", 1024] : ["mib", MIB];
    const number = (bytes / unit).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
    return say(key, { n: number });
  }

  // What was chosen

  function choose(what) {
    given = what;
    const { name, files } = what ?? { files: [] };
    const values = what && { name: visible(name), count: files.length, size: size(what.size) };
    const text = files.length > 1 ? say("chosen_files", values) : what && say("chosen_file", values);
    part("chosen").textContent = text ?? part("chosen").dataset.nothing;
    part("clear").hidden = !what;
    forget();
  }

  /** A verdict about other entries than those that stand there must not stay. */
  function forget() {
    part("result").hidden = true;
    part("result").replaceChildren();
    part("said").textContent = "";
  }

  async function drop(event) {
    event.preventDefault();
    part("drop").classList.remove("drop-over");
    try {
      choose(await chosen.fromDrop(event.dataTransfer));
    } catch {
      choose(null);
      part("chosen").textContent = say("unreadable");
    }
  }

  // What is demanded

  /** An entry of the form that cannot be used. */
  class InputError extends Error {
    constructor(field, message) {
      super(message);
      this.field = field;
    }
  }

  function readTrust() {
    const [text, identity] = [part("trust").value, part("identity").value.trim()];
    try {
      const trust = text.trim() === "" ? null : Trust.read(text.endsWith("\n") ? text : `${text}\n`);
      if (identity !== "") (trust ?? new Trust([])).checkIdentity(identity);
      return { trust, identity: identity || null };
    } catch (error) {
      if (!(error instanceof TrustError)) throw error;
      const values = { line: error.line, reason: words.reason(error) };
      const field = error.reason === "trust.unnamed" ? "identity" : "trust";
      throw new InputError(part(field), say(error.line === null ? "input_whole" : "input_at", values));
    }
  }

  function readKey() {
    const [text, id] = [part("hmac").value, part("hmac-id").value.trim()];
    if (keyFile === null && text === "") return null;
    try {
      return new HmacKey(keyFile ?? utf8(text), id || undefined);
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      throw new InputError(part("hmac"), say("input_whole", { reason: words.reason(error) }));
    }
  }

  function readPolicy() {
    const age = part("max-age");
    if (!age.checkValidity()) throw new InputError(age, age.validationMessage);
    return new Policy({
      ...readTrust(),
      hmacKey: readKey(),
      maxAgeDays: age.value === "" ? null : Number(age.value),
      acceptDrafts: !part("refuse-drafts").checked,
      now: new Moment(Math.floor(Date.now() / 1000)),
    });
  }

  // The result

  /** The heading, its colour by `tone`, and what stands under it. */
  function show(state, tone, ...content) {
    const result = part("result");
    const heading = element("h2", { class: `verifier-verdict verdict-${tone}` }, say(`state.${state}`));
    result.replaceChildren(heading, ...content);
    result.hidden = false;
    result.focus();
    part("said").textContent = say(`state.${state}`);
  }

  function heading(key) {
    return element("h3", {}, say(key));
  }

  /** A table of files: path, badge, words. */
  function fileTable(rows, last) {
    const cells = ({ path, tone, verdict, more }) =>
      element(
        "tr", {},
        element("th", { scope: "row" }, element("code", {}, visible(path))),
        element("td", {}, element("span", { class: `badge badge-${tone}` }, verdict)),
        element("td", {}, ...rich(more)),
      );
    const columns = ["file", "verdict_of", last].map((key) => element("th", { scope: "col" }, say(key)));
    const body = element("tbody", {}, ...rows.slice(0, MAX_ROWS).map(cells));
    const table = element("table", { class: "verifier-files" }, element("thead", {}, element("tr", {}, ...columns)), body);
    const wrap = element("div", { class: "table-wrap", tabindex: "0", role: "region", "aria-label": say("files") }, table);
    const leftOut = rows.length - MAX_ROWS;
    return leftOut > 0 ? [wrap, element("p", { class: "table-note" }, say("left_out", { count: leftOut }))] : [wrap];
  }

  function legend() {
    const proofs = Object.keys(words.table).filter((key) => key.startsWith("proof."));
    const terms = proofs.map((key) => {
      const term = element("dt", {}, element("code", {}, key.slice("proof.".length)));
      return element("div", {}, term, element("dd", {}, ...rich(say(key))));
    });
    return element("details", { class: "fold" }, element("summary", {}, say("words")), element("dl", { class: "facts" }, ...terms));
  }

  function save(name, type, text) {
    const address = URL.createObjectURL(new Blob([text], { type }));
    element("a", { href: address, download: name }).click();
    // Not at once: the browser reads it after the click.
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  /** Buttons that save the report in both forms. */
  function saving(name, report, json) {
    const file = (visible(name).replace(/[^A-Za-z0-9._-]+/g, "-") || "bundle").replace(/\.zip$/, "");
    const markdown = element("button", { class: "button", type: "button" }, say("save_markdown"));
    const object = element("button", { class: "button", type: "button" }, say("save_json"));
    markdown.addEventListener("click", () => save(`${file}.verification.md`, "text/markdown", report));
    object.addEventListener("click", () => {
      save(`${file}.verification.json`, "application/json", `${JSON.stringify(json, null, 2)}\n`);
    });
    return element("p", { class: "verifier-row" }, markdown, object);
  }

  function aboutOf(policy) {
    return { now: policy.now, version: form.dataset.version };
  }

  function signatureOfPage(policy) {
    return { verified_at: String(policy.now), verified_by: `verification page of stage6 ${form.dataset.version}` };
  }

  function showGood(verification, policy) {
    const by = authentication(verification);
    const [state, tone] = { producer: ["producer", "good"], "shared-key": ["shared", "good"], none: ["none", "warn"] }[by];
    const rows = verification.files.map(({ path, proofs }) => ({
      path, tone: "passed", verdict: say("good"), more: proofs.map((proof) => `\`${proof}\``).join(" "),
    }));
    const count = say("count", { bundle: verification.bundle, count: verification.files.length });
    show(
      state, tone, element("p", {}, ...rich(count)), heading("shown"), listOf(verdictLines(words, verification)),
      heading("not_proven"), listOf(notProven(words, verification)),
      saving(
        verification.bundle, goodReport(words, verification, policy, aboutOf(policy)),
        { ...goodJson(words, verification), ...signatureOfPage(policy) },
      ),
      heading("files"), ...fileTable(rows, "shown_by"), legend(),
    );
  }

  function showBad(distrust, what, policy) {
    const reason = words.reason(distrust);
    const values = { file: distrust.file, reason, code: distrust.code };
    const others = what.files.map(([path]) => path).filter((path) => path !== distrust.file);
    const rows = [
      { path: distrust.file, tone: "failed", verdict: say("bad"), more: reason },
      ...others.map((path) => ({ path, tone: "none", verdict: say("no_statement"), more: "" })),
    ];
    const hint = say(distrust.isForeign ? "foreign_hint" : "first_ends");
    show(
      distrust.isForeign ? "foreign" : "refused", "bad", element("p", {}, ...rich(say("at_fault", values))),
      element("p", {}, ...rich(hint)),
      saving(
        what.name, badReport(words, what.name, distrust, aboutOf(policy)),
        { ...badJson(words, distrust), ...signatureOfPage(policy) },
      ),
      heading("files"), ...fileTable(rows, "shown_by"),
    );
  }

  function showInput(error) {
    show("input", "bad", element("p", {}, ...rich(error.message)));
    error.field.setAttribute("aria-invalid", "true");
    const fold = error.field.closest("details");
    if (fold) fold.open = true;
    error.field.focus();
  }

  // The verification

  /** Tells the reader how far the verification is, and lets the page answer in between. */
  function progressOf(run) {
    let [done, total, last] = [0, 0, 0];
    const bar = part("progress").querySelector("progress");
    const text = part("progress").querySelector("p");
    const progress = (bytes, path) => {
      done += bytes;
      if (run.isStopped) throw new Stopped();
      const now = performance.now();
      if (now - last < PATIENCE) return undefined;
      last = now;
      bar.value = total === 0 ? 0 : Math.min(1, done / total);
      text.textContent = say("reading", { done: size(done), total: size(total), path: visible(path) });
      return new Promise((resolve) => {
        setTimeout(resolve);
      });
    };
    progress.expect = (bytes) => {
      total += bytes;
    };
    return progress;
  }

  async function start(event) {
    event.preventDefault();
    forget();
    form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    if (running) return;
    if (!given) {
      show("input", "bad", element("p", {}, say("choose_first")));
      part("files").focus();
      return;
    }
    const what = given;
    running = { isStopped: false };
    setRunning(true);
    let policy;
    try {
      policy = readPolicy();
      showGood(await verifier.verify(what, policy, progressOf(running)), policy);
    } catch (error) {
      if (error instanceof Distrust) showBad(error, what, policy);
      else if (error instanceof InputError) showInput(error);
      else if (error instanceof Stopped) show("stopped", "warn");
      else show("failed", "bad", element("p", {}, element("code", {}, String(error))));
    } finally {
      running = null;
      setRunning(false);
    }
  }

  function setRunning(isRunning) {
    part("progress").hidden = !isRunning;
    part("progress").querySelector("progress").value = 0;
    part("progress").querySelector("p").textContent = "";
    part("stop").hidden = !isRunning;
    // While it runs, entries are as they were at its start.
    form.querySelectorAll("fieldset").forEach((step) => {
      step.disabled = isRunning;
    });
    part("start").disabled = isRunning;
  }

  function stop() {
    if (running) running.isStopped = true;
  }

  function forgetKeyFile() {
    keyFile = null;
    part("hmac-name").textContent = "";
  }

  async function takeKeyFile() {
    const [file] = part("hmac-file").files;
    if (!file) return;
    keyFile = new Uint8Array(await file.arrayBuffer());
    part("hmac").value = "";
    part("hmac-name").textContent = visible(file.name);
    part("hmac-file").value = "";
  }

  async function takeTrustFile() {
    const [file] = part("trust-file").files;
    if (!file) return;
    part("trust").value = await file.text();
    part("trust-file").value = "";
  }

  function listen() {
    const on = (name, kind, act) => part(name).addEventListener(kind, act);
    form.addEventListener("submit", start);
    form.addEventListener("input", forget);
    on("files", "change", () => choose(chosen.fromFiles(part("files").files)));
    on("folder", "change", () => choose(chosen.fromFolder(part("folder").files)));
    on("clear", "click", () => {
      part("files").value = "";
      part("folder").value = "";
      choose(null);
      part("files").focus();
    });
    on("trust-file", "change", takeTrustFile);
    on("hmac-file", "change", takeKeyFile);
    on("hmac", "input", forgetKeyFile);
    on("stop", "click", stop);
    on("drop", "dragover", (event) => {
      event.preventDefault();
      part("drop").classList.add("drop-over");
    });
    on("drop", "dragleave", () => part("drop").classList.remove("drop-over"));
    on("drop", "drop", drop);
    // A file dropped beside the zone must not open in place of the page.
    ["dragover", "drop"].forEach((kind) => window.addEventListener(kind, (event) => event.preventDefault()));
    // Neither going back nor a restored tab brings a key again.
    window.addEventListener("pagehide", () => {
      form.reset();
      forgetKeyFile();
    });
  }

  part("chosen").dataset.nothing = part("chosen").textContent;
  listen();
  part("without").hidden = true;
  form.hidden = false;
})();
