// The sections of a visit: what was folded stays folded on the next page, and "done" folds one and goes on to the next.
(() => {
  const visit = document.getElementById("visit");
  if (!visit) return;
  const KEPT = "kc-folded";
  const sections = () => [...visit.querySelectorAll("[data-kc-step]")];
  const fold = (section) => section.querySelector(":scope > .kc-step");
  const START = "input:not([type=hidden], [type=checkbox]), select, textarea";

  // Where work in a section starts: the answer, the empty row, the first question, else the first field.
  const start = (section) => {
    const names = section.querySelectorAll("[data-names]");
    const answer = section.querySelector(".kc-segments input:checked");
    return answer ?? names[names.length - 1] ?? section.querySelector(`[data-item], :is(${START})`);
  };

  const unfold = (element) => {
    for (let one = element; one; one = one.parentElement) if (one.matches("details")) one.open = true;
  };

  const go = (section) => {
    if (!section) return visit.querySelector("button[value=review]").focus();
    unfold(fold(section));
    const field = start(section);
    unfold(field);
    field.focus();
  };

  const folded = () => sections().filter((one) => !fold(one).open).map((one) => one.dataset.kcStep);
  const keep = () => sessionStorage.setItem(KEPT, JSON.stringify([location.pathname, folded()]));
  const restore = () => {
    const [page, numbers] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    if (page !== location.pathname) return;
    for (const one of sections()) {
      if (numbers.includes(one.dataset.kcStep) && !one.querySelector(".errorlist, .is-invalid, [autofocus]")) fold(one).open = false;
    }
  };

  visit.addEventListener("toggle", (event) => event.target.matches(".kc-step") && keep(), true);
  visit.addEventListener("kc:saved", keep);
  document.addEventListener("htmx:afterSwap", (event) => event.target.id.endsWith("-rows") && keep());

  // A link to a field opens what it is folded in.
  const reveal = (id) => unfold(id && document.getElementById(decodeURIComponent(id)));
  document.addEventListener("click", (event) => reveal(event.target.closest?.("a[href^='#']")?.hash.slice(1)), true);

  visit.addEventListener("kc:go", (event) => go(sections()[event.detail - 1]));
  visit.addEventListener("kc:fold-all", () => {
    const open = sections().some((one) => fold(one).open);
    const here = document.activeElement.closest("[data-kc-step]");
    sections().forEach((one) => (fold(one).open = !open));
    if (open && here) here.querySelector("summary").focus();
  });
  visit.addEventListener("keydown", (event) => {
    const section = event.target.closest("[data-kc-step]");
    if (!section || event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const all = sections();
      fold(section).open = false;
      go(all[all.indexOf(section) + 1]);
    } else if (event.key === "Escape" && !event.target.matches("summary")) {
      section.querySelector("summary").focus();
    }
  });

  restore();
  reveal(location.hash.slice(1));
})();
