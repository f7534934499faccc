// Rating scales: one key for each answer, how far one is, and the total once everything is answered.
(() => {
  const WORDS = { y: "1", n: "0" };
  const filled = (words, values) => words.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
  const itemsOf = (scale) => [...scale.querySelectorAll("select[data-item]")];
  const keysOf = (item) => [...item.options].map((option) => option.value).filter(Boolean);

  const points = (item) => {
    const keys = keysOf(item).map(Number);
    const value = Number(item.value);
    return item.closest("[data-reversed]") ? keys[0] + keys[keys.length - 1] - value : value;
  };

  // How far it is; a total only when complete.
  const standing = (scale) => {
    const words = JSON.parse(scale.dataset.scale);
    const items = itemsOf(scale);
    const answered = items.filter((item) => item.value);
    if (answered.length < items.length) {
      return filled(words.progress, { name: words.name, answered: answered.length, of: items.length });
    }
    if (words.most === null) return filled(words.noTotal, words);
    const total = items.filter((item) => !item.closest("[data-unscored]")).reduce((sum, item) => sum + points(item), 0);
    const band = words.bands.find(([low, high]) => low <= total && total <= high);
    return filled(words.total, { name: words.name, total, most: words.most, band: band?.[2] });
  };

  const tell = (scale, words) => {
    scale.querySelector("[data-scale-said]").textContent = words;
    const summary = scale.closest("details")?.querySelector("[data-standing]");
    if (summary) summary.textContent = words.replace(/^.*?(?=\d)/, "");  // its name stands there already
  };

  // Item 9 above "not at all" takes the focus to what has to be done.
  const interrupt = (item) => {
    const prompt = document.getElementById("item9");
    if (item.name !== "phq9_9" || !prompt || !Number(item.value)) return false;
    prompt.focus();
    return true;
  };

  document.addEventListener("change", (event) => {
    const scale = event.target.matches("select[data-item]") && event.target.closest("[data-scale]");
    if (scale) tell(scale, standing(scale));
  });

  document.addEventListener("keydown", (event) => {
    const item = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || !item.matches("select[data-item]")) return;
    const keys = keysOf(item);
    const isYesNo = keys.length === 2 && keys[0] === "0" && keys[1] === "1";
    const key = (isYesNo && WORDS[event.key.toLowerCase()]) || event.key;
    if (!/^[0-9]$/.test(key)) return;
    event.preventDefault();
    const scale = item.closest("[data-scale]");
    if (!keys.includes(key)) {
      tell(scale, filled(JSON.parse(scale.dataset.scale).noSuch, { key, keys: keys.join(", ") }));
      return;
    }
    item.value = key;
    item.dispatchEvent(new Event("change", { bubbles: true }));
    if (interrupt(item)) return;
    const items = itemsOf(scale);
    const next = items[items.indexOf(item) + 1];
    if (next) next.focus();
  });
})();
