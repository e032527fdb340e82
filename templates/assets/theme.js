/* Colour scheme: automatic, light or dark. Loaded in the head, so that the choice is in force before the first
   paint. A classic script, because pages opened from a folder (file://) load no modules. Without it the pages
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

  apply(stored());

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
    group.hidden = false;
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
