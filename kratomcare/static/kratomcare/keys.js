// The keys of the consultation page and the page that shows them. Nothing typed is ever taken for a key.
(() => {
  const visit = document.getElementById("visit");
  const map = document.getElementById("kc-keys");
  if (!visit || !map) return;
  const OFF = "kc-single-keys-off";
  const box = document.getElementById("kc-single-keys");
  const TYPED = "input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select, [contenteditable]";
  const tell = (name, detail) => visit.dispatchEvent(new CustomEvent(name, { detail }));
  const press = (value) => visit.querySelector(`button[name=do][value=${value}]`).click();

  const fold = () => {
    const section = document.activeElement.closest("[data-kc-step]");
    const details = section?.querySelector(":scope > .kc-step");
    if (!details) return;
    details.open = !details.open;
    details.querySelector("summary").focus();
  };

  const KEYS = {
    "?": () => map.showModal(),
    m: () => document.querySelector(".kc-matters-key").click(),
    f: fold,
    F: () => tell("kc:fold-all"),
    a: () => tell("kc:answer"),
    "=": () => tell("kc:next-row"),
    N: () => document.querySelector("[data-kc-unchanged]")?.click(),
    s: () => press("save"),
    r: () => press("review"),
  };

  box.checked = !localStorage.getItem(OFF);
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  document.querySelector("[data-kc-keys-open]").addEventListener("click", KEYS["?"]);

  // At the window, after everybody else: a key that a field, a list or an answer took is not ours any more.
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!box.checked || document.querySelector("dialog[open]") || event.target.closest?.(TYPED)) return;
    const section = /^[1-9]$/.test(event.key) && visit.querySelector(`[data-kc-step="${event.key}"]`);
    if (!section && !KEYS[event.key]) return;
    event.preventDefault();
    if (section) tell("kc:go", Number(event.key));
    else KEYS[event.key]();
  });
})();
