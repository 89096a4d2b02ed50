// How does a file come to the question? By the button, dropped anywhere, or pasted; read while one still types.

import { t } from "./words.js";

const POLL_MS = 700;
const LONG = 2000; // characters: a longer paste is something to ask about, not a question

const ADDRESS = /^https?:\/\/[^\s/]+\.[^\s]{2,1900}$/i;

const form = document.querySelector("form.ask");
const link = form?.querySelector(".attach");
if (link) wire();

function wire() {
  const picker = Object.assign(document.createElement("input"), { type: "file", multiple: true, hidden: true });
  picker.ariaHidden = "true";
  picker.tabIndex = -1;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "attach", textContent: t("Attach") });
  Object.assign(button.dataset, link.dataset);
  picker.accept = link.dataset.endings.split(",").filter((ending) => ending.startsWith(".")).join(",");
  link.replaceWith(button);
  document.body.append(picker);
  button.addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    takeAll(picker.files, button);
    picker.value = "";
  });
  form.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    const files = [...event.clipboardData.files];
    if (!files.length && ADDRESS.test(text.trim()) && URL.canParse(text.trim())) offer(text.trim(), button);
    if (!files.length && text.length > LONG) files.push(new File([text], `${t("pasted text")}.txt`));
    if (!files.length) return;
    event.preventDefault();
    takeAll(files, button);
  });
  drop(button);
}

/** Files may be dropped anywhere on the page; what is lifted over it is told what would happen. */
function drop(button) {
  const veil = Object.assign(document.createElement("p"), { className: "veil", hidden: true, textContent: t("Drop files to ask about them") });
  document.body.append(veil);
  const brings = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) veil.hidden = true; });
  document.addEventListener("drop", (event) => {
    veil.hidden = true;
    if (!brings(event)) return;
    event.preventDefault();
    takeAll(event.dataTransfer.files, button);
  });
}

function takeAll(files, button) {
  const { endings, instead, mostMb } = button.dataset;
  for (const file of files) {
    const known = endings.split(",").some((ending) => file.name.toLowerCase().endsWith(ending));
    const newer = instead.split(",").map((pair) => pair.split("=")).find(([old]) => file.name.toLowerCase().endsWith(old))?.[1];
    const hint = newer ? t("save it as {newer}", { newer })
      : t("it reads documents, tables, e-mail, books, pictures, transcripts and source code");
    if (!known) drawn(file.name).fail(t("of a type that is not read"), hint);
    else if (file.size > mostMb * 1e6) drawn(file.name).fail(t("larger than {n} MB", { n: mostMb }), t("split the file"));
    else take(file, button.dataset.files);
  }
  form.querySelector("textarea").focus();
}

/** An address that is pasted is a part of the question. The page behind it is fetched only if that is wished: its host
 *  sees it. */
function offer(url, button) {
  const { host, pathname } = new URL(url);
  const chip = drawn(host + pathname.replace(/\/$/, ""), "offered");
  chip.offer(t("Read this page"), t("It is fetched from {host} and read on this machine", { host }), () => {
    const asked = form.querySelector("textarea").value;
    rewrite(asked.replace(url, " ").replace(/ {2,}/g, " ").trim());
    fetchPage(chip, url, button.dataset.files);
  });
}

function rewrite(words) {
  const box = form.querySelector("textarea");
  box.value = words;
  box.dispatchEvent(new Event("input"));
  box.focus();
}

async function fetchPage(chip, url, address) {
  chip.tell(t("being fetched"));
  const sent = { method: "POST", headers: { "content-type": "application/json", accept: "application/json" } };
  const reply = await fetch(`${address}/page`, { ...sent, body: JSON.stringify({ url, with_threads: true }) }).catch(() => null);
  const known = await reply?.json().catch(() => null);
  if (reply?.status === 201) return reading(chip, `${address}/${known.id}`, known);
  rewrite(`${form.querySelector("textarea").value} ${url}`.trim()); // where it was: it is a part of the question again
  return chip.fail(known?.detail || (reply ? reply.statusText : t("could not be sent")), known?.hint);
}

function take(file, address) {
  const chip = drawn(file.name);
  const sending = new XMLHttpRequest();
  sending.open("POST", address);
  sending.setRequestHeader("accept", "application/json");
  sending.responseType = "json";
  sending.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) chip.tell(t("{n} % sent", { n: Math.floor((100 * event.loaded) / event.total) }));
  });
  sending.addEventListener("error", () => chip.fail(t("could not be sent")));
  sending.addEventListener("load", () => {
    if (sending.status === 201) reading(chip, `${address}/${sending.response.id}`, sending.response);
    else chip.fail(sending.response?.detail || sending.statusText, sending.response?.hint);
  });
  chip.dropped = () => sending.abort();
  const body = new FormData();
  body.append("file", file);
  body.append("with_threads", "true");
  sending.send(body);
}

/** A question may be sent before the file is read: its answer waits. */
async function reading(chip, address, upload) {
  chip.hold(upload.id);
  for (let found = upload; ; ) {
    if (found.status === "failed") return chip.fail(found.why, found.hint);
    if (found.status === "ready") return chip.ready(found.name);
    chip.tell(t("being read"));
    await new Promise((done) => setTimeout(done, POLL_MS));
    const reply = await fetch(address, { headers: { accept: "application/json" } }).catch(() => null);
    if (reply?.status === 404) return chip.remove();
    if (reply?.ok) found = await reply.json();
  }
}

/** A file as it stands in the box: its name, how far it is, and a way to take it out again. */
function drawn(name, kind = "reading") {
  const list = form.querySelector(".attached");
  const row = document.createElement("li");
  const named = Object.assign(document.createElement("span"), { className: "attached-name", textContent: name, title: name });
  const state = Object.assign(document.createElement("span"), { className: "attached-state" });
  const out = Object.assign(document.createElement("button"), { type: "button", className: "attached-out", textContent: "×" });
  out.setAttribute("aria-label", t("Remove {name}", { name }));
  row.className = kind;
  row.append(named, state, out);
  list.append(row);
  list.hidden = false;
  list.scrollTop = list.scrollHeight;
  const held = Object.assign(document.createElement("input"), { type: "hidden", name: "file" });
  const chip = {
    dropped: () => {},
    tell: (words) => { state.textContent = words; },
    offer: (words, note, act) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: words, title: note });
      state.append(button);
      button.addEventListener("click", () => {
        row.className = "reading";
        act();
      });
    },
    hold: (id) => {
      held.value = id;
      row.append(held);
    },
    ready: (said) => {
      row.className = "ready";
      state.textContent = "";
      say(t("{name} is ready", { name: said }));
    },
    fail: (words, hint) => {
      // What a server says begins with the name, which the chip has already.
      const said = [name, `'${name}'`].find((one) => words.startsWith(one) && /[\s,:]/.test(words.charAt(one.length)));
      row.className = "failed";
      state.textContent = said ? words.slice(said.length).replace(/^[\s,:]+/, "") : words;
      if (hint) state.append(Object.assign(document.createElement("span"), { className: "hint", textContent: ` → ${hint}` }));
      list.scrollTop = row.offsetTop - list.offsetTop;
      held.remove();
      say(`${name}: ${state.textContent}`);
    },
    remove: () => {
      chip.dropped();
      row.remove();
      list.hidden = !list.children.length;
    },
  };
  out.addEventListener("click", () => {
    chip.remove();
    form.querySelector("textarea").focus();
  });
  return chip;
}

function say(words) {
  document.getElementById("status").textContent = words;
}
