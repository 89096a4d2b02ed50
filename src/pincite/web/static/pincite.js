// What happens on every page? Each part is wired to what is there; without scripts all of it works too.

import { wireAsk, answering } from "./ask.js";
import { wireCitations, closePreview } from "./cite.js";
import { wireKeys } from "./keys.js";
import { Follower, offerNewest } from "./follow.js";
import { wireOffline } from "./offline.js";
import { watchThread } from "./watch.js";
import { t } from "./words.js";

const status = document.getElementById("status");

/** Tells people who listen, once. */
export function say(words) {
  if (words && status.textContent !== words) status.textContent = words;
}

const followers = [...document.querySelectorAll(".answer[data-paint]")].map(
  (article) => new Follower(article, { say, changed: settle }),
);
const running = () => followers.filter((one) => one.running && !one.theirs);

/** Stop or Ask, as it is. */
function settle() {
  const now = running();
  answering(now.length ? now[now.length - 1] : null);
}

/** A turn that was asked elsewhere: it is followed, but stops nobody here from asking, and moves no reader. */
function arrived(article) {
  if (article.dataset.paint) {
    const follower = new Follower(article, { say: () => {}, changed: () => {}, theirs: true });
    follower.following = false;
    follower.open();
  }
  offerNewest();
  say(t("New question: {text}", { text: article.querySelector(".question").textContent }));
  article.dispatchEvent(new CustomEvent("painted", { bubbles: true }));
}

wireOffline({ say });
wireAsk({ say, running });
watchThread(arrived);
wireCitations();
wireKeys({ say });
wireCopying();
wireSources();
wireEditing();
localTimes();
for (const one of followers) one.open();
settle();
// After loading, for going to the address's fragment takes the focus away.
if (document.readyState === "complete") greet();
else addEventListener("load", () => setTimeout(greet));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open]")) return;
  if (closePreview()) return;
  const open = document.querySelector("details.picker[open], details.again[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
    return;
  }
  const last = running().pop();
  if (last) last.stop();
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.picker[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

/** After asking, reading goes on at the question; on the home page with a mouse, the box is ready. */
function greet() {
  const target = /^#a\d+$/.test(location.hash) && document.querySelector(location.hash);
  if (target) {
    const heading = target.querySelector(".question");
    heading.focus({ preventScroll: true });
    if (running().length && target.id !== "a1") target.scrollIntoView();
  } else if (document.querySelector(".home") && matchMedia("(pointer: fine)").matches) {
    document.getElementById("question").focus();
  }
  document.getElementById("mark")?.scrollIntoView({ block: "center" });
}

/** The server writes times in UTC; here they are the reader's. */
function localTimes() {
  const form = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const time of document.querySelectorAll("time[datetime*='T']")) {
    time.textContent = form.format(new Date(time.dateTime));
  }
}

function wireCopying() {
  document.addEventListener("click", async (event) => {
    const code = event.target.closest(".copy-code");
    const link = event.target.closest("a.copy");
    if (!code && !link) return;
    event.preventDefault();
    const button = code || link;
    try {
      const text = code
        ? code.closest(".code").querySelector("code").textContent
        : await (await fetched(link.href)).text();
      await navigator.clipboard.writeText(text);
      flash(button, t("Copied"));
    } catch (error) {
      if (link) location.href = link.href;
      else flash(button, t("Not copied: {why}", { why: error.message }));
    }
  });
}

async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(t("the server said {status}", { status: response.status }));
  return response;
}

function flash(button, words) {
  const before = (button.dataset.words ??= button.textContent);
  button.textContent = words;
  say(words);
  setTimeout(() => {
    button.textContent = before;
    status.textContent = "";
  }, 2000);
}

function wireSources() {
  const whole = (list) => {
    list.classList.add("whole");
    list.parentElement.querySelector(".all-sources").hidden = true;
  };
  const show = () => {
    for (const list of document.querySelectorAll(".sources:not(.whole)")) {
      const button = list.parentElement.querySelector(".all-sources");
      // Only what changes is written: this is run with every piece of text that is painted.
      const all = !list.querySelector(".more");
      const words = t("All {n} sources", { n: list.children.length });
      if (button.hidden !== all) button.hidden = all;
      if (button.textContent !== words) button.textContent = words;
    }
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (target && target.matches(".source.more")) {
      whole(target.parentElement);
      target.scrollIntoView();
    }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".all-sources");
    if (!button) return;
    const list = button.parentElement.querySelector(".sources");
    whole(list);
    list.querySelector(".more")?.focus();
  });
  addEventListener("hashchange", show);
  document.addEventListener("painted", (event) => { if (event.detail?.sources !== false) show(); });
  show();
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
