// What matters is one key away on a phone, and so is the way back. Without this file the key is a plain link.
(() => {
  const key = document.querySelector(".kc-matters-key");
  const side = document.querySelector(".kc-page__side");
  if (!key || !side) return;
  let from = null;
  let isThere = false;

  const show = (there) => {
    isThere = there;
    key.querySelector("[data-kc-there]").hidden = there;
    key.querySelector("[data-kc-back]").hidden = !there;
  };

  const back = () => {
    const place = from?.isConnected ? from : document.querySelector("[data-kc-step] > .kc-step > summary");
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "center", behavior: "instant" });
    from = null;
  };

  key.addEventListener("click", (event) => {
    event.preventDefault();
    const isShown = key.getClientRects().length > 0; // on a desk both stand side by side
    if ((isShown && isThere) || side.contains(document.activeElement)) return back();
    from = [document.body, key].includes(document.activeElement) ? from : document.activeElement;
    side.focus({ preventScroll: true });
    side.scrollIntoView({ block: "start", behavior: "instant" });
  });
  // A press takes the focus before it is a click: what had it is where the way back leads.
  key.addEventListener("pointerdown", () => !side.contains(document.activeElement) && (from = document.activeElement));

  new IntersectionObserver(([seen]) => show(seen.isIntersecting), { rootMargin: "-45% 0px -45% 0px" }).observe(side);

  document.addEventListener("htmx:afterSwap", () => {
    const counts = document.getElementById("what-matters")?.dataset.headline;
    if (counts) key.querySelector("[data-kc-counts]").textContent = counts;
  });
})();
