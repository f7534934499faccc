"""A change of a field of the consultation page, and how long its new list takes. Runs inside the page."""

# From the change of a field to the new list in the page.
ANSWERED_AFTER = """async (field) => {
  const renewed = new Promise((done) => document.addEventListener("htmx:afterSwap", done, { once: true }));
  const started = performance.now();
  field.value = String(1 + (Number(field.value) % 9));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  await renewed;
  return performance.now() - started;
}"""
