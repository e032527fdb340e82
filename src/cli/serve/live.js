/* Keeps a previewed page up to date: waits for news, shows what is wrong, and loads the page again where it was. A page
   may load scripts from its own server and nothing else, so news come as scripts. */
(function () {
  "use strict";
  var own = document.currentScript;
  var page = own.getAttribute("data-page");
  var version = Number(own.getAttribute("data-version"));
  var KEY = "stage6-preview-scroll";
  var box = null;

  /* Where the page was before it was loaded again. */
  try {
    var kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
    sessionStorage.removeItem(KEY);
    if (kept && kept.page === page) {
      window.addEventListener("load", function () { window.scrollTo(kept.x, kept.y); });
    }
  } catch (error) {
    /* Without storage the browser's own memory has to do. */
  }

  function reload() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ page: page, x: window.scrollX, y: window.scrollY }));
    } catch (error) {
      /* As above. */
    }
    location.reload();
  }

  /* Where the manual tells more: its page, or the command that prints it where the site has none. */
  function more(topic, manual) {
    var where = document.createElement(manual ? "a" : "code");
    where.textContent = manual ? topic : "stage6 explain " + topic;
    if (manual) {
      where.href = "/" + manual + "#" + topic;
    }
    return where;
  }

  function line(problem, manual) {
    var item = document.createElement("li");
    var place = document.createElement("code");
    place.textContent = problem.path + (problem.line ? ":" + problem.line + ":" + problem.column : "");
    item.appendChild(place);
    item.appendChild(document.createTextNode(" " + problem.message));
    if (problem.hint) {
      var hint = document.createElement("small");
      hint.textContent = problem.hint;
      item.appendChild(hint);
    }
    if (problem.topic) {
      item.appendChild(document.createTextNode(" "));
      item.appendChild(more(problem.topic, manual));
    }
    return item;
  }

  function show(problems, isError, manual) {
    if (box) {
      box.remove();
      box = null;
    }
    if (!problems.length) {
      return;
    }
    box = document.createElement("section");
    box.className = "stage6-problems" + (isError ? " stage6-errors" : "");
    box.setAttribute("role", isError ? "alert" : "status");
    var title = document.createElement("strong");
    title.textContent = (isError ? "✖ " : "▲ ") + problems.length;
    box.appendChild(title);
    var list = document.createElement("ol");
    problems.slice(0, 20).forEach(function (problem) { list.appendChild(line(problem, manual)); });
    box.appendChild(list);
    document.body.appendChild(box);
  }

  window.stage6News = function (news) {
    var changed = news.version !== version;
    version = news.version;
    if (news.problems.length) {
      show(news.problems, true, news.manual);
    } else if (changed && news.page) {
      location.assign("/" + news.page.split("/").map(encodeURIComponent).join("/"));
      return;
    } else if (changed) {
      reload();
      return;
    } else {
      show(news.warnings, false, news.manual);
    }
    wait("");
  };

  function wait(more) {
    var script = document.createElement("script");
    script.src = "/.stage6/news.js?v=" + version + "&p=" + encodeURIComponent(page) + more;
    script.onload = function () { script.remove(); };
    script.onerror = function () {
      script.remove();
      setTimeout(function () { wait(""); }, 1000);
    };
    document.head.appendChild(script);
  }

  /* After all else: a script that waits must not hold the page up. */
  function begin() { wait(own.hasAttribute("data-now") ? "&now=1" : ""); }
  if (document.readyState === "complete") {
    begin();
  } else {
    window.addEventListener("load", begin);
  }
})();
