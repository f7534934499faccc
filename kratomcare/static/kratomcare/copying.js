// One press copies a text for the chart. Without scripts the text is there to be selected.
(() => {
  const said = document.getElementById("copied");
  for (const button of document.querySelectorAll("[data-kc-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.kcCopy);
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        said.textContent = said.dataset.copied;
        button.textContent = said.dataset.copied;
      } catch {
        said.textContent = said.dataset.refused;
        said.classList.remove("visually-hidden");
      }
    });
  }
})();
