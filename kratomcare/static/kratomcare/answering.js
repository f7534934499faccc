// Concerns are answered where they stand, by one key or one press, and saved at once. Without this file: the review page.
(() => {
  const visit = document.getElementById("visit");
  const side = document.querySelector(".kc-page__side");
  const bars = document.getElementById("answering-bar");
  if (!visit || !side || !bars) return;
  const more = document.getElementById("answering-more").content.firstElementChild;
  const words = document.getElementById("answering-words").dataset;
  const strip = document.getElementById("kc-saving");
  const [note, day, trouble] = ["#kc-answer-note", "#kc-answer-day", "#kc-answer-trouble"].map((one) => more.querySelector(one));
  const LONGEST_SAVE = 10000;
  let openAt = null; // id of the place that the fields are shown in
  let meant = ""; // the answer the fields belong to
  const kept = new Map(); // what was typed at a place and is not on the server, by the place's id

  const places = () => [...side.querySelectorAll(".kc-answering")];
  const waiting = () => places().filter((one) => !("answered" in one.dataset));
  const barOf = (place) => place.querySelector(".kc-answering__bar");

  // A place gets its buttons; one that is answered keeps them behind "change".
  const dress = (place) => {
    const change = place.querySelector(".kc-answering__open");
    if (!barOf(place)) place.append(bars.content.firstElementChild.cloneNode(true));
    const bar = barOf(place);
    const isAnswered = "answered" in place.dataset;
    change.type = "button";
    change.hidden = !isAnswered || openAt === place.id;
    change.firstChild.textContent = isAnswered ? words.change : change.firstChild.textContent;
    bar.hidden = isAnswered && openAt !== place.id;
    bar.setAttribute("aria-label", change.textContent);
    for (const one of bar.querySelectorAll("[data-answer]")) {
      one.setAttribute("aria-pressed", String(isAnswered && one.dataset.answer === place.dataset.answered));
    }
    bar.querySelector("[data-more]").setAttribute("aria-expanded", String(openAt === place.id));
  };

  const keep = () => {
    if (!openAt) return;
    const saved = document.getElementById(openAt)?.dataset ?? {};
    const isTyped = note.value !== (saved.note ?? "") || day.value !== (saved.day ?? "");
    if (isTyped) kept.set(openAt, { note: note.value, day: day.value });
    else kept.delete(openAt);
  };

  const close = (place) => {
    more.remove();
    openAt = null;
    if (place) dress(place);
  };

  // Closed on purpose: what was typed is taken back.
  const leave = (place) => {
    kept.delete(place.id);
    close(place);
  };

  const show = (place, answer, focus) => {
    const before = openAt && openAt !== place.id && document.getElementById(openAt);
    if (openAt !== place.id) {
      keep();
      const typed = kept.get(place.id) ?? place.dataset;
      note.value = typed.note ?? "";
      day.value = typed.day ?? "";
      say("");
    }
    if (before) close(before);
    openAt = place.id;
    meant = answer;
    dress(place);
    place.append(more);
    for (const one of more.querySelectorAll("[data-reasons]")) one.hidden = answer === "will-monitor";
    for (const one of more.querySelectorAll("[data-answer]")) one.setAttribute("aria-pressed", String(one.dataset.answer === answer));
    focus?.focus();
  };

  const say = (text) => {
    trouble.textContent = text;
    trouble.hidden = !text;
    trouble.classList.toggle("d-block", Boolean(text));
    for (const one of [note, day]) one.removeAttribute("aria-invalid");
  };

  // What is answered must be on the server first, as it is read here.
  const visitSaved = () =>
    new Promise((resolve, reject) => {
      const isBusy = !strip.querySelector("[data-state=saving]").hidden;
      const isNew = !location.pathname.startsWith("/consultations/");
      if (strip.classList.contains("alert")) return reject(new Error("notSaved"));
      if (!isBusy && !isNew) return resolve();
      visit.addEventListener("kc:saved", resolve, { once: true });
      setTimeout(() => reject(new Error("notSaved")), LONGEST_SAVE);
      if (!isBusy) visit.dispatchEvent(new Event("change", { bubbles: true }));
    });

  const ask = async (place, answer) => {
    await visitSaved();
    const { rule, about, seen } = place.dataset;
    const typed = openAt === place.id ? { note: note.value, day: day.value } : kept.get(place.id);
    const body = new FormData();
    const values = { rule, about, seen, answer, note: typed?.note ?? "", follow_up_on: typed?.day ?? "" };
    for (const [name, value] of Object.entries(values)) body.set(name, value ?? "");
    const token = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="))?.slice(10) ?? "";
    const headers = { "HX-Request": "true", "X-CSRFToken": token, "X-Typed-By": strip.dataset.typedBy };
    const got = await fetch(`${location.pathname}answer-in-place/`, { method: "POST", body, headers }).catch(() => {
      throw new Error("unreachable");
    });
    if (got.status === 401 || got.redirected) throw new Error("signedOut");
    return { status: got.status, told: await got.json().catch(() => ({})), values };
  };

  const took = (place, told, values) => {
    place.closest("li").querySelector(".kc-answer")?.remove();
    place.insertAdjacentHTML("beforebegin", told.answer);
    Object.assign(place.dataset, { answered: values.answer, note: values.note, day: values.follow_up_on });
    kept.delete(place.id);
    close(place);
    document.getElementById("still-open").outerHTML = told.open;
    document.querySelector(".kc-discard")?.remove();
    document.getElementById("matters-said").textContent = told.said;
    visit.dispatchEvent(new CustomEvent("kc:plan", { detail: told.plan }));
  };

  const refused = (place, told, answer, status) => {
    const names = { "other-person": "otherPerson", closed: "closed" };
    show(place, answer, null);
    if (told.errors) {
      const wrong = told.errors.note ? note : told.errors.follow_up_on ? day : null;
      say(Object.values(told.errors).flat().join(" "));
      wrong?.setAttribute("aria-invalid", "true");
      wrong?.focus();
    } else if (told.state === "changed") {
      htmx.trigger(visit, "change");
      say(told.said);
    } else say(words[names[told.state]] ?? words[status === 403 ? "otherPerson" : "failed"]);
  };

  let sending = false;
  const answer = async (place, which, byKey) => {
    if (sending) return;
    if (!which) return show(place, "", null), say(words.choose);
    sending = true;
    try {
      const { status, told, values } = await ask(place, which);
      const here = document.getElementById(place.id) ?? place; // the list may have been made anew meanwhile
      if (status === 200) {
        took(here, told, values);
        const next = byKey && waiting()[0];
        if (next) go(next);
        else if (!side.contains(document.activeElement)) here.querySelector(".kc-answering__open").focus({ preventScroll: true });
      } else refused(here, told, which, status);
    } catch (failure) {
      show(document.getElementById(place.id) ?? place, which, null);
      say(words[failure.message] ?? words.failed);
    }
    sending = false;
  };

  const go = (place) => {
    for (let one = place; one; one = one.parentElement) if (one.matches("details")) one.open = true;
    barOf(place).querySelector("button").focus();
  };

  side.addEventListener("click", (event) => {
    const place = event.target.closest(".kc-answering");
    const button = event.target.closest("button");
    if (!place || !button) return;
    const byKey = event.detail === 0;
    if (button.matches(".kc-answering__open")) return show(place, place.dataset.answered, barOf(place).querySelector("button"));
    if (button.matches("[data-more]")) return openAt === place.id ? leave(place) : show(place, "", more.querySelector("button"));
    if (button.matches("[data-close]")) return leave(place), (waiting().includes(place) ? barOf(place) : place).querySelector("button:not([hidden])").focus();
    if (button.matches("[data-save]")) return answer(place, meant, byKey);
    if (button.dataset.answer === "will-monitor" && !(openAt === place.id && note.value && day.value)) {
      return show(place, "will-monitor", note);
    }
    if (button.dataset.answer) answer(place, button.dataset.answer, byKey);
  });

  side.addEventListener("keydown", (event) => {
    const place = event.target.closest(".kc-answering");
    if (!place || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches("input")) {
      if (event.key === "Enter") event.preventDefault(), answer(place, meant, true);
      if (event.key === "Escape") event.preventDefault(), leave(place), go(place);
      return;
    }
    const bar = [...barOf(place).querySelectorAll("button")];
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step && bar.includes(event.target)) {
      event.preventDefault();
      return bar[(bar.indexOf(event.target) + step + bar.length) % bar.length].focus();
    }
    const wanted = `[data-key="${CSS.escape(event.key.toLowerCase())}"]`;
    const choice = place.querySelector(wanted) ?? more.querySelector(wanted);
    if (!choice) return;
    event.preventDefault();
    if (choice.dataset.answer === "will-monitor") return show(place, "will-monitor", note);
    if (choice.matches("[data-more]")) return choice.click();
    answer(place, choice.dataset.answer, true);
  });

  // What is written here belongs to the answer, not to the record: neither saved nor screened with it.
  for (const name of ["input", "change"]) {
    side.addEventListener(name, (event) => event.target.closest(".kc-answering") && event.stopPropagation());
  }

  visit.addEventListener("kc:answer", () => {
    const next = waiting()[0];
    if (next) go(next);
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id.endsWith("-rows")) return;
    places().forEach(dress);
    const place = openAt && document.getElementById(openAt);
    if (place && !more.isConnected) place.append(more);
    else if (!place) openAt = null;
  });

  // A note without its answer is nowhere but here: leaving asks first.
  window.addEventListener("beforeunload", (event) => {
    keep();
    if ([...kept.keys()].some((id) => document.getElementById(id))) event.preventDefault();
  });
  places().forEach(dress);
})();
