// How does a file come to the question? By the button, dropped anywhere, or pasted; read while one still types.

import { t } from "./words.js";

const POLL_MS = 700;
const LONG = 2000; // characters: a longer paste is something to ask about, not a question

const form = document.querySelector("form.ask");
const link = form?.querySelector(".attach");
if (link) wire();

function wire() {
  const picker = Object.assign(document.createElement("input"), { type: "file", multiple: true, hidden: true });
  picker.ariaHidden = "true";
  picker.tabIndex = -1;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "attach", textContent: t("Attach") });
  Object.assign(button.dataset, link.dataset);
  picker.accept = link.dataset.endings;
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
  const { endings, mostMb } = button.dataset;
  for (const file of files) {
    const known = endings.split(",").some((ending) => file.name.toLowerCase().endsWith(ending));
    if (!known) drawn(file.name).fail(t("of a type that is not read"));
    else if (file.size > mostMb * 1e6) drawn(file.name).fail(t("larger than {n} MB", { n: mostMb }));
    else take(file, button.dataset.files);
  }
  form.querySelector("textarea").focus();
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
    else chip.fail([sending.response?.detail || sending.statusText, sending.response?.hint].filter(Boolean).join(" → "));
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
    if (found.status === "failed") return chip.fail([found.why, found.hint].filter(Boolean).join(" → "));
    if (found.status === "ready") return chip.ready(found.name);
    chip.tell(t("being read"));
    await new Promise((done) => setTimeout(done, POLL_MS));
    const reply = await fetch(address, { headers: { accept: "application/json" } }).catch(() => null);
    if (reply?.status === 404) return chip.remove();
    if (reply?.ok) found = await reply.json();
  }
}

/** A file as it stands in the box: its name, how far it is, and a way to take it out again. */
function drawn(name) {
  const list = form.querySelector(".attached");
  const row = document.createElement("li");
  const named = Object.assign(document.createElement("span"), { className: "attached-name", textContent: name });
  const state = Object.assign(document.createElement("span"), { className: "attached-state" });
  const out = Object.assign(document.createElement("button"), { type: "button", className: "attached-out", textContent: "×" });
  out.setAttribute("aria-label", t("Remove {name}", { name }));
  row.className = "reading";
  row.append(named, state, out);
  list.append(row);
  list.hidden = false;
  const held = Object.assign(document.createElement("input"), { type: "hidden", name: "file" });
  const chip = {
    dropped: () => {},
    tell: (words) => { state.textContent = words; },
    hold: (id) => {
      held.value = id;
      row.append(held);
    },
    ready: (said) => {
      row.className = "ready";
      state.textContent = "";
      say(t("{name} is ready", { name: said }));
    },
    fail: (words) => {
      row.className = "failed";
      state.textContent = words;
      held.remove();
      say(words);
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
