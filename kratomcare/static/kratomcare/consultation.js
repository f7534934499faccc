// The consultation page: Enter for the next row, a pasted list made into rows, a list that never looks fresh when it is not.
(() => {
  const visit = document.getElementById("visit");
  if (!visit) return;
  const stale = document.getElementById("matters-stale");
  const said = document.getElementById("matters-said");
  const rows = document.getElementById("rows-said");
  const opened = new Set();

  // Enter in a name goes on to the next row instead of sending the form.
  visit.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing || !event.target.matches("[data-names]")) return;
    event.preventDefault();
    const lines = [...event.target.closest(".kc-lines").querySelectorAll("[data-names]")];
    const next = lines[lines.indexOf(event.target) + 1];
    if (next) next.focus();
    else event.target.closest("section").querySelector("button[name=add]").click();
  });

  // A list pasted into its box becomes rows at once.
  visit.addEventListener("paste", (event) => {
    if (event.target.id !== "id_pasted") return;
    setTimeout(() => visit.querySelector("[data-make-rows]").click());
  });

  // What is in the page already is not asked for twice: leaving a field after a pause changes nothing.
  const KEPT_APART = ["csrfmiddlewaretoken", "version"];
  const typed = () => JSON.stringify([...new FormData(visit)].filter(([name]) => !KEPT_APART.includes(name)));
  let asked = "";
  visit.addEventListener("htmx:confirm", (event) => {
    if (event.target !== visit) return (asked = "");
    const now = typed();
    if (event.detail.triggeringEvent?.target === visit) asked = ""; // a script wants it whatever is typed
    if (now === asked) event.preventDefault();
    asked = now;
  });

  // What was opened in the list stays open when the list is renewed.
  visit.addEventListener("toggle", (event) => {
    const { id, open } = event.target;
    if (id && event.target.closest("#what-matters")) opened[open ? "add" : "delete"](id);
  }, true);

  document.addEventListener("htmx:afterSwap", (event) => {
    // Rows came or went: the list must be made again from what is in the page now.
    if (event.target.id.endsWith("-rows")) {
      htmx.trigger(visit, "change");
      const words = document.querySelector("[data-kc-say]")?.dataset.kcSay;
      const notes = [...document.querySelectorAll("#medicine-rows .kc-moved")].map((note) => note.textContent);
      rows.textContent = [words, ...notes].filter(Boolean).join(" ");
    }
    const matters = document.getElementById("what-matters");
    if (!matters) return;
    opened.forEach((id) => matters.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", ""));
    if (said.textContent !== matters.dataset.headline) said.textContent = matters.dataset.headline;
  });

  // A request replaced by a newer one is no failure; the newer one answers for both.
  const mark = (isOld) => {
    if (isOld) asked = "";
    stale.hidden = !isOld;
    document.getElementById("what-matters").toggleAttribute("data-kc-old", isOld);
  };
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => visit.contains(event.detail.elt) && mark(true));
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    if (visit.contains(event.detail.elt) && event.detail.successful) mark(false);
  });
})();
