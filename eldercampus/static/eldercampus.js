/* Small helps on top of pages that work without them. The words come from this tag's data attributes. */
(function () {
  "use strict";
  var words = document.currentScript.dataset;

  /* A second press on the same button sends nothing. After a while it may: the first may be lost. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var now = Date.now();
    if (now - Number(form.dataset.sentAt || 0) < 4000) event.preventDefault();
    else form.dataset.sentAt = String(now);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent-at]").forEach(function (form) {
      delete form.dataset.sentAt;
    });
  });

  /* What is wrong comes first, for those who hear the page too. */
  var problems = document.querySelector(".govuk-error-summary");
  if (problems) problems.focus();

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    if (button.dataset.print) button.focus();
    button.addEventListener("click", function () { window.print(); });
  });
  window.addEventListener("afterprint", function () {
    var next = document.querySelector("[data-after-print]");
    if (next) next.focus();
  });

  /* What is proved stands on paper too, also where the browser keeps shut folds shut. */
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.ec-printed").forEach(function (fold) { fold.open = true; });
  });

  /* Reading aloud, piece by piece, so that stopping is quick. */
  var place = document.getElementById("read");
  if (!place || !("speechSynthesis" in window)) return;
  var speech = window.speechSynthesis;
  var button = document.createElement("button");
  button.type = "button";
  button.className = "ec-switch ec-read";
  place.appendChild(button);

  function show(reading) {
    button.textContent = reading ? words.stop : words.read;
    button.setAttribute("aria-pressed", String(reading));
  }
  function pieces() {
    var found = document.querySelectorAll("main h1, main h2, main h3, main p, main li, main dt, main dd, main label, main legend, main td, main th");
    return Array.prototype.filter.call(found, function (piece) {
      return piece.offsetParent && !piece.querySelector("p, li, h1, h2, h3, dt, dd, label");
    }).map(function (piece) { return piece.innerText.trim(); }).filter(Boolean);
  }
  function say(text, last) {
    var part = new SpeechSynthesisUtterance(text);
    part.lang = document.documentElement.lang === "en" ? "en-GB" : "zh-CN";
    part.rate = 0.9;
    if (last) part.onend = function () { show(false); };
    speech.speak(part);
  }
  button.addEventListener("click", function () {
    var reading = button.getAttribute("aria-pressed") === "true";
    speech.cancel();
    show(!reading);
    if (!reading) pieces().forEach(function (text, number, all) { say(text, number === all.length - 1); });
  });
  window.addEventListener("pagehide", function () { speech.cancel(); });
  show(false);
})();
