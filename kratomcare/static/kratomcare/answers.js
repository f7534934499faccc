// One key for each answer to a concern, while the focus is among its choices; typing in a field stays typing.
(() => {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!event.target.matches("[data-answers] input[type=radio]")) return;
    const answers = event.target.closest("[data-answers]");
    const choice = answers.querySelector(`input[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.focus();
    choice.click();
  });
})();
