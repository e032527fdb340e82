/* Search: the dialog that opens with "/" or Ctrl+K, and the page with all results. Engine and index are loaded on first
   use, as scripts, because pages opened from a folder may load nothing else. Without this script the link in the
   masthead leads to the list of all pages from A to Z. */
(function () {
  "use strict";
  var FEW = 8; // Pages in the dialog.
  var MANY = 20; // Pages at a time on the page with all results.
  var PATIENCE = 15; // Milliseconds that results wait for their text.
  var BUDGET = 12; // Milliseconds of looking for places in text before what is found is shown.

  var loads = new Map();

  /** Loads a script once; resolves to whether it came. Scripts asked for in a row run in that order. */
  function load(address) {
    if (!loads.has(address)) {
      loads.set(address, new Promise(function (resolve) {
        var script = document.createElement("script");
        script.src = address;
        script.async = false;
        script.onload = function () { resolve(true); };
        script.onerror = function () {
          loads.delete(address);
          script.remove();
          resolve(false);
        };
        document.head.append(script);
      }));
    }
    return loads.get(address);
  }

  /** What searches one language for one place of the page that shows results. */
  function Source(place) {
    this.language = place.dataset.language;
    this.root = place.dataset.root;
    this.numbers = new Intl.NumberFormat(this.language);
    this.plurals = new Intl.PluralRules(this.language);
  }

  Source.prototype.ready = function () {
    var source = this;
    return Promise.all([
      load(this.root + "assets/search-engine.js"),
      this.load("index")
    ]).then(function () {
      var engine = window.stage6Search && window.stage6Search.engine(source.language);
      var missing = engine ? engine.missing() : [];
      return missing.length === 0 ? engine : Promise.all(missing.map(source.load, source)).then(function () {
        return engine.missing().length === 0 ? engine : undefined;
      });
    });
  };

  /** Loads a file of the index. */
  Source.prototype.load = function (name) {
    return load(this.root + "search/" + this.language + "/" + name + ".js");
  };

  /** Loads the text of pages; resolves when it is there or cannot be had. */
  Source.prototype.texts = function (engine, pages) {
    var source = this;
    var missing = new Set(pages.filter(function (page) { return !engine.texts[page]; }).map(function (page) {
      return engine.fileOf(page);
    }));
    if (missing.size === 0) {
      return null;
    }
    return Promise.all(Array.from(missing, source.load, source));
  };

  Source.prototype.counted = function (words, count) {
    var plural = words[this.plurals.select(count)] || words.other;
    return plural.replace("{count}", this.numbers.format(count));
  };

  Source.prototype.address = function (page, anchor) {
    var path = page.split("/").map(encodeURIComponent).join("/");
    return this.root + this.language + "/" + path + ".html" + (anchor ? "#" + encodeURIComponent(anchor) : "");
  };

  function element(name, className, content) {
    var made = document.createElement(name);
    made.className = className;
    if (typeof content === "string") {
      made.textContent = content;
    } else {
      (content || []).forEach(function (part) {
        if (part[1]) {
          made.append(element("mark", "", part[0]));
        } else {
          made.append(part[0]);
        }
      });
    }
    return made;
  }

  /** What one page answers: itself first, then the places in it; `link(href)` makes the link of each. */
  function answer(source, engine, page, found, places, link) {
    var about = engine.pages[page];
    var first = places.find(function (place) { return place.anchor === ""; });
    var itself = link(source.address(about[0], ""), "search-hit search-hit-page");
    var title = [];
    var at = 0;
    engine.tongue.each(about[1], function (word, start, end) {
      if (found.terms.has(word) && start >= at) {
        title.push([about[1].slice(at, start), false], [about[1].slice(start, end), true]);
        at = end;
      }
    });
    title.push([about[1].slice(at), false]);
    itself.append(element("span", "search-title", title));
    var trail = engine.trails[about[2]].join(" › ");
    if (trail) {
      itself.append(" ", element("span", "search-trail", trail));
    }
    if (first) {
      itself.append(" ", element("span", "search-context", first.text));
    }
    var sections = places.filter(function (place) { return place !== first; }).slice(0, 3);
    return [itself].concat(sections.map(function (place) {
      var section = link(source.address(about[0], place.anchor), "search-hit search-hit-section");
      section.append(element("span", "search-heading", place.heading));
      if (place.text.length > 0) {
        section.append(" ", element("span", "search-context", place.text));
      }
      return section;
    }));
  }

  /** Says how many pages there are, or why there are none. */
  function announce(status, source, query, found) {
    var words = status.dataset;
    var count = found.pages.length;
    var text = words.none.replace("{query}", function () { return query; });
    if (count > 0) {
      text = source.counted(words, count);
      text = found.hasAll ? text : words.some.replace("{count}", text);
    }
    if (status.textContent !== text) {
      status.textContent = text;
    }
  }

  /** Searches while somebody types: shows each query once its texts are there, or soon without them. */
  function Typing(source, status, show, clear) {
    var turn = 0;
    return function (query) {
      var own = (turn += 1);
      query = query.trim();
      if (Array.from(query).length < 2) {
        status.textContent = "";
        clear();
        return Promise.resolve();
      }
      var slow = window.setTimeout(function () {
        if (own === turn) {
          status.textContent = status.dataset.waiting;
        }
      }, 200);
      return source.ready().then(function (engine) {
        window.clearTimeout(slow);
        if (own !== turn) {
          return undefined;
        }
        if (!engine) {
          status.textContent = status.dataset.failed;
          clear();
          return undefined;
        }
        var found = engine.search(query);
        announce(status, source, query, found);
        return show(engine, found, query, function () { return own === turn; });
      });
    };
  }

  /** Draws what is known of each page: at once if all texts are there, else soon, and again until all is known. Long
      pages must not hold up the first results, so looking for places in them ends with a budget. */
  function drawWithTexts(source, engine, found, pages, isCurrent, draw) {
    var known = new Map();
    var isDrawn = false;
    function look() {
      var end = window.performance.now() + BUDGET;
      var left = pages.filter(function (page) { return !known.has(page) && engine.texts[page]; });
      for (var page of left) {
        if (known.size > 0 && window.performance.now() > end) {
          break;
        }
        known.set(page, engine.places(page, found, 4));
      }
      isDrawn = true;
      draw(known);
      return left.every(function (page) { return known.has(page); });
    }
    function lookOn(done) {
      if (!isCurrent() || look()) {
        done();
      } else {
        window.setTimeout(lookOn, 0, done);
      }
    }
    return new Promise(function (resolve) {
      var texts = source.texts(engine, pages);
      if (!texts) {
        lookOn(resolve);
        return;
      }
      window.setTimeout(function () {
        if (isCurrent() && !isDrawn) {
          look();
        }
      }, PATIENCE);
      texts.then(function () { lookOn(resolve); });
    });
  }

  /* ---- The dialog ---- */

  function searchIn(dialog) {
    var source = new Source(dialog);
    var input = dialog.querySelector("input");
    var list = dialog.querySelector(".search-results");
    var status = dialog.querySelector(".search-count");
    var advice = dialog.querySelector(".search-advice");
    var none = dialog.querySelector(".search-none");
    var all = dialog.querySelector(".search-all");
    var index = all.textContent;
    var options = [];
    var active = -1;

    function activate(number) {
      if (options[active]) {
        options[active].setAttribute("aria-selected", "false");
      }
      active = number;
      var option = options[active];
      if (!option) {
        input.removeAttribute("aria-activedescendant");
        return;
      }
      option.setAttribute("aria-selected", "true");
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: active === 0 ? "end" : "nearest" });
    }

    function empty(hasNothing) {
      options = [];
      list.replaceChildren();
      activate(-1);
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      advice.hidden = hasNothing;
      none.hidden = !hasNothing;
      all.href = dialog.dataset.page;
      all.textContent = index;
    }

    function link(href, className) {
      var made = element("a", className);
      made.href = href;
      made.tabIndex = -1;
      made.setAttribute("role", "option");
      made.setAttribute("aria-selected", "false");
      return made;
    }

    function draw(engine, found, query, pages, known) {
      var chosen = active > 0 && options[active] ? options[active].href : "";
      options = [];
      var groups = pages.map(function (page) {
        var group = element("div", "search-page-hits");
        group.setAttribute("role", "group");
        group.setAttribute("aria-label", engine.pages[page][1]);
        answer(source, engine, page, found, known.get(page) || [], link).forEach(function (option) {
          option.id = "search-option-" + options.length;
          options.push(option);
          group.append(option);
        });
        return group;
      });
      list.replaceChildren.apply(list, groups);
      list.hidden = false;
      advice.hidden = true;
      none.hidden = true;
      input.setAttribute("aria-expanded", "true");
      all.href = dialog.dataset.page + "?q=" + encodeURIComponent(query);
      all.textContent = all.dataset.all;
      active = -1;
      activate(Math.max(0, options.findIndex(function (option) { return option.href === chosen; })));
    }

    var type = Typing(source, status, function (engine, found, query, isCurrent) {
      var pages = found.pages.slice(0, FEW);
      if (pages.length === 0) {
        empty(true);
        return undefined;
      }
      return drawWithTexts(source, engine, found, pages, isCurrent, function (known) {
        draw(engine, found, query, pages, known);
      });
    }, function () { empty(false); });

    var moves = {
      ArrowDown: function () { return (active + 1) % options.length; },
      ArrowUp: function () { return (active + options.length - 1) % options.length; },
      Home: function () { return 0; },
      End: function () { return options.length - 1; }
    };
    input.addEventListener("input", function () { type(input.value); });
    input.addEventListener("keydown", function (event) {
      if (options.length === 0 || event.isComposing || event.shiftKey || event.altKey) {
        return;
      }
      if (moves[event.key]) {
        event.preventDefault();
        activate(moves[event.key]());
      } else if (event.key === "Enter" && options[active]) {
        event.preventDefault();
        var click = { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey };
        options[active].dispatchEvent(new MouseEvent("click", click));
      }
    });
    list.addEventListener("click", function (event) {
      // A result on this page only scrolls; nothing else would close the dialog.
      if (event.target.closest("a") && !event.ctrlKey && !event.metaKey) {
        dialog.close();
      }
    });
    dialog.addEventListener("click", function (event) {
      if (event.target === dialog) {
        dialog.close();
      }
    });
    dialog.querySelector(".search-close").addEventListener("click", function () { dialog.close(); });

    return function () {
      if (!dialog.open) {
        source.ready();
        dialog.showModal();
        input.focus();
        input.select();
      }
    };
  }

  /* ---- The page with all results ---- */

  function searchOn(page) {
    var source = new Source(page);
    var input = page.querySelector("input");
    var list = page.querySelector(".search-list");
    var status = page.querySelector(".search-count");
    var none = page.querySelector(".search-none");
    var more = page.querySelector(".search-more");
    var letters = document.querySelectorAll(".letters, .letter-bar");
    var showMore = null;

    function hideLetters(hide) {
      letters.forEach(function (part) { part.hidden = hide; });
    }

    function link(href, className) {
      var made = element("a", className);
      made.href = href;
      return made;
    }

    function show(engine, found, query, isCurrent) {
      var blocks = [];
      hideLetters(found.pages.length > 0);
      none.hidden = found.pages.length > 0;
      function next() {
        var pages = found.pages.slice(0, blocks.length + MANY);
        return drawWithTexts(source, engine, found, pages, isCurrent, function (known) {
          blocks = pages.map(function (one) {
            var block = element("div", "search-page-hits");
            block.append.apply(block, answer(source, engine, one, found, known.get(one) || [], link));
            return block;
          });
          list.replaceChildren.apply(list, blocks);
          more.hidden = blocks.length >= found.pages.length;
        });
      }
      showMore = function () {
        var before = blocks.length;
        next().then(function () {
          if (blocks[before]) {
            blocks[before].querySelector("a").focus();
          }
        });
      };
      return next();
    }

    var type = Typing(source, status, show, function () {
      list.replaceChildren();
      more.hidden = true;
      none.hidden = true;
      hideLetters(false);
    });
    input.addEventListener("input", function () {
      type(input.value);
      var query = input.value.trim();
      try {
        var address = window.location.pathname + (query ? "?q=" + encodeURIComponent(query) : "");
        window.history.replaceState(null, "", address);
      } catch (error) {
        /* Pages opened from a folder may not change their address. */
      }
    });
    more.addEventListener("click", function () { showMore(); });
    page.hidden = false;
    input.value = new URLSearchParams(window.location.search).get("q") || "";
    if (input.value) {
      type(input.value);
    }
    return function () {
      input.focus();
      input.select();
    };
  }

  /* ---- How it opens ---- */

  function isTyping(target) {
    return target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
  }

  var opener = document.querySelector("[data-search-open]");
  var dialog = document.querySelector("dialog[data-search]");
  var page = document.querySelector("[data-search-page]");
  if (!opener || !dialog || !dialog.showModal) {
    return;
  }
  var open = page ? searchOn(page) : searchIn(dialog);
  opener.setAttribute("role", "button");
  if (!page) {
    opener.setAttribute("aria-haspopup", "dialog");
  }
  opener.addEventListener("click", function (event) {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open();
    }
  });
  opener.addEventListener("keydown", function (event) {
    if (event.key === " ") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("keydown", function (event) {
    var isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
    var isK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!event.isComposing && (isSlash || isK)) {
      event.preventDefault();
      open();
    }
  });
})();
