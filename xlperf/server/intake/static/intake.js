// The intake page: signs in, hands a package in, follows it, shows its report. Texts come from the settings.
"use strict";

const { texts, limits } = SETTINGS;
const FIRST_WAIT = 700, LONGEST_WAIT = 5000;
let chosen = [], sending = null, followed = 0, current = "";

function say(text, isWrong = false) {
  byId("status").textContent = text;
  byId("status").classList.toggle("wrong", isWrong);
}

// ---- asking the service

async function ask(method, path, options = {}) {
  let response;
  try {
    response = await fetch(`/intake/${path}`, { method, credentials: "same-origin", ...options });
  } catch {
    throw new Error(texts.no_service);
  }
  if (response.ok) return response;
  const detail = await response.json().then(({ detail }) => detail, () => response.statusText);
  if (response.status === 401) showSignIn();
  throw Object.assign(new Error(detail), { status: response.status });
}

const attempt = work => async event => {
  event?.preventDefault?.();
  try {
    await work(event);
  } catch (error) {
    say(error.message, true);
  }
};

// ---- sign-in

function showSignIn() {
  byId("sign-in").hidden = false;
  byId("signed-in").hidden = true;
  document.body.dataset.state = "signed out";
  followed++;
}

async function signIn(code) {
  await ask("POST", "session", { headers: { "content-type": "application/json" }, body: JSON.stringify({ code }) });
  byId("code").value = "";
  await enter();
  say(texts.signed_in);
  byId("choose-files").focus();
}

async function signOut() {
  await ask("DELETE", "session");
  choose([]);
  showSignIn();
  say(texts.signed_out);
  byId("code").focus();
}

async function enter() {
  const { unit } = await (await ask("GET", "session")).json();
  const receipts = await (await ask("GET", "packages")).json();
  byId("who").textContent = unit;
  byId("sign-in").hidden = true;
  byId("signed-in").hidden = false;
  document.body.dataset.state = "signed in";
  list(receipts);
}

// ---- the package

function choose(files) {
  chosen = files;
  byId("chosen").hidden = !files.length;
  byId("chosen-files").replaceChildren(...files.map(file => element("li", { textContent: sized(file) })));
  const why = tooMuch(files);
  byId("send").disabled = Boolean(why);
  if (why) say(why, true);
  else if (files.length) say(filled(texts.ready_to_send, { count: files.length }));
}

function sized({ name, size }) {
  const shown = size < 2 ** 20 ? `${Math.ceil(size / 1024)} KB` : `${(size / 2 ** 20).toFixed(1)} MB`;
  return `${name}（${shown}）`;
}

function tooMuch(files) {
  const large = files.find(({ size }) => size > limits.file_bytes);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (large) return filled(texts.too_large, { name: large.name, megabytes: limits.file_bytes >> 20 });
  if (total > limits.package_bytes) return filled(texts.package_too_large, { megabytes: limits.package_bytes >> 20 });
  return files.length > limits.files ? filled(texts.too_many, { files: limits.files }) : "";
}

async function filesOf(transfer) {
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  return (await Promise.all(entries.map(inEntry))).flat();
}

async function inEntry(entry) {
  if (entry.isFile) return [await new Promise((give, fail) => entry.file(give, fail))];
  const reader = entry.createReader(), found = [];
  for (;;) {
    const some = await new Promise((give, fail) => reader.readEntries(give, fail));
    if (!some.length) return found;
    for (const inner of some) found.push(...await inEntry(inner));
  }
}

function send() {
  const form = new FormData();
  for (const file of chosen) form.append("files", file, file.name);
  const request = sending = new XMLHttpRequest();
  const isSending = is => {
    byId("progress").hidden = byId("cancel").hidden = !is;
    byId("send").disabled = byId("clear").disabled = is;
    if (!is) sending = null;
  };
  request.upload.onprogress = ({ loaded, total }) => Object.assign(byId("progress"), { max: total, value: loaded });
  request.onload = attempt(async () => {
    isSending(false);
    const answer = answered(request.responseText);
    if (request.status === 401) showSignIn();
    if (request.status !== 201) throw new Error(answer.detail || texts.not_sent);
    choose([]);
    say(filled(texts.sent, answer));
    await enter();
    await follow(answer.receipt);
  });
  request.onerror = () => { isSending(false); say(texts.not_sent, true); };
  request.onabort = () => { isSending(false); say(texts.cancelled); };
  request.open("POST", "/intake/packages");
  isSending(true);
  say(texts.sending);
  request.send(form);
}

function answered(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

// ---- receipts

function list(receipts) {
  byId("no-receipts").hidden = Boolean(receipts.length);
  byId("list").replaceChildren(...receipts.map(({ receipt, received, state }) => {
    const button = element("button", { type: "button", onclick: attempt(() => follow(receipt, true)) },
                           element("span", { className: "number", textContent: receipt }),
                           element("span", { textContent: moment(received) }),
                           element("span", { textContent: texts.states[state] }));
    button.dataset.receipt = receipt;
    if (receipt === current) button.setAttribute("aria-current", "true");
    return element("li", {}, button);
  }));
}

const moment = text => text.slice(0, 16).replace("T", " ");

async function follow(receipt, isAsked = false) {
  const mine = ++followed;
  current = receipt;
  byId("result").hidden = true;
  for (const button of byId("list").querySelectorAll("button")) {
    if (button.dataset.receipt === receipt) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  if (isAsked) say("");
  let isAway = false;
  for (let wait = FIRST_WAIT; mine === followed; wait = Math.min(wait * 1.5, LONGEST_WAIT)) {
    const found = await known(receipt);
    if (mine !== followed) return;
    if (found && isAway) say("");
    isAway = !found;
    if (found) showPackage(found);
    if (found?.state === "done" || found?.state === "failed") {
      finish(found);
      return;
    }
    await new Promise(done => setTimeout(done, wait));
  }
}

// What is known of a package; null where the service does not answer now, and may in a moment.
async function known(receipt) {
  try {
    return await (await ask("GET", `packages/${encodeURIComponent(receipt)}`)).json();
  } catch (error) {
    if (error.status && error.status < 500) throw error;
    say(error.message, true);
    return null;
  }
}

function showPackage(found) {
  byId("package").hidden = false;
  byId("receipt").textContent = filled(texts.receipt, found);
  byId("received").textContent = filled(texts.received, { moment: moment(found.received), state: texts.states[found.state] });
  byId("package-files").replaceChildren(...found.files.map(file => element(
    "li", {}, `${sized(file)} `, element("code", { textContent: `SHA-256 ${file.sha256}` }))));
}

function finish(found) {
  ask("GET", "packages").then(response => response.json()).then(list, () => {});
  document.body.dataset.state = found.state;
  if (found.state === "failed") {
    say(texts.failed, true);
    return;
  }
  show(found.report, moment(found.received));
  byId("downloads").replaceChildren(...found.downloads.map(what => element("a", {
    className: "button", href: `/intake/packages/${encodeURIComponent(found.receipt)}/${what}`,
    download: "", title: texts.download_tips[what], textContent: texts.download[what],
    onclick: attempt(event => download(event)),
  })), element("button", { type: "button", textContent: texts.print, onclick: () => window.print() }));
}

async function download(event) {
  const link = event.currentTarget, what = link.textContent;
  say(filled(texts.making, { what }));
  const response = await fetch(link.href, { credentials: "same-origin" });
  if (!response.ok) {
    const { detail } = await response.json().catch(() => ({ detail: response.statusText }));
    throw new Error(detail);
  }
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("content-disposition") || "");
  const name = named ? decodeURIComponent(named[1]) : what;
  const made = element("a", { href: URL.createObjectURL(await response.blob()), download: name });
  made.click();
  setTimeout(() => URL.revokeObjectURL(made.href), 60000);
  say(filled(texts.made, { what, name }));
}

// ---- the beginning

function listen() {
  const zone = byId("drop");
  byId("sign-in").onsubmit = attempt(() => signIn(byId("code").value));
  byId("sign-out").onclick = attempt(signOut);
  byId("choose-files").onclick = () => byId("files").click();
  byId("files").onchange = ({ target }) => {
    choose([...chosen, ...target.files]);
    target.value = "";
  };
  byId("clear").onclick = () => { choose([]); say(""); };
  byId("send").onclick = send;
  byId("cancel").onclick = () => sending?.abort();
  window.addEventListener("dragover", event => {
    event.preventDefault();
    zone.classList.add("over");
  });
  window.addEventListener("dragleave", event => event.relatedTarget ?? zone.classList.remove("over"));
  window.addEventListener("drop", attempt(async event => {
    event.preventDefault();
    zone.classList.remove("over");
    if (!byId("signed-in").hidden && !sending) choose([...chosen, ...await filesOf(event.dataTransfer)]);
  }));
  byId("filter").oninput = narrow;
  byId("filter").onsubmit = event => event.preventDefault();
  window.addEventListener("hashchange", attempt(begin));
}

async function begin() {
  const code = location.hash.slice(1);
  if (code) {
    history.replaceState(null, "", location.pathname);
    await signIn(code);
    return;
  }
  try {
    await enter();
    say("");
  } catch (error) {
    showSignIn();
    say(error.status === 401 ? "" : error.message, error.status !== 401);
  }
}

listen();
begin().catch(error => {
  showSignIn();
  say(error.message, true);
});
