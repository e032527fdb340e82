/* Definitions of glossary terms at the pointer and at the focus (WCAG 2.2, 1.4.13): they stay while the pointer is on
   them, and Escape closes them. On a touch screen the first tap shows the definition, the second follows the link.
   Without scripts a term is a plain link to its entry. */
(function () {
  "use strict";
  var tips = document.querySelector("[data-tips]");
  if (!tips) {
    return;
  }
  var OPEN_AFTER = 150;
  var CLOSE_AFTER = 250;
  var GAP = 6;
  var shown = null;
  var timer = 0;
  var touched = { link: null, wasOpen: false };

  Array.prototype.forEach.call(tips.children, function (tip) { tip.hidden = true; });
  tips.hidden = false;

  function tipOf(link) {
    return document.getElementById(link.getAttribute("aria-describedby"));
  }

  function hide() {
    window.clearTimeout(timer);
    if (shown) {
      tipOf(shown).hidden = true;
      shown = null;
    }
  }

  function show(link) {
    window.clearTimeout(timer);
    if (shown === link) {
      return;
    }
    hide();
    var tip = tipOf(link);
    tip.hidden = false;
    shown = link;
    place(link, tip);
  }

  /* Below the first line of the term, or above it where there is no room below; never over the page's edges. */
  function place(link, tip) {
    var at = link.getClientRects()[0] || link.getBoundingClientRect();
    var ground = tips.getBoundingClientRect();
    var width = document.documentElement.clientWidth;
    var left = Math.max(8, Math.min(at.left, width - tip.offsetWidth - 8));
    var below = at.bottom + GAP;
    var above = at.top - GAP - tip.offsetHeight;
    var top = below + tip.offsetHeight > window.innerHeight && above > 0 ? above : below;
    tip.style.left = Math.round(left - ground.left) + "px";
    tip.style.top = Math.round(top - ground.top) + "px";
  }

  function later(deed, wait) {
    window.clearTimeout(timer);
    timer = window.setTimeout(deed, wait);
  }

  function watch(link) {
    link.addEventListener("pointerenter", function (event) {
      if (event.pointerType !== "touch") {
        later(function () { show(link); }, OPEN_AFTER);
      }
    });
    link.addEventListener("pointerleave", function (event) {
      if (event.pointerType !== "touch") {
        later(hide, CLOSE_AFTER);
      }
    });
    link.addEventListener("pointerdown", function (event) {
      touched = { link: event.pointerType === "touch" ? link : null, wasOpen: shown === link };
    });
    link.addEventListener("focus", function () { show(link); });
    link.addEventListener("blur", hide);
    link.addEventListener("click", function (event) {
      if (touched.link === link && !touched.wasOpen) {
        event.preventDefault();
        show(link);
      }
      touched = { link: null, wasOpen: false };
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("a.term"), watch);
  tips.addEventListener("pointerover", function () { window.clearTimeout(timer); });
  tips.addEventListener("pointerout", function () { later(hide, CLOSE_AFTER); });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      hide();
    }
  });
  document.addEventListener("pointerdown", function (event) {
    if (shown && !shown.contains(event.target) && !tips.contains(event.target)) {
      hide();
    }
  });
  window.addEventListener("resize", hide);
})();
