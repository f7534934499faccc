// Names the choices with a search, which the admin's own script leaves without a name, as their lists are named.
{
  const ofColumn = (list) => {
    const cell = list.closest("td");
    const head = cell?.closest("table").tHead?.rows[0].cells;
    const column = [...(cell?.classList ?? [])].find((name) => name.startsWith("field-"))?.replace("field-", "column-");
    return [...(head ?? [])].find((one) => one.classList.contains(column))?.textContent;
  };
  const nameOf = (list) => (list.labels[0]?.textContent ?? ofColumn(list) ?? "").trim();
  const named = (list) => {
    const name = nameOf(list);
    const beside = list.nextElementSibling;
    if (!name || !beside?.matches(".select2")) return;
    // What is chosen belongs to the name: "Substance: tramadol".
    const box = beside.querySelector(".select2-selection--single");
    const shown = beside.querySelector(".select2-selection__rendered");
    const chosen = shown?.title || shown?.textContent.trim();
    if (box) {
      box.removeAttribute("aria-labelledby");
      box.setAttribute("aria-label", chosen ? `${name}: ${chosen}` : name);
      shown.setAttribute("aria-label", name);
    }
    beside.querySelector(".select2-search__field")?.setAttribute("aria-label", name);
  };
  const all = () => document.querySelectorAll("select.admin-autocomplete").forEach(named);
  const opened = (list) => {
    const parts = ".select2-search--dropdown .select2-search__field, .select2-results__options";
    for (const part of document.querySelectorAll(parts)) part.setAttribute("aria-label", nameOf(list));
  };
  const begin = () => {
    all();
    document.addEventListener("formset:added", () => setTimeout(all));
    const $ = window.django?.jQuery;
    $?.(document).on("select2:select select2:unselect select2:clear", (event) => setTimeout(() => named(event.target)));
    $?.(document).on("select2:open", (event) => opened(event.target));
  };
  // After the admin's own script, which waits for the document in the same way.
  (window.django?.jQuery ?? ((then) => document.addEventListener("DOMContentLoaded", then)))(begin);
}
