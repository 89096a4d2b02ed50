// What can be found and done by typing? Places, actions and the colours at once; threads as the server finds them.

import { t } from "./words.js";

const palette = document.getElementById("palette");
const sheet = document.getElementById("sheet");
const input = palette.querySelector("input");
const list = palette.querySelector("ul");
const root = palette.dataset.root;
let say = () => {};
let at = 0; // the option that Enter takes
let asked = 0; // the newest search; older replies are dropped

input.addEventListener("input", () => fill());
input.addEventListener("keydown", move);

function actions() {
  const places = [...document.querySelectorAll(".ask [name=focus]:enabled")].map((radio) => [
    t("Look in: {name}", { name: radio.dataset.name }),
    () => {
      radio.checked = true;
      radio.dispatchEvent(new Event("change"));
      document.getElementById("question").focus();
    },
  ]);
  return [
    [t("New question"), `${root}/`],
    [t("Threads"), `${root}/threads`],
    [t("Settings"), `${root}/settings`],
    [t("Keys"), () => sheet.showModal()],
    [t("Colours: as the system"), () => theme("")],
    [t("Colours: light"), () => theme("light")],
    [t("Colours: dark"), () => theme("dark")],
    ...places,
  ];
}

/** What fits what is typed. `tell` says how much that is. */
export async function fill(tell = say) {
  say = tell;
  const wanted = input.value.trim();
  const mine = ++asked;
  const known = actions().filter(([words]) => words.toLowerCase().includes(wanted.toLowerCase()));
  show(known);
  try {
    const found = await fetch(`${root}/api/threads?limit=8&search=${encodeURIComponent(wanted)}`);
    if (!found.ok || mine !== asked) return;
    const threads = (await found.json()).threads.map((one) => [one.title, `${root}/t/${one.id}`]);
    show([...known, ...threads]);
    if (wanted) say(t("{n} found", { n: known.length + threads.length }));
  } catch {
    say(t("Threads can't be searched: the server can't be reached."));
  }
}

function show(options) {
  list.replaceChildren(...options.map(([words, act], i) => {
    const row = document.createElement("li");
    row.id = `palette-${i}`;
    row.role = "option";
    row.textContent = words;
    row.addEventListener("click", () => {
      palette.close();
      if (typeof act === "string") location.assign(act);
      else act();
    });
    return row;
  }));
  mark(0);
}

function mark(place) {
  const rows = [...list.children];
  at = rows.length ? (place + rows.length) % rows.length : 0;
  rows.forEach((row, i) => (row.ariaSelected = String(i === at)));
  if (rows[at]) input.setAttribute("aria-activedescendant", rows[at].id);
  else input.removeAttribute("aria-activedescendant");
  rows[at]?.scrollIntoView({ block: "nearest" });
}

function move(event) {
  if (event.isComposing || event.keyCode === 229) return;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by && event.key !== "Enter") return;
  event.preventDefault();
  if (by) mark(at + by);
  else list.children[at]?.click();
}

async function theme(name) {
  const page = document.documentElement;
  page.dataset.theme = name;
  document.querySelector("meta[name=color-scheme]").content = name || "light dark";
  await fetch(`${root}/preferences`, { method: "POST", body: new URLSearchParams({ theme: name }), redirect: "manual" });
}
