// Light or dark as the system says, before the first paint; always light on paper.
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const paint = (isDark) => document.documentElement.setAttribute("data-bs-theme", isDark ? "dark" : "light");
  paint(dark.matches);
  dark.addEventListener("change", () => paint(dark.matches));
  window.addEventListener("beforeprint", () => paint(false));
  window.addEventListener("afterprint", () => paint(dark.matches));
})();
