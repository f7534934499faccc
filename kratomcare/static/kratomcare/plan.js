// The plan puts itself together from the answers. Only lines it wrote itself are ever renewed; every change can be undone.
(() => {
  const visit = document.getElementById("visit");
  const text = document.getElementById("id_plan");
  const first = document.getElementById("plan-lines");
  if (!visit || !text || !first) return;
  const proposal = document.getElementById("plan-proposal");
  const undo = document.getElementById("plan-undo");
  const add = proposal.querySelector("[data-plan-add]");
  let known = new Map(JSON.parse(first.textContent));
  let before = null;

  const lines = () => text.value.split("\n");
  const holds = (line) => lines().some((one) => one.trim() === line);
  const missing = () => [...known.values()].filter((line) => !holds(line));

  const write = (value) => {
    if (value === text.value) return;
    before = text.value;
    text.value = value;
    undo.hidden = false;
    text.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const withLines = (value, more) => [...(value.trim() ? [value.trimEnd()] : []), ...more].join("\n");

  const offer = () => {
    const left = missing();
    proposal.hidden = !left.length;
    proposal.querySelector("ul").replaceChildren(
      ...left.map((line) => Object.assign(document.createElement("li"), { textContent: line })),
    );
  };

  // A line of ours that stands as it was is renewed; one that was edited or taken out is only offered again.
  const renew = (now) => {
    const kept = [];
    for (const one of lines()) {
      const key = [...known].find(([, line]) => line === one.trim())?.[0];
      if (key === undefined) kept.push(one);
      else if (now.has(key)) kept.push(now.get(key));
    }
    const fresh = [...now].filter(([key]) => !known.has(key)).map(([, line]) => line);
    known = now;
    write(withLines(kept.join("\n"), fresh.filter((line) => !kept.includes(line))));
    offer();
  };

  visit.addEventListener("kc:plan", (event) => renew(new Map(event.detail)));
  text.addEventListener("input", () => {
    undo.hidden = true;
    offer();
  });
  add.hidden = false;
  proposal.querySelector("[data-plan-by-hand]").hidden = true;
  add.addEventListener("click", () => {
    write(withLines(text.value, missing()));
    offer();
    text.focus();
  });
  undo.querySelector("button").addEventListener("click", () => {
    text.value = before;
    undo.hidden = true;
    text.dispatchEvent(new Event("change", { bubbles: true }));
    offer();
    text.focus();
  });
  offer();
})();
