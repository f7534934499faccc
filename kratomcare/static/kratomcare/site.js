// What every page needs: focus where attention is due, a fresh form token, and a loud word when the server did not answer.
(() => {
  const trouble = () => document.getElementById("kc-trouble");

  // The token in the cookie outlives a sign-in in another tab; the one printed in the page does not.
  const token = () => document.cookie.split("; ").find((part) => part.startsWith("csrftoken="))?.slice(10);

  const focusOn = (root) => root.querySelector("[data-kc-focus]")?.focus();

  document.addEventListener("DOMContentLoaded", () => focusOn(document));

  document.addEventListener("submit", (event) => {
    const field = event.target.elements?.namedItem("csrfmiddlewaretoken");
    if (field && token()) field.value = token();
  });

  // "/" goes to "Find a patient", unless the person is typing, reads a dialog, or has switched single keys off.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (localStorage.getItem("kc-single-keys-off") || document.querySelector("dialog[open]")) return;
    const find = document.getElementById("kc-find");
    if (find) {
      event.preventDefault();
      find.focus();
    }
  });

  document.addEventListener("htmx:configRequest", (event) => {
    if (token()) event.detail.headers["X-CSRFToken"] = token();
  });

  document.addEventListener("htmx:afterSwap", (event) => focusOn(event.detail.elt));

  // A request that failed must never leave a page that looks settled: say so until one succeeds.
  let failed = null;
  const say = (key, source) => {
    const place = trouble();
    if (!place) return;
    failed = source;
    place.querySelectorAll("[data-kc-trouble]").forEach((part) => {
      part.hidden = part.dataset.kcTrouble !== key;
    });
    place.hidden = false;
  };
  document.addEventListener("htmx:sendError", (event) => say("unreachable", event.detail.elt));
  document.addEventListener("htmx:timeout", (event) => say("unreachable", event.detail.elt));
  document.addEventListener("htmx:responseError", (event) =>
    say(event.detail.xhr.status === 401 ? "signed-out" : "failed", event.detail.elt),
  );
  document.addEventListener("htmx:afterRequest", (event) => {
    const place = trouble();
    if (place && event.detail.successful && (event.detail.elt === failed || !failed?.isConnected)) place.hidden = true;
  });
})();
