// The page itself: takes files, gives them to the worker, has the report shown. Texts come from the settings.
"use strict";

const packed = Object.fromEntries([...document.querySelectorAll('script[id^="data-"]')].map(element => {
  const entry = [element.id.slice("data-".length), element.textContent];
  element.remove();
  return entry;
}));
const GRACE = 5;
const SLOWEST_START = 120;
const REASONS = { late: "too late", memory: "memory" };
const NO_MEMORY = /out of memory|OOM|allocation|(grow|enlarge) memory/i;
let texts, settings, worker, running = null, last = null, making = "", current = null, timer = 0, started = 0;
let orders = 0, report = null;

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

function say(text) {
  byId("status").textContent = text;
}

// ---- the worker: one at a time, ended when a call takes too long; another one then leaves that call out

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
  timer = seconds ? setTimeout(() => giveUp(REASONS.late), (seconds + GRACE) * 1000) : 0;
}

function stopWorker() {
  watch(null, 0);
  worker.terminate();
  worker = null;
}

function giveUp(why, path = current) {
  const order = running ?? last, ended = running ? running.ended : last?.spared;
  stopWorker();
  if (ended && path !== null && !(path in ended)) {
    ended[path] = why;
    running = order;
    busy(true);
    say(filled(texts.restarting, { path }));
    startWorker();
  } else {
    const wasReady = "state" in document.body.dataset;
    running = last = null;
    making = "";
    byId("downloads").hidden = true;
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
    say(filled(making && !running ? texts.making_part : texts.checking, { what: texts[making], done, total }));
  },
  report(found) {
    watch(null, 0);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    last = running;
    running = null;
    busy(false);
    if (found.error) {
      last = null;
      say(found.error);
      return;
    }
    report = found;
    show(found, last.day);
    say(filled(texts.done, { seconds }));
    document.body.dataset.state = "done";
    if (making) make(making);
    askForDrawings();
  },
  drawings({ drawings, more }) {
    watch(null, 0);
    if (running || !report) return;
    for (const [number, drawing] of Object.entries(drawings)) draw(number, drawing);
    if (more) askForDrawings();
    else document.body.dataset.state = "drawn";
  },
  made({ what, name, said, data }) {
    watch(null, 0);
    making = "";
    if (!name) say([filled(texts.not_made, { what: texts[what] }), ...said].join("\n"));
    else if (what === "text") copy(new TextDecoder().decode(data));
    else {
      save(name, data);
      say([filled(texts.made, { what: texts[what], name }), ...said].join("\n"));
    }
  },
  broken({ reason, path }) {
    giveUp(NO_MEMORY.test(reason) ? REASONS.memory : reason.trim().split("\n").pop(), path);
  },
};

// ---- files in

function busy(is) {
  byId("cancel").hidden = byId("progress").hidden = !is;
  for (const id of ["choose-files", "choose-folder", "profile"]) byId(id).disabled = is;
}

// A folder is a handle, the only thing that Chromium reads from a page on disk, or an entry in other browsers.
async function* partsOf(folder) {
  if (folder.values) {
    for await (const part of folder.values()) yield [part, part.kind === "file", () => part.getFile()];
    return;
  }
  const reader = folder.createReader();
  for (;;) {
    const parts = await new Promise((give, fail) => reader.readEntries(give, fail));
    if (!parts.length) return;
    for (const part of parts) yield [part, part.isFile, () => new Promise((give, fail) => part.file(give, fail))];
  }
}

const unreadable = error => ({ size: 0, arrayBuffer: () => Promise.reject(error) });

async function inFolder(folder, inside = "") {
  const found = [], above = `${inside}${folder.name}/`;
  for await (const [part, isFile, open] of partsOf(folder)) {
    if (isFile) found.push({ path: `${above}${part.name}`, file: await open().catch(unreadable) });
    else found.push(...await inFolder(part, above));
  }
  return found;
}

async function inTransfer({ items }) {
  const given = [...items].filter(({ kind }) => kind === "file").map(item => {
    const entry = item.webkitGetAsEntry?.();
    return { file: item.getAsFile(), folder: entry?.isDirectory && (item.getAsFileSystemHandle?.() ?? entry) };
  });
  const found = await Promise.all(given.map(async ({ file, folder }) =>
    folder ? inFolder(await folder) : { path: file.name, file }));
  return found.flat();
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
  if (running || !files.length) {
    say(running ? texts.busy : texts.no_files);
    return;
  }
  const now = new Date(), local = new Date(now - now.getTimezoneOffset() * 60000);
  running = { files: withOwnNames(files), ended: {}, spared: {}, profile: byId("profile").value,
              day: local.toISOString().slice(0, 16).replace("T", " ") };
  report = last = null;
  making = "";
  started = performance.now();
  byId("result").hidden = true;
  busy(true);
  byId("progress").removeAttribute("value");
  say(texts.reading);
  if (document.body.dataset.state) checkNow();
}

// Files that no check reads whole are not copied: the worker looks into them where they are.
function isLeft(path, { size }) {
  const ending = path.slice(path.lastIndexOf(".")).toLowerCase();
  return size > settings.largest || (path.includes("/") && !settings.suffixes.includes(ending));
}

async function contentOf({ path, file }, ended) {
  if (isLeft(path, file)) return { path, file };
  try {
    return { path, data: await file.arrayBuffer() };
  } catch (error) {
    ended[path] = error.message;
    return { path, data: new ArrayBuffer(0) };
  }
}

async function checkNow() {
  document.body.dataset.state = "checking";
  const { files, ended, spared, profile, day } = running, mine = running;
  const given = await Promise.all(files.map(file => contentOf(file, ended)));
  if (running !== mine) return;
  send({ kind: "check", files: given, ended, spared, profile, day }, given.flatMap(({ data }) => data ?? []));
}

function cancel() {
  running = report = last = null;
  making = "";
  byId("result").hidden = true;
  stopWorker();
  delete document.body.dataset.state;
  busy(false);
  byId("choose-files").focus();
  say(texts.cancelled);
  startWorker();
}

// ---- files out

function askForDrawings() {
  send({ kind: "drawings" });
}

function make(what) {
  making = what;
  say(filled(texts.making, { what: texts[what] }));
  send({ kind: "make", what });
}

function askFor(what) {
  if (!making) make(what);
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
    try {
      take(await inTransfer(event.dataTransfer));
    } catch (error) {
      say(filled(texts.unreadable, { reason: error.message }));
    }
  });
  byId("cancel").onclick = cancel;
  byId("print").onclick = () => window.print();
  window.addEventListener("beforeprint", () => { byId("checked").open = true; });
  byId("copy").onclick = () => askFor("text");
  for (const button of document.querySelectorAll("[data-make]")) button.onclick = () => askFor(button.dataset.make);
  byId("filter").oninput = narrow;
  byId("filter").onsubmit = event => event.preventDefault();
}

(async () => {
  try {
    settings = JSON.parse(await unpacked(packed.settings));
    texts = settings.texts;
    listen();
    await startWorker();
  } catch (error) {
    if (texts) say(filled(texts.failed, { reason: error.message }));
  }
})();
