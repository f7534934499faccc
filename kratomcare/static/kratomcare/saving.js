// A visit saves itself while it is typed into. What the server does not have yet is said in words until it does.
(() => {
  const visit = document.getElementById("visit");
  const strip = document.getElementById("kc-saving");
  if (!visit || !strip) return;
  const { typedBy, session } = strip.dataset;
  const part = (name) => strip.querySelector(`[data-state="${name}"]`);
  const note = (name) => strip.querySelector(`[data-note="${name}"]`);
  const AFTER_A_KEY = 900, AFTER_A_FIELD = 60, FIRST_AGAIN = 2000, LAST_AGAIN = 30000, SLOWEST = 20000, WARN_BEFORE = 120;
  let save = strip.dataset.save, timer = null, again = FIRST_AGAIN, sending = false, stopped = false, waiting = null;
  let pending = "unsaved" in visit.dataset, ends = Date.now() + 1000 * strip.dataset.seconds;
  const openedOn = strip.dataset.today, openedWith = strip.dataset.reference;

  // The token in the cookie outlives a sign-in in another tab; the one printed in the page does not.
  const token = () => document.cookie.split("; ").find((one) => one.startsWith("csrftoken="))?.slice(10) ?? "";

  const show = (state, when) => {
    strip.querySelectorAll("[data-state]").forEach((one) => (one.hidden = one.dataset.state !== state));
    if (when) part(state).querySelector("time").textContent = when;
    strip.classList.toggle("alert", !["saved", "kept", "saving"].includes(state));
    strip.classList.toggle("alert-danger", !["saved", "kept", "saving"].includes(state));
  };

  const ask = async (address, options = {}) => {
    const answer = await fetch(address, {
      ...options,
      headers: { "HX-Request": "true", "X-CSRFToken": token(), "X-Typed-By": typedBy },
      signal: AbortSignal.timeout(SLOWEST),
    });
    if (answer.status === 401 || answer.redirected) throw new Error("signed-out");
    return { status: answer.status, told: await answer.json().catch(() => ({})) };
  };

  const later = (wait) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(send, wait);
  };

  const took = (told) => {
    visit.elements.version.value = told.version;
    if (save !== told.save) {
      save = told.save;
      history.replaceState(null, "", told.address);
    }
    again = FIRST_AGAIN;
    alive(told.seconds);
    // Typed on meanwhile: that part is not on the server yet, and nothing says so before it is.
    if (pending) show("saving");
    else show(told.state, told.at);
    note("midnight").hidden = told.today === openedOn;
    note("reference").hidden = String(told.reference) === openedWith;
    visit.dispatchEvent(new CustomEvent("kc:saved"));
  };

  async function send() {
    if (sending || stopped) return;
    sending = true;
    pending = false;
    const fields = new FormData(visit);
    fields.set("csrfmiddlewaretoken", token());
    try {
      const { status, told } = await ask(save, { method: "POST", body: fields });
      if (status === 200) took(told);
      else if (told.state === "conflict" || told.state === "closed" || told.state === "other-person") halt(told.state);
      else wait("failed");
    } catch (trouble) {
      wait(trouble.message === "signed-out" ? "signed-out" : "unreachable");
    }
    sending = false;
    if (waiting) return visit.requestSubmit(waiting);
    if (pending) later(AFTER_A_KEY);
  }

  // Nothing more is sent: going on would overwrite somebody, or write under another name.
  const halt = (state) => {
    stopped = true;
    pending = true;
    show(state);
    strip.focus();
  };

  const wait = (state) => {
    pending = true;
    const isNews = part(state).hidden;
    show(state);
    if (state === "signed-out" && isNews) tell("ended");
    later(again);
    again = Math.min(again * 2, LAST_AGAIN);
  };

  // The session: a warning in time, and a way back in that leaves this page as it is.
  const dialog = document.getElementById("kc-session");
  const tell = (which) => {
    dialog.querySelectorAll("[data-session]").forEach((one) => (one.hidden = one.dataset.session !== which));
    const time = dialog.querySelector("time");
    time.textContent = new Date(ends).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    if (!dialog.open) dialog.showModal();
  };
  let warning = null;
  const alive = (seconds) => {
    ends = Date.now() + 1000 * seconds;
    clearTimeout(warning);
    warning = setTimeout(() => tell("ending"), 1000 * Math.max(seconds - WARN_BEFORE, 1));
    if (dialog.open) dialog.close();
  };
  const goOn = async () => {
    try {
      const { status, told } = await ask(session);
      if (status !== 200) return;
      if (told.by !== typedBy) return dialog.close(), halt("other-person");
      alive(told.seconds);
      if (pending) later(0);
    } catch (trouble) {
      if (trouble.message === "signed-out") tell("ended");
    }
  };
  dialog.querySelectorAll("[data-go-on]").forEach((button) => button.addEventListener("click", goOn));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && (dialog.open || pending)) goOn();
  });
  window.addEventListener("focus", () => dialog.open && goOn());
  window.addEventListener("online", () => pending && later(0));
  window.addEventListener("offline", () => {
    if (pending) show("unreachable");
  });

  const noted = (wait) => () => {
    pending = true;
    if (!strip.classList.contains("alert-danger")) show("saving");
    if (!stopped) later(wait);
  };
  visit.addEventListener("input", noted(AFTER_A_KEY));
  visit.addEventListener("change", noted(AFTER_A_FIELD));
  document.addEventListener("htmx:afterSwap", (event) => event.target.id.endsWith("-rows") && noted(AFTER_A_KEY)());

  // A button pressed while a save is on its way waits for it: else the page would meet its own newer version.
  visit.addEventListener("submit", (event) => {
    if (!sending) return;
    event.preventDefault();
    event.stopPropagation();
    waiting = event.submitter;
  }, true);

  // Leaving asks first only while something typed is not on the server.
  let leaving = false;
  document.addEventListener("submit", () => ((leaving = true), clearTimeout(timer)));
  window.addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted) location.reload();
  });
  window.addEventListener("beforeunload", (event) => {
    if ((pending || sending) && !leaving) event.preventDefault();
  });
  alive(strip.dataset.seconds);
})();
