// What has the focus or lies under the pointer stays where it is while the list beside it is made anew.
(() => {
  const visit = document.getElementById("visit");
  const side = document.querySelector(".kc-page__side");
  if (!visit || !side) return;
  const REACHED = "a, summary, button, input, select, textarea";
  let pointer = null; // where it is, while it is over the list
  let held = [];

  side.addEventListener("pointermove", (event) => event.pointerType === "mouse" && (pointer = [event.clientX, event.clientY]));
  side.addEventListener("pointerleave", () => (pointer = null));
  // Room lent above the list, so that nothing rises under the pointer, is given back when the pointer has left.
  side.addEventListener("pointerleave", () => (list().style.paddingBlockStart = ""));

  // A press that begins on the old list is meant for the old list: a new one that comes before the release would swallow
  // it. It is left out and asked for again, at the latest after a moment, so that a release nobody saw stops nothing.
  const LONGEST_PRESS = 2000;
  let pressedAt = -LONGEST_PRESS;
  let isAwaited = false;
  const isPressed = () => performance.now() - pressedAt < LONGEST_PRESS;
  const released = () => {
    pressedAt = -LONGEST_PRESS;
    if (isAwaited) htmx.trigger(visit, "kc:again");
    isAwaited = false;
  };
  side.addEventListener("pointerdown", () => (pressedAt = performance.now()));
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => setTimeout(released));

  // A thing of the list by what stands over it, because the list after the change holds other elements.
  const list = () => side.querySelector("#what-matters");
  const withTitle = (words) => [...side.querySelectorAll("h3, h4")].find((heading) => heading.textContent === words);
  const finder = (element) => {
    if (!list().contains(element)) return () => (element.isConnected ? element : document.getElementById(element.id));
    const part = element.closest("li, section");
    const words = part?.querySelector("h3, h4")?.textContent;
    const nth = part ? [...part.querySelectorAll(REACHED)].indexOf(element) : -1;
    return () => {
      const place = withTitle(words)?.closest("li, section");
      return place?.querySelectorAll(REACHED)[nth] ?? place;
    };
  };

  const hold = (element) => {
    const find = finder(element);
    const top = find()?.getBoundingClientRect().top;
    return { find, top, inside: side.contains(element), focused: element === document.activeElement };
  };

  const scrolls = () => side.scrollHeight > side.clientHeight && getComputedStyle(side).overflowY !== "visible";

  const put = ({ find, top, inside, focused }) => {
    const element = find();
    if (focused && document.activeElement !== element) (element ?? side).focus({ preventScroll: true });
    if (!element || top === undefined) return;
    const moved = () => element.getBoundingClientRect().top - top;
    if (Math.abs(moved()) < 1) return;
    if (!inside || !scrolls()) return window.scrollBy({ top: moved(), behavior: "instant" });
    side.scrollTop += moved();
    if (pointer && moved() < -1) list().style.paddingBlockStart = `${-moved()}px`;
  };

  document.addEventListener("htmx:beforeSwap", (event) => {
    held = [];
    if (event.detail.target.id !== "what-matters") return;
    if (isPressed()) {
      event.detail.shouldSwap = false;
      isAwaited = true;
      setTimeout(() => isPressed() || released(), LONGEST_PRESS);
      return;
    }
    const focused = document.activeElement;
    const under = pointer && document.elementFromPoint(...pointer);
    if (under && list().contains(under)) held.push(hold(under));
    if (!focused || focused === document.body || focused === side) return;
    // Of two in the list, the one under the pointer stays in place and the other keeps the focus.
    held.push(held.length && side.contains(focused) ? { ...hold(focused), top: undefined } : hold(focused));
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id.endsWith("-rows")) return;
    held.forEach(put);
    held = [];
  });
})();
