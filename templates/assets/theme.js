/* What must be in force before the first paint: the colour scheme (automatic, light or dark), the fonts, and whether
   there are scripts at all, so that nothing moves when they come. Loaded in the head. A classic script, because pages opened from a folder (file://) load no modules. Without it the pages
   follow the system's setting. */
(function () {
  "use strict";
  var KEY = "stage6-theme";
  var root = document.documentElement;

  function stored() {
    try {
      var value = window.localStorage.getItem(KEY);
      return value === "light" || value === "dark" ? value : "auto";
    } catch (error) {
      return "auto"; // Storage may be refused for local files.
    }
  }

  function apply(choice) {
    if (choice === "auto") {
      root.removeAttribute("data-theme");
    } else {
      root.setAttribute("data-theme", choice);
    }
  }

  function store(choice) {
    try {
      if (choice === "auto") {
        window.localStorage.removeItem(KEY);
      } else {
        window.localStorage.setItem(KEY, choice);
      }
    } catch (error) {
      /* The choice then holds for this page only. */
    }
  }

  root.setAttribute("data-scripted", "");
  apply(stored());

  /* Fonts are asked for before any text needs them: a preload link does not work from file://. The page waits for
     them a moment, and one that comes later than that is left for the next page. */
  if (document.fonts && window.Promise) {
    var MOMENT = 200;
    var letters = root.lang === "pl" ? "a\u017c" : "a";
    root.setAttribute("data-fonts", "awaited");
    var show = function () { root.removeAttribute("data-fonts"); };
    window.setTimeout(show, MOMENT);
    Promise.all(['400 1em "Plex Sans"', '600 1em "Source Serif"', '400 1em "Plex Mono"'].map(function (font) {
      return document.fonts.load(font, letters);
    })).then(show, show);
  }

  document.addEventListener("DOMContentLoaded", function () {
    var group = document.querySelector("[data-theme-switch]");
    if (!group) {
      return;
    }
    var buttons = Array.prototype.slice.call(group.querySelectorAll("button"));
    function mark(choice) {
      buttons.forEach(function (button) {
        button.setAttribute("aria-pressed", String(button.value === choice));
      });
    }
    buttons.forEach(function (button) {
      button.addEventListener("click", function () {
        apply(button.value);
        store(button.value);
        mark(button.value);
      });
    });
    mark(stored());
  });

  /* What is folded on the screen is printed open, and folded again afterwards. */
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.prototype.slice.call(document.querySelectorAll("main details:not([open])"));
    opened.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (details) { details.open = false; });
    opened = [];
  });
})();
