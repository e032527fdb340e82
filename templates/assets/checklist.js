/* Checklists that remember. Ticks are kept in this browser only, under keys that name release, language, page and list;
   an item is known by the digest of its text, so that an edited item does not inherit a tick. The record that is
   exported is what `stage6 sign-runbook --record` reads. A classic script: pages opened from a folder load no modules. */
(function () {
  "use strict";
  var desk = document.querySelector("[data-checklist-desk]");
  if (!desk) {
    return;
  }
  var words = desk.dataset;
  var SCHEMA = "stage6.checklist.record";
  var LARGEST = 1 << 20;
  var PREFIX = "stage6-checklist:" + words.release + ":";
  var WHO = PREFIX + "who";

  function part(name) {
    return desk.querySelector("[data-" + name + "]");
  }

  function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, function (gap, name) {
      return Object.prototype.hasOwnProperty.call(values, name) ? values[name] : gap;
    });
  }

  /* The reader's clock, to the second. */
  function now() {
    return new Date().toISOString().replace(/\.\d+Z$/, "Z");
  }

  var storage = (function () {
    try {
      var probe = PREFIX + "probe";
      window.localStorage.setItem(probe, "1");
      window.localStorage.removeItem(probe);
      return window.localStorage;
    } catch (error) {
      return null; // Refused, or full: nothing is remembered, and the page says so.
    }
  })();

  function readStored(key) {
    try {
      var value = storage && JSON.parse(storage.getItem(key));
      return value && typeof value === "object" ? value : {};
    } catch (error) {
      return {}; // Other local pages share this storage; what they wrote here is no record of ours.
    }
  }

  function writeStored(key, value) {
    try {
      if (storage) {
        storage.setItem(key, value);
      }
    } catch (error) {
      part("note").textContent = words.notKept;
    }
  }

  function removeStored(key) {
    if (storage) {
      storage.removeItem(key);
    }
  }

  var lists = [];
  var items = [];

  function listOf(element) {
    var found = lists.filter(function (list) { return list.element === element; })[0];
    if (!found) {
      found = { element: element, items: [], key: PREFIX + words.language + "/" + words.page + ":" + (lists.length + 1) };
      lists.push(found);
    }
    return found;
  }

  Array.prototype.forEach.call(document.querySelectorAll("main li[data-item]"), function (element) {
    var list = listOf(element.parentElement);
    var box = element.querySelector("input[type=checkbox]");
    var item = {
      element: element, box: box, list: list, id: element.dataset.item, text: element.dataset.text,
      shown: element.querySelector("label").textContent.trim(), signed: box.defaultChecked, at: null, mark: null
    };
    list.items.push(item);
    items.push(item);
  });

  function done(of) {
    return of.filter(function (item) { return item.box.checked; }).length;
  }

  function progress(of) {
    return filled(words.progress, { done: done(of), total: of.length });
  }

  /* Above each list: how far it is. Where the page has one list only, the desk says it. */
  function addBar(list) {
    var line = document.createElement("p");
    var bar = document.createElement("progress");
    line.className = "checklist-progress";
    list.count = document.createElement("span");
    list.count.className = "checklist-count";
    bar.max = list.items.length;
    bar.setAttribute("aria-label", words.listProgress);
    list.bar = bar;
    line.appendChild(list.count);
    line.appendChild(document.createTextNode(" "));
    line.appendChild(bar);
    list.element.parentNode.insertBefore(line, list.element);
  }

  function show() {
    lists.forEach(function (list) {
      if (list.bar) {
        list.count.textContent = progress(list.items);
        list.bar.value = done(list.items);
      }
    });
    part("total").textContent = progress(items);
    part("bar").value = done(items);
    items.forEach(showMark);
  }

  /* When it was ticked stands behind the item. */
  function showMark(item) {
    if (!item.box.checked || !item.at) {
      if (item.mark) {
        item.mark.remove();
        item.mark = null;
      }
      return;
    }
    if (!item.mark) {
      item.mark = document.createElement("p");
      item.mark.className = "checklist-at";
      item.element.querySelector("label").insertAdjacentElement("afterend", item.mark);
    }
    var text = item.at.replace("T", "\u00a0").replace("Z", "\u00a0UTC");
    item.mark.textContent = filled(words.at, { at: text });
  }

  function keep(list) {
    var kept = {};
    list.items.forEach(function (item) {
      if (item.box.checked !== item.signed || item.at) {
        kept[item.id] = { done: item.box.checked, at: item.at, shown: item.shown };
      }
    });
    writeStored(list.key, JSON.stringify(kept));
  }

  function isMoment(text) {
    return typeof text === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text);
  }

  function restore() {
    lists.forEach(function (list) {
      var kept = readStored(list.key);
      list.items.forEach(function (item) {
        var one = Object.prototype.hasOwnProperty.call(kept, item.id) ? kept[item.id] : null;
        /* A value that changed in the text makes it another statement, although the source is the same. */
        if (one && one.shown === item.shown && typeof one.done === "boolean") {
          item.box.checked = one.done;
          item.at = one.done && isMoment(one.at) ? one.at : null;
        }
      });
    });
    var who = readStored(WHO).name;
    part("who").value = typeof who === "string" ? who.slice(0, 200) : "";
  }

  function say(text) {
    part("status").textContent = text;
  }

  function showWho() {
    part("print-who").textContent = part("who").value.trim();
  }

  function record() {
    return {
      schema: SCHEMA, schema_version: 1, release: words.release, bundle: words.bundle, page: words.page,
      language: words.language, source: { path: words.source, sha256: words.sha256 },
      who: part("who").value.trim(), clock: "reader", exported_at: now(),
      items: items.map(function (item) {
        var ticked = item.box.checked;
        return { id: item.id, text: item.text, done: ticked, at: ticked ? item.at : null };
      })
    };
  }

  function exportRecord() {
    if (!part("who").value.trim()) {
      say(words.whoNeeded);
      part("who").focus();
      return;
    }
    var blob = new Blob([JSON.stringify(record(), null, 2) + "\n"], { type: "application/json" });
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = words.file;
    desk.appendChild(link);
    link.click();
    link.remove();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
    say(filled(words.exported, { file: words.file }));
  }

  /* What is wrong with a record, or nothing. */
  function complaint(read) {
    if (!read || read.schema !== SCHEMA || read.schema_version !== 1 || !Array.isArray(read.items) || !read.source) {
      return words.badShape;
    }
    if (read.release !== words.release || read.bundle !== words.bundle) {
      return filled(words.badRelease, { release: String(read.release).slice(0, 40) });
    }
    if (read.page !== words.page || read.language !== words.language || read.source.path !== words.source) {
      return words.badShape;
    }
    if (read.source.sha256 !== words.sha256 || read.items.length !== items.length) {
      return words.badSource;
    }
    var fits = items.every(function (item) {
      var one = entered(read, item);
      return one && one.text === item.text && typeof one.done === "boolean" && (one.at === null || isMoment(one.at));
    });
    return fits ? null : words.badSource;
  }

  function entered(read, item) {
    return read.items.filter(function (one) { return one && one.id === item.id; })[0];
  }

  function importRecord(text) {
    var read = null;
    try {
      read = JSON.parse(text);
    } catch (error) {
      /* Not JSON: said below. */
    }
    var wrong = complaint(read);
    if (wrong) {
      say(wrong);
      return;
    }
    items.forEach(function (item) {
      var one = entered(read, item);
      item.box.checked = one.done;
      item.at = one.done ? one.at : null;
    });
    if (typeof read.who === "string") {
      part("who").value = read.who.slice(0, 200);
      keepWho();
    }
    lists.forEach(keep);
    show();
    say(filled(words.imported, { progress: progress(items) }));
  }

  function keepWho() {
    writeStored(WHO, JSON.stringify({ name: part("who").value }));
    showWho();
  }

  function clear() {
    if (!window.confirm(words.clearSure)) {
      return;
    }
    lists.forEach(function (list) { removeStored(list.key); });
    removeStored(WHO);
    part("who").value = "";
    items.forEach(function (item) {
      item.box.checked = item.signed;
      item.at = null;
    });
    show();
    showWho();
    say(words.cleared);
  }

  items.forEach(function (item) {
    item.box.autocomplete = "off"; // The browser's own memory of forms would not know that an item was edited.
    item.box.checked = item.signed;
    item.box.addEventListener("change", function () {
      item.at = item.box.checked ? now() : null;
      keep(item.list);
      show();
    });
  });
  part("who").addEventListener("input", keepWho);
  part("export").addEventListener("click", exportRecord);
  part("import").addEventListener("click", function () { part("file-input").click(); });
  part("clear").addEventListener("click", clear);
  part("file-input").addEventListener("change", function () {
    var file = this.files[0];
    this.value = "";
    if (!file) {
      return;
    }
    if (file.size > LARGEST) {
      say(words.badShape);
      return;
    }
    file.text().then(importRecord, function () { say(words.badShape); });
  });

  if (lists.length > 1) {
    lists.forEach(addBar);
  }
  restore();
  show();
  showWho();
  if (!storage) {
    part("note").textContent = words.notKept;
  }
})();
