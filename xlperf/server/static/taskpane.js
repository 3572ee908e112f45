// The task pane: whether the service answers, and the functions it has.
"use strict";

(async function () {
  const pane = document.body.dataset;
  const state = document.getElementById("state");
  try {
    const meta = await (await fetch(pane.meta)).json();
    state.textContent = pane.running.replace("{count}", meta.functions.length);
    const list = document.getElementById("functions");
    for (const entry of meta.functions) {
      const name = document.createElement("dt");
      const text = document.createElement("dd");
      name.textContent = `${pane.namespace}.${entry.name}（${entry.parameters.map((each) => each.name).join("，")}）`;
      text.textContent = entry.description;
      list.append(name, text);
    }
  } catch {
    state.textContent = pane.stopped;
  }
})();
