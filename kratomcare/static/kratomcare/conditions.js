// Turns a condition typed in full into a ticked box at once. Without this file the server does the same on posting.
document.addEventListener("change", (event) => {
  const input = event.target.closest("input[list][name$='_add']");
  if (!input || !input.list) return;
  const text = input.value.trim();
  const known = [...input.list.options].some((option) => option.value === text);
  const chips = input.parentElement.querySelector("[data-conditions]");
  if (!known || !chips) return;
  const label = document.createElement("label");
  label.className = "kc-chip";
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", name: `${chips.dataset.conditions}_label`, value: text, checked: true, className: "form-check-input" });
  label.append(box, ` ${text}`);
  chips.append(label);
  input.value = "";
  box.dispatchEvent(new Event("change", { bubbles: true }));
});
