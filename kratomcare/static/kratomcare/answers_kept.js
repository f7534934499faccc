// The way back to a review keeps what was typed there: in this tab's own history, never stored for longer.
(() => {
  const form = document.getElementById("answers");
  if (!form) return;
  const fields = () => [...form.elements].filter((one) => /^flag\d+-(answer|note|follow_up_on)$/.test(one.name));
  const nameOf = (field) => {
    const number = field.name.split("-")[0];
    return [form.elements[`${number}-rule`].value, form.elements[`${number}-about`].value, field.name.split("-")[1]].join("\n");
  };

  const keep = () => {
    const typed = fields().filter((one) => one.type !== "radio" || one.checked).map((one) => [nameOf(one), one.value]);
    history.replaceState({ ...history.state, typed, at: location.pathname }, "");
  };

  const restore = () => {
    const { typed, at } = history.state ?? {};
    if (at !== location.pathname || performance.getEntriesByType("navigation")[0]?.type === "navigate") return;
    const known = new Map(typed);
    for (const one of fields()) {
      const value = known.get(nameOf(one));
      if (value === undefined) continue;
      if (one.type === "radio") one.checked = one.value === value;
      else one.value = value;
      const fold = value && one.type !== "radio" ? one.closest("details") : null;
      if (fold) fold.open = true;
    }
  };

  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", keep);
  restore();
})();
