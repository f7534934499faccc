// The consultation page: names while typing, Enter for the next row, and a list that never looks fresh when it is not.
(() => {
  const visit = document.getElementById("visit");
  if (!visit) return;
  const stale = document.getElementById("matters-stale");
  const said = document.getElementById("matters-said");
  const opened = new Set();
  let changed = "unsaved" in visit.dataset;

  // Names for the browser's own list. Without an answer the field still takes anything typed.
  let waiting = null;
  let asked = "";
  const suggest = (text) => {
    if (text.length < 2 || text === asked) return;
    asked = text;
    fetch(`${visit.dataset.suggest}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : ""))
      .then((options) => {
        if (text === asked) document.getElementById("names").innerHTML = options;
      })
      .catch(() => {});
  };

  visit.addEventListener("input", (event) => {
    changed = true;
    if (event.target.getAttribute("list") !== "names") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => suggest(event.target.value.trim()), 120);
  });
  visit.addEventListener("change", () => (changed = true));

  // Enter in a name goes on to the next row instead of sending the form.
  visit.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches(".kc-line__name input")) return;
    event.preventDefault();
    const lines = [...event.target.closest(".kc-lines").querySelectorAll(".kc-line__name input[list]")];
    const next = lines[lines.indexOf(event.target) + 1];
    if (next) next.focus();
    else event.target.closest("section").querySelector("button[name=add]").click();
  });

  // What was opened in the list stays open when the list is renewed.
  visit.addEventListener("toggle", (event) => {
    const { id, open } = event.target;
    if (id && event.target.closest("#what-matters")) opened[open ? "add" : "delete"](id);
  }, true);

  document.addEventListener("htmx:afterSwap", (event) => {
    // Rows came or went: the list must be made again from what is in the page now.
    if (event.target.id.endsWith("-rows")) htmx.trigger(visit, "change");
    const matters = document.getElementById("what-matters");
    if (!matters) return;
    opened.forEach((id) => matters.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", ""));
    if (said.textContent !== matters.dataset.headline) said.textContent = matters.dataset.headline;
  });

  // A request replaced by a newer one is no failure; the newer one answers for both.
  const mark = (isOld) => {
    stale.hidden = !isOld;
    document.getElementById("what-matters").toggleAttribute("data-kc-old", isOld);
  };
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => visit.contains(event.detail.elt) && mark(true));
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    if (visit.contains(event.detail.elt) && event.detail.successful) mark(false);
  });

  // Leaving with something typed and not saved asks first; saving does not.
  let leaving = false;
  document.addEventListener("submit", () => (leaving = true));
  window.addEventListener("pageshow", () => (leaving = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed && !leaving) event.preventDefault();
  });
})();
