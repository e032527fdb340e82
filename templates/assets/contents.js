/* The table of contents shows which section is being read. Nothing moves but the mark, so there is no motion to reduce. */
(function () {
  "use strict";
  var links = Array.prototype.slice.call(document.querySelectorAll(".contents-list a[href^='#']"));
  /* A section is read from when its heading comes this near to the upper edge, in pixels. */
  var LINE = 72;
  var headings = [];
  links.forEach(function (link) {
    var heading = document.getElementById(decodeURIComponent(link.getAttribute("href").slice(1)));
    if (heading && headings.indexOf(heading) < 0) {
      headings.push(heading);
    }
  });
  if (!headings.length || !("IntersectionObserver" in window)) {
    return;
  }

  /* The last heading above that line; before the first one, none; at the end of the page, the last one seen. */
  function current() {
    var atEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
    var above = headings.filter(function (heading) {
      return heading.getBoundingClientRect().top <= (atEnd ? window.innerHeight : LINE);
    });
    return above.length ? above[above.length - 1].id : null;
  }

  function mark() {
    var id = current();
    links.forEach(function (link) {
      var is = id !== null && decodeURIComponent(link.getAttribute("href").slice(1)) === id;
      if (!is) {
        link.removeAttribute("aria-current");
        return;
      }
      if (link.getAttribute("aria-current")) {
        return;
      }
      link.setAttribute("aria-current", "location");
      var list = link.closest(".contents-wide");
      if (list && list.scrollHeight > list.clientHeight) {
        list.scrollTop = link.offsetTop - list.clientHeight / 2;
      }
    });
  }

  /* What is observed is everything above the line, so that a heading is in or out however far the page jumps. */
  var observer = null;
  function observe() {
    if (observer) {
      observer.disconnect();
    }
    observer = new IntersectionObserver(mark, { rootMargin: "10000000px 0px " + (LINE - window.innerHeight) + "px 0px" });
    headings.forEach(function (heading) { observer.observe(heading); });
  }

  var end = document.querySelector(".colophon");
  if (end) {
    new IntersectionObserver(mark, { threshold: [0, 0.5, 1] }).observe(end);
  }
  window.addEventListener("resize", observe);
  window.addEventListener("hashchange", mark);
  observe();
})();
