// Names while typing: a list under the field (WAI-ARIA combobox). Without this file the field takes anything typed.
(() => {
  const visit = document.getElementById("visit");
  const said = document.getElementById("names-said");
  if (!visit || !said) return;
  const { suggest, namesLabel, namesNone, namesOne, namesMany } = visit.dataset;
  const SHORTEST = 2;
  const DELAY = 100;
  const list = document.createElement("ul");
  Object.assign(list, { id: "names", className: "kc-names" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", namesLabel);
  let field = null; // the one the list belongs to while it is open
  let active = -1;
  let waiting = 0;
  let asked = "";

  // The name alone: what follows it ("100 mg at bedtime") stays as it was typed.
  const nameIn = (text) => text.match(/^\s*(.*?)(?=\s+\d|$)/)[1].trim();
  const restAfter = (text, name) => text.slice(text.indexOf(name) + name.length);

  const dress = (input) => {
    if (input.role === "combobox") return;
    input.role = "combobox";
    input.ariaAutoComplete = "list";
    input.ariaExpanded = "false";
    input.ariaHasPopup = "listbox";
  };

  const close = () => {
    clearTimeout(waiting);
    asked = "";
    if (!field) return;
    field.ariaExpanded = "false";
    field.removeAttribute("aria-controls");
    field.removeAttribute("aria-activedescendant");
    list.remove();
    field = null;
    active = -1;
  };

  const mark = (index) => {
    const options = list.children;
    active = (index + options.length) % options.length;
    [...options].forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    options[active].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", options[active].id);
  };

  const take = (option) => {
    const input = field;
    const typed = nameIn(input.value);
    input.value = option.dataset.name + restAfter(input.value, typed);
    close();
    input.focus();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const open = (input, options) => {
    list.innerHTML = options;
    const number = list.querySelectorAll("[role=option]").length;
    if (!number) {
      close();
      said.textContent = namesNone;
      return;
    }
    [...list.children].forEach((option) => option.setAttribute("aria-selected", "false"));
    field = input;
    active = -1;
    input.removeAttribute("aria-activedescendant");
    if (list.previousElementSibling !== input) input.after(list);
    input.ariaExpanded = "true";
    input.setAttribute("aria-controls", "names");
    said.textContent = number === 1 ? namesOne : `${number} ${namesMany}`;
  };

  const ask = (input) => {
    const wanted = nameIn(input.value);
    if (wanted.length < SHORTEST) return close();
    asked = wanted;
    return fetch(`${suggest}?q=${encodeURIComponent(wanted)}`, { headers: { "HX-Request": "true" } })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : ""))
      .then((options) => {
        if (wanted === asked && document.activeElement === input) open(input, options);
      })
      .catch(() => {});
  };

  visit.addEventListener("focusin", (event) => {
    if (field && event.target !== field) close();
    if (event.target.matches("[data-names]")) dress(event.target);
  });
  visit.addEventListener("focusout", (event) => {
    if (event.target === field || event.target.matches("[data-names]")) close();
  });
  visit.addEventListener("input", (event) => {
    if (!event.target.matches("[data-names]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => ask(event.target), DELAY);
  });

  // Before the keys of the page, so that Enter takes an option instead of going to the next row.
  visit.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.matches("[data-names]") || event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (field === input) mark(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
      else ask(input);
    } else if (field === input && event.key === "Enter" && active >= 0) {
      event.preventDefault();
      event.stopImmediatePropagation();
      take(list.children[active]);
    } else if (field === input && event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter") {
      close();
    }
  }, true);

  // A press keeps the focus in the field; the option is taken when it ends, so a list can be scrolled by touch.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && field) take(option);
  });
})();
