/* A later release keeps this one, byte for byte, below `releases/<id>/` of its own site. A page cannot know that when it
   is made, but it can see it in its own address: then it shows that a newer release is two folders above. Nothing is
   loaded to find out. A classic script, because pages opened from a folder (file://) load no modules. */
(function () {
  "use strict";

  /* The address of this page, with blanks and letters as people write them. */
  function address() {
    try {
      return decodeURI(window.location.href.split(/[?#]/)[0]);
    } catch (error) {
      return window.location.href.split(/[?#]/)[0]; // A broken escape is no reason to fail.
    }
  }

  /* Servers may leave out the name of an index, or the ending of a page. */
  function namesOf(page) {
    return [page, page.replace(/index\.html$/, ""), page.replace(/\.html$/, "")];
  }

  /* Whether the address ends as it does in a site that keeps this release; not if this is where it is served itself. */
  function isKept(here, release, page, base) {
    var names = namesOf(page);
    var atHome = base && names.some(function (name) {
      return here === base + name;
    });
    return !atHome && names.some(function (name) {
      var end = "/releases/" + release + "/" + name;
      return here.slice(-end.length) === end;
    });
  }

  var banners = document.querySelectorAll("[data-superseded]");
  Array.prototype.forEach.call(banners, function (banner) {
    var page = banner.getAttribute("data-page");
    var release = banner.getAttribute("data-superseded");
    if (!isKept(address(), release, page, banner.getAttribute("data-base"))) {
      return;
    }
    var up = new Array(page.split("/").length + 2).join("../");
    Array.prototype.forEach.call(banner.querySelectorAll("[data-superseded-link]"), function (link) {
      link.setAttribute("href", up + link.getAttribute("data-superseded-link"));
    });
    banner.hidden = false;
  });
})();
