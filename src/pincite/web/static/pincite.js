// What happens on every page? Each part is wired to what is there; without scripts all of it works too.

import { wireAsk } from "./ask.js";
import { wireKeys } from "./keys.js";
import { wireOffline } from "./offline.js";

const status = document.getElementById("status");
let answers = null;

/** Tells people who listen, once. */
function say(words) {
  if (words && status.textContent !== words) status.textContent = words;
}

wireOffline({ say });
wireAsk({ say });
wireKeys({ say });
wireEditing();
wireBack();
localTimes();
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open]")) return;
  if (answers?.closePreview()) return;
  const open = document.querySelector("details.picker[open], details.again[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
    return;
  }
  if (answers) answers.current()?.stop();
  else document.querySelector(".ask[data-running] .stop")?.click(); // pressed before they are loaded
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.picker[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
// A menu is wholly in sight, also one that opens at the foot of a low window, or grows there.
document.addEventListener("toggle", ({ target }) => {
  target.closest("details.picker[open]")?.lastElementChild.scrollIntoView({ block: "nearest" });
}, { capture: true });
// Only where there are answers: those pages load it beside this.
if (document.querySelector(".turns")) answers = await import("./answers.js");
answers?.wireAnswers({ say });
// After loading, for going to the address's fragment takes the focus away.
if (document.readyState === "complete") greet();
else addEventListener("load", () => setTimeout(greet));

/** After asking, reading goes on at the question; on the home page with a mouse, the box is ready. */
function greet() {
  const target = /^#a\d+$/.test(location.hash) && document.querySelector(location.hash);
  if (target) {
    const heading = target.querySelector(".question");
    heading.focus({ preventScroll: true });
    if (!answers?.running().length) return;
    if (target.id === "a1") scrollTo({ top: 0 }); // its question is in sight, and so is what stands above it
    else target.scrollIntoView();
  } else if (document.querySelector(".home") && matchMedia("(pointer: fine)").matches) {
    document.getElementById("question").focus();
  }
  document.getElementById("mark")?.scrollIntoView({ block: "center" });
}

/** A phone's back button closes what was opened last before it leaves the page. Dialogs do so by themselves; where a
 *  browser does not know how, back leaves the page, and what was typed is still there on return. */
function wireBack() {
  if (!globalThis.CloseWatcher || !matchMedia("(pointer: coarse)").matches) return;
  const watchers = new Map();
  document.addEventListener("toggle", ({ target, newState }) => {
    if (!target.matches("details.picker, details.again, [popover]")) return;
    watchers.get(target)?.destroy();
    watchers.delete(target);
    if (newState !== "open") return;
    const watcher = new CloseWatcher();
    watchers.set(target, watcher);
    watcher.addEventListener("close", () => {
      if (target.popover) answers?.closePreview();
      else target.open = false;
    });
  }, { capture: true });
}

/** The server writes times in UTC; here they are the reader's. */
function localTimes() {
  const form = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const time of document.querySelectorAll("time[datetime*='T']")) {
    time.textContent = form.format(new Date(time.dateTime));
  }
}

/** Questions go back into the box, to be asked in other words: the asked one by its button, suggested ones by
 *  Alt and a click, or a long press. */
function wireEditing() {
  const box = document.getElementById("question");
  const edit = (text) => {
    box.value = text;
    box.dispatchEvent(new Event("input"));
    box.focus();
    box.setSelectionRange(text.length, text.length);
  };
  const note = document.querySelector(".editing");
  const instead = (answer) => {
    if (!note) return;
    note.hidden = !answer;
    note.querySelector("input").value = answer?.dataset.answer ?? "";
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.edit, .editing a");
    if (!link) return;
    event.preventDefault();
    const answer = link.closest(".answer");
    instead(answer);
    edit(answer ? answer.querySelector(".question").textContent : "");
  });
  const suggested = (event, wanted) => {
    const button = event.target.closest(".related button, .examples button");
    if (!button || !wanted) return;
    event.preventDefault();
    instead(null);
    edit(button.value);
  };
  document.addEventListener("click", (event) => suggested(event, event.altKey));
  let touched = false;
  document.addEventListener("pointerdown", (event) => (touched = event.pointerType === "touch"));
  document.addEventListener("contextmenu", (event) => suggested(event, touched));
}
