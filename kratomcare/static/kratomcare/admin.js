// Names the search box of a list of choices, which the admin's own script leaves without one, as its list is named.
window.addEventListener("load", () => {
  for (const list of document.querySelectorAll("select.admin-autocomplete")) {
    const box = list.nextElementSibling?.querySelector(".select2-search__field");
    const label = list.labels[0];
    if (box && label) box.setAttribute("aria-label", label.textContent.trim());
  }
});
