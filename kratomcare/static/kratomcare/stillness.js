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
  side.addEventListener("pointerleave", () => (side.querySelector("#what-matters").style.paddingBlockStart = ""));

  // A thing of the list by what it is called, because the list after the change holds other elements.
  const called = (element) => element.closest("[id]:not(#what-matters)")?.id;
  const titled = (element) => element.closest("li, section")?.querySelector("h3, h4")?.textContent;
  const withTitle = (words) => [...side.querySelectorAll("h3, h4")].find((heading) => heading.textContent === words);
  const again = (element) => {
    const id = called(element);
    const words = titled(element);
    const nth = [...(element.closest("li, section")?.querySelectorAll(REACHED) ?? [])].indexOf(element);
    return () => {
      if (element.isConnected) return element;
      const place = withTitle(words)?.closest("li, section");
      if (nth >= 0 && place) return place.querySelectorAll(REACHED)[nth] ?? place;
      return (id && document.getElementById(id)) || place;
    };
  };

  const hold = (element) => {
    const top = element.getBoundingClientRect().top;
    return { find: again(element), top, inside: side.contains(element), focused: element === document.activeElement };
  };

  const scrolls = () => side.scrollHeight > side.clientHeight && getComputedStyle(side).overflowY !== "visible";

  const put = ({ find, top, inside, focused }) => {
    const element = find();
    if (focused && document.activeElement !== element) (element ?? side).focus({ preventScroll: true });
    if (!element) return;
    const moved = () => element.getBoundingClientRect().top - top;
    if (Math.abs(moved()) < 1) return;
    if (!inside || !scrolls()) return window.scrollBy({ top: moved(), behavior: "instant" });
    side.scrollTop += moved();
    if (pointer && moved() < -1) side.querySelector("#what-matters").style.paddingBlockStart = `${-moved()}px`;
  };

  document.addEventListener("htmx:beforeSwap", (event) => {
    held = [];
    if (event.detail.target.id !== "what-matters") return;
    const focused = document.activeElement;
    const under = pointer && document.elementFromPoint(...pointer);
    if (under && side.querySelector("#what-matters").contains(under)) held.push(hold(under));
    if (focused && focused !== document.body && focused !== side) held.push(hold(focused));
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id.endsWith("-rows")) return;
    held.forEach(put);
    held = [];
  });
})();
