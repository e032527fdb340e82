/* Copy buttons on code blocks and digests. Without scripts there are none. Words come from the script's own element. */
(function () {
  "use strict";
  var words = document.currentScript.dataset;
  var live = null;

  /* Where the clipboard is refused: a selection that the browser copies itself. */
  function copySelected(text) {
    var field = document.createElement("textarea");
    field.value = text;
    field.readOnly = true;
    field.className = "unseen";
    document.body.appendChild(field);
    field.select();
    var copied = false;
    try {
      copied = document.execCommand("copy");
    } catch (error) {
      copied = false;
    }
    field.remove();
    return copied;
  }

  function copy(text) {
    if (!navigator.clipboard) {
      return Promise.resolve(copySelected(text));
    }
    return navigator.clipboard.writeText(text).then(
      function () { return true; },
      function () { return copySelected(text); }
    );
  }

  function say(button, text) {
    live.textContent = "";
    live.textContent = text;
    button.textContent = text;
    window.clearTimeout(button.timer);
    button.timer = window.setTimeout(function () { button.textContent = words.copy; }, 2000);
  }

  function button(label, text) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "copy";
    made.textContent = words.copy;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", function () {
      copy(text()).then(function (copied) {
        made.focus();
        say(made, copied ? words.copied : words.failed);
      });
    });
    return made;
  }

  document.addEventListener("DOMContentLoaded", function () {
    var blocks = document.querySelectorAll("main pre");
    var digests = document.querySelectorAll("main code.digest, .colophon code.digest");
    if (!blocks.length && !digests.length) {
      return;
    }
    live = document.createElement("p");
    live.className = "unseen";
    live.setAttribute("role", "status");
    (document.querySelector("main") || document.body).appendChild(live);
    Array.prototype.forEach.call(blocks, function (block) {
      var frame = document.createElement("div");
      frame.className = "copy-frame";
      block.parentNode.insertBefore(frame, block);
      frame.appendChild(block);
      frame.appendChild(button(words.code, function () { return block.textContent; }));
    });
    Array.prototype.forEach.call(digests, function (digest) {
      var text = digest.textContent.trim();
      var made = button(words.digest.replace("{start}", text.slice(0, 12)), function () { return text; });
      made.classList.add("copy-digest");
      /* A button may not stand inside a link. */
      (digest.closest("a") || digest).insertAdjacentElement("afterend", made);
    });
  });
})();
