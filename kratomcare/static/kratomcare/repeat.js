// Rows carried over from the last visit: one key or one press each says still so, stopped or changed. Without this file:
// the box beside the row, and its own fields.
(() => {
  const visit = document.getElementById("visit");
  if (!visit) return;
  const single = document.getElementById("kc-single-keys");
  const TYPED = "input:not([type=checkbox]), textarea, select";
  const ROW = ".kc-line, .kc-use";
  const all = () => [...visit.querySelectorAll("[data-kc-ways]")];
  const boxOf = (ways) => ways.querySelector("input[type=checkbox]");
  const field = (ways, name) => document.getElementById(`id_${ways.dataset.kcWays}-${name}`);
  const isStopped = (ways) => field(ways, "phase")?.value === "stopped" || field(ways, "stopped")?.checked;
  // A row that was corrected or stopped needs nobody's word any more.
  const waits = (ways) => !boxOf(ways).checked && !("kcTouched" in ways.dataset) && !ways.parentElement.querySelector(".kc-since--changed, .kc-since--stopped");
  const tell = (element) => element.dispatchEvent(new Event("change", { bubbles: true }));

  const unfold = (element) => {
    for (let one = element; one; one = one.parentElement) if (one.matches("details")) one.open = true;
  };

  const go = (element) => {
    unfold(element);
    element.focus();
    element.select?.();
  };

  // The next row that nobody spoke of, after this one and then from the top; past the last, the way to the review.
  const next = (from) => {
    const rows = all();
    const at = rows.indexOf(from) + 1;
    const found = [...rows.slice(at), ...rows.slice(0, at)].find(waits);
    if (found) return go(boxOf(found));
    if (from) visit.querySelector("button[name=do][value=review]").focus();
  };

  const WAYS = {
    same: (ways) => {
      boxOf(ways).checked = true;
      tell(boxOf(ways));
      next(ways);
    },
    stopped: (ways) => {
      const phase = field(ways, "phase");
      const since = field(ways, phase ? "stopped_on" : "last_use");
      boxOf(ways).checked = false;
      ways.dataset.kcTouched = "";
      if (phase) phase.value = "stopped";
      else field(ways, "stopped").checked = true;
      if (phase && !since.value) since.value = document.getElementById("id_visit_on").value;
      tell(phase ?? field(ways, "stopped"));
      go(since);
    },
    changed: (ways) => {
      boxOf(ways).checked = false;
      tell(boxOf(ways));
      go(field(ways, "entered") ?? field(ways, "doses_per_day"));
    },
  };
  const KEYS = { "=": "same", s: "stopped", c: "changed" };

  visit.addEventListener("click", (event) => {
    const button = event.target.closest("[data-kc-way]");
    if (button) WAYS[button.dataset.kcWay](button.closest("[data-kc-ways]"));
  });

  visit.addEventListener("keydown", (event) => {
    const ways = event.target.closest("[data-kc-ways]");
    if (!ways || !single?.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!KEYS[event.key] || event.target.matches(TYPED) || (event.key === "s" && isStopped(ways))) return;
    event.preventDefault();
    WAYS[KEYS[event.key]](ways);
  });

  // A field that is corrected takes back what was said of the row before.
  visit.addEventListener("input", (event) => {
    const ways = event.target.closest(ROW)?.querySelector("[data-kc-ways]");
    if (!ways || ways.contains(event.target)) return;
    boxOf(ways).checked = false;
  });

  visit.addEventListener("kc:next-row", () => next(null));
})();
