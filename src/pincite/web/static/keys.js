// What can be done without a pointer? Single keys, a sheet that lists them, and a palette that finds threads and acts.
// The browser's own keys stay the browser's: with Ctrl or Cmd only K is taken.

const palette = document.getElementById("palette");
const sheet = document.getElementById("sheet");
const root = palette?.dataset.root;
let before = ""; // the single key pressed last, for "g l"

export function wireKeys({ say }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (palette.open) palette.close();
      else open(say);
    } else if (!event.ctrlKey && !event.metaKey) {
      single(event);
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest(".show-sheet")) {
      event.preventDefault();
      sheet.showModal();
    } else if (event.target === palette || event.target === sheet) {
      event.target.close(); // beside it
    }
  });
}

/** Open at once, so that no key goes elsewhere; what fills it is loaded when it is wanted first. */
function open(say) {
  palette.querySelector("input").value = "";
  palette.showModal();
  import("./palette.js").then((its) => its.fill(say));
}

function single(event) {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || document.body.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
  const last = before;
  before = event.key;
  const act = {
    "/": () => document.getElementById("question")?.focus(),
    "?": () => sheet.showModal(),
    j: () => step(1),
    k: () => step(-1),
    c: () => answer()?.querySelector(".actions .copy")?.click(),
    n: () => location.assign(`${root}/`),
    l: last === "g" ? () => location.assign(`${root}/threads`) : null,
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

const answers = () => [...document.querySelectorAll(".answer")];

/** The answer that is read: the last whose question is above the middle of the window. */
function answer() {
  const above = answers().filter((one) => one.getBoundingClientRect().top < innerHeight / 2);
  return above.pop() ?? answers()[0];
}

function step(by) {
  const all = answers();
  const next = all[Math.max(0, Math.min(all.length - 1, all.indexOf(answer()) + by))];
  next?.querySelector(".question").focus({ preventScroll: true });
  next?.scrollIntoView();
}
