// The product in a worker: files come in, JSON and files go out. Nothing is asked of any network.
"use strict";

const HOME = "https://inline.invalid/";
const FOLDERS = { received: "/received", made: "/made", site: "/site" };
let python, session, settings, weighed = { path: null, bytes: 0 };
const taken = {};

async function unpacked(text) {
  const letters = atob(text), bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

function limitMemory(most) {
  const { prototype } = WebAssembly.Memory, { grow } = prototype;
  prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * 65536 > most) throw new RangeError("no more memory");
    return grow.call(this, pages);
  };
}

// How much the memory has grown by the calls about each file.
function weigh(next) {
  const bytes = python._module.HEAPU8.length, { path } = weighed;
  if (path !== null) taken[path] = (taken[path] ?? 0) + bytes - weighed.bytes;
  weighed = { path: next, bytes };
}

function heaviest() {
  weigh(null);
  return Object.keys(taken).reduce((most, path) => taken[path] > (taken[most] ?? -1) ? path : most, null);
}

const moduleUrl = content => URL.createObjectURL(new Blob([content], { type: "text/javascript" }));

async function start(data) {
  const names = Object.keys(data);
  const parts = Object.fromEntries(await Promise.all(names.map(async name => [name, await unpacked(data[name])])));
  settings = JSON.parse(new TextDecoder().decode(parts.settings));
  limitMemory(settings.memory);
  const answers = { "pyodide.asm.wasm": [parts.program, "application/wasm"],
                    "python_stdlib.zip": [parts.library, "application/zip"] };
  self.fetch = async address => {
    const [content, type] = answers[String(address?.url ?? address).split("/").pop()];
    return new Response(content, { headers: { "content-type": type } });
  };
  self.importScripts = () => { throw new Error("nothing is loaded from elsewhere"); };
  const { loadPyodide } = await import(moduleUrl(parts.loader));
  const { default: createPyodideModule } = await import(moduleUrl(parts.module));
  python = await loadPyodide({
    indexURL: HOME, stdLibURL: `${HOME}python_stdlib.zip`, createPyodideModule,
    lockFileContents: JSON.parse(settings.lock), stdout: () => {}, stderr: () => {},
    env: { HOME: "/home", XLPERF_SCHEMAS: settings.schemas && `${FOLDERS.site}/${settings.schemas}` },
  });
  python.unpackArchive(parts.site, "zip", { extractDir: FOLDERS.site });
  for (const folder of [FOLDERS.received, FOLDERS.made]) python.FS.mkdirTree(folder);
  python.runPython(`import sys; sys.path.insert(0, "${FOLDERS.site}"); sys.dont_write_bytecode = True`);
  const say = text => {
    const message = JSON.parse(text);
    if (message.kind === "call") weigh(message.path);
    self.postMessage(message);
  };
  const { Session } = python.pyimport("xlperf.server.page.session");
  session = Session(say, FOLDERS.received, FOLDERS.made);
  return { kind: "ready", ...JSON.parse(session.start(settings.valid)) };
}

function empty(folder) {
  for (const name of python.FS.readdir(folder).filter(name => ![".", ".."].includes(name))) {
    const path = `${folder}/${name}`;
    if (python.FS.isDir(python.FS.stat(path).mode)) {
      empty(path);
      python.FS.rmdir(path);
    } else python.FS.unlink(path);
  }
}

// A file of the user's disk, read piece by piece when it is looked into.
function leave(folder, name, file) {
  const { WORKERFS } = python.FS.filesystems;
  WORKERFS.reader ??= new FileReaderSync();
  WORKERFS.createNode(python.FS.lookupPath(folder).node, name, WORKERFS.FILE_MODE, 0, file, new Date(file.lastModified));
}

function place({ path, data, file }) {
  const target = `${FOLDERS.received}/${path}`, end = target.lastIndexOf("/");
  const folder = target.slice(0, end);
  python.FS.mkdirTree(folder);
  if (file) leave(folder, target.slice(end + 1), file);
  else python.FS.writeFile(target, new Uint8Array(data));
}

function check({ files, ...order }) {
  empty(FOLDERS.received);
  empty(FOLDERS.made);
  files.forEach(place);
  const paths = [...new Set(files.map(({ path }) => path.split("/")[0]))];
  return { kind: "report", ...JSON.parse(session.check(JSON.stringify({ ...order, paths }))) };
}

function make({ what }) {
  const made = JSON.parse(session.make(what, settings.engine));
  const data = made.name ? python.FS.readFile(`${FOLDERS.made}/${made.name}`) : null;
  return { kind: "made", what, ...made, data };
}

const answers = {
  start: ({ data }) => start(data),
  check,
  drawings: () => ({ kind: "drawings", ...JSON.parse(session.drawings()) }),
  make,
};

self.onmessage = async ({ data: order }) => {
  try {
    const answer = await answers[order.kind](order);
    if (answer.swollen) self.postMessage({ kind: "broken", reason: "out of memory", path: heaviest() });
    else self.postMessage({ number: order.number, ...answer });
  } catch (error) {
    self.postMessage({ kind: "broken", number: order.number, reason: String(error?.message ?? error) });
  }
};
