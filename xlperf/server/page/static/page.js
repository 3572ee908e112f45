// The page itself: takes files, gives them to the worker, has the report shown. Texts come from the settings.
"use strict";

const byId = id => document.getElementById(id);
const packed = Object.fromEntries([...document.querySelectorAll('script[id^="data-"]')].map(element => {
  const entry = [element.id.slice("data-".length), element.textContent];
  element.remove();
  return entry;
}));
const GRACE = 5;
const SLOWEST_START = 120;
let texts, worker, running = null, current = null, timer = 0, started = 0, orders = 0, report = null;

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function say(text) {
  byId("status").textContent = text;
}

// ---- the worker: one at a time, ended when a call takes too long, started again without that file

function send(order, transfer = []) {
  worker.postMessage({ ...order, number: ++orders }, transfer);
}

async function startWorker() {
  const script = await unpacked(packed.worker);
  worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  worker.onmessage = ({ data }) => received[data.kind](data);
  worker.onerror = event => received.broken({ reason: event.message || "worker" });
  watch(null, SLOWEST_START);
  const { worker: _, ...data } = packed;
  send({ kind: "start", data });
}

function watch(path, seconds) {
  clearTimeout(timer);
  current = path;
  timer = seconds ? setTimeout(() => giveUp("too late"), (seconds + GRACE) * 1000) : 0;
}

function stopWorker() {
  watch(null, 0);
  worker.terminate();
  worker = null;
}

function giveUp(why) {
  const path = current;
  stopWorker();
  if (running && path !== null && !(path in running.ended)) {
    running.ended[path] = why;
    say(filled(texts.restarting, { path }));
    startWorker();
  } else {
    const wasReady = "state" in document.body.dataset;
    running = null;
    busy(false);
    say(filled(texts.failed, { reason: why }));
    delete document.body.dataset.state;
    if (wasReady) startWorker();
    else byId("choose-files").disabled = byId("choose-folder").disabled = true;
  }
}

const received = {
  ready({ profiles }) {
    watch(null, 0);
    const choice = byId("profile");
    if (choice.options.length === 1) for (const [id, name] of profiles) choice.add(new Option(name, id));
    document.body.dataset.state = "ready";
    if (running) checkNow();
    else if (!report) say(texts.ready);
  },
  call({ path, seconds }) {
    watch(path, seconds);
  },
  progress({ done, total }) {
    Object.assign(byId("progress"), { max: total, value: done });
    say(filled(texts.checking, { done, total }));
  },
  report(found) {
    watch(null, 0);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    running = null;
    busy(false);
    if (found.error) {
      say(found.error);
      return;
    }
    report = found;
    show(found);
    say(filled(texts.done, { seconds }));
    document.body.dataset.state = "done";
    send({ kind: "drawings" });
  },
  drawings({ drawings }) {
    watch(null, 0);
    for (const [number, drawing] of Object.entries(drawings)) draw(number, drawing);
    document.body.dataset.state = "drawn";
  },
  made({ what, name, said, data }) {
    watch(null, 0);
    busyMaking(false);
    if (!name) say([filled(texts.not_made, { what: texts[what] }), ...said].join("\n"));
    else if (what === "text") copy(new TextDecoder().decode(data));
    else {
      save(name, data);
      say([filled(texts.made, { what: texts[what], name }), ...said].join("\n"));
    }
  },
  broken({ reason }) {
    giveUp(reason.includes("memory") ? "memory" : reason);
  },
};

// ---- files in

function busy(is) {
  byId("cancel").hidden = byId("progress").hidden = !is;
  for (const id of ["choose-files", "choose-folder", "profile"]) byId(id).disabled = is;
}

async function entriesOf(entry, inside = "") {
  const path = `${inside}${entry.name}`;
  if (entry.isFile) return [{ path, file: await new Promise((give, fail) => entry.file(give, fail)) }];
  const reader = entry.createReader(), found = [];
  for (;;) {
    const some = await new Promise((give, fail) => reader.readEntries(give, fail));
    if (!some.length) break;
    for (const inner of some) found.push(...await entriesOf(inner, `${path}/`));
  }
  return found;
}

async function dropped(transfer) {
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map(file => ({ path: file.name, file }));
  return (await Promise.all(entries.map(entry => entriesOf(entry)))).flat();
}

function withOwnNames(files) {
  const taken = new Set();
  return files.map(({ path, file }) => {
    let name = path;
    for (let number = 2; taken.has(name); number++) name = `${number}/${path}`;
    taken.add(name);
    return { path: name, file };
  });
}

function take(files) {
  if (!files.length || running) return;
  const now = new Date(), local = new Date(now - now.getTimezoneOffset() * 60000);
  running = { files: withOwnNames(files), ended: {}, profile: byId("profile").value,
              day: local.toISOString().slice(0, 16).replace("T", " ") };
  report = null;
  started = performance.now();
  byId("result").hidden = true;
  busy(true);
  byId("progress").removeAttribute("value");
  say(texts.reading);
  if (document.body.dataset.state) checkNow();
}

async function checkNow() {
  document.body.dataset.state = "checking";
  const { files, ended, profile, day } = running, mine = running;
  try {
    const given = await Promise.all(files.map(async ({ path, file }) => ({ path, data: await file.arrayBuffer() })));
    if (running === mine) send({ kind: "check", files: given, ended, profile, day }, given.map(({ data }) => data));
  } catch (error) {
    running = null;
    busy(false);
    say(filled(texts.failed, { reason: error.message }));
  }
}

function cancel() {
  running = null;
  stopWorker();
  delete document.body.dataset.state;
  busy(false);
  say(texts.cancelled);
  startWorker();
}

// ---- files out

function busyMaking(is) {
  for (const button of byId("downloads").querySelectorAll("button")) button.disabled = is;
}

function make(what) {
  busyMaking(true);
  say(filled(texts.making, { what: texts[what] }));
  send({ kind: "make", what });
}

function save(name, data) {
  const link = element("a", { href: URL.createObjectURL(new Blob([data])), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = element("textarea", { value: text, className: "copy" });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say(texts.copied);
}

function listen() {
  const zone = byId("drop");
  byId("choose-files").onclick = () => byId("files").click();
  byId("choose-folder").onclick = () => byId("folder").click();
  for (const id of ["files", "folder"]) {
    byId(id).onchange = ({ target }) => {
      take([...target.files].map(file => ({ path: file.webkitRelativePath || file.name, file })));
      target.value = "";
    };
  }
  window.addEventListener("dragover", event => {
    event.preventDefault();
    zone.classList.add("over");
  });
  window.addEventListener("dragleave", event => event.relatedTarget ?? zone.classList.remove("over"));
  window.addEventListener("drop", async event => {
    event.preventDefault();
    zone.classList.remove("over");
    take(await dropped(event.dataTransfer));
  });
  byId("cancel").onclick = cancel;
  byId("print").onclick = () => window.print();
  byId("copy").onclick = () => make("text");
  for (const button of document.querySelectorAll("[data-make]")) button.onclick = () => make(button.dataset.make);
  byId("filter").oninput = narrow;
  byId("filter").onsubmit = event => event.preventDefault();
}

(async () => {
  try {
    texts = JSON.parse(await unpacked(packed.settings)).texts;
    listen();
    await startWorker();
  } catch (error) {
    say(texts ? filled(texts.failed, { reason: error.message }) : document.querySelector("noscript").textContent);
  }
})();
