// What happens to the answers of a thread? They come, are stopped, copied, and lead to their sources.

import { answering } from "./ask.js";
import { closePreview, wireCitations } from "./cite.js";
import { Follower, offerNewest } from "./follow.js";
import { t } from "./words.js";
import { wireOutline } from "./outline.js";
import { watchThread } from "./watch.js";

export { closePreview };

let followers = [];
let say = () => {};

/** The answers that are being made for whoever looks, in their order. */
export const running = () => followers.filter((one) => one.running && !one.theirs);

/** The answer that is written, which Stop stops; where all wait, the first. */
export const current = () => running().find((one) => !one.waits) ?? running()[0];

/** `tell` says something to people who listen, once. */
export function wireAnswers({ say: tell }) {
  say = tell;
  followers = [...document.querySelectorAll(".answer[data-paint]")].map(
    (article) => new Follower(article, { say, changed: settle }),
  );
  watchThread(arrived);
  wireOutline();
  wireCitations();
  wireCopying();
  wireSources();
  wireRare("form.clarify", () => import("./form.js"));
  wireRare(".tabled, .run", () => import("./table.js"));
  for (const one of followers) one.open();
  settle();
}

/** Stop or Ask, as it is. */
function settle() {
  answering(current);
}

/** A turn that was asked elsewhere, or whose form was `answered` there: it is followed, but stops nobody here from
 *  asking, and moves no reader. */
function arrived(article, answered = "") {
  if (article.dataset.paint) {
    const follower = new Follower(article, { say: () => {}, changed: () => {}, theirs: true });
    follower.following = false;
    follower.open();
  }
  offerNewest();
  if (answered) say(t("Answered: {text}", { text: answered }));
  else say(t("New question: {text}", { text: article.querySelector(".question").textContent }));
  article.dispatchEvent(new CustomEvent("painted", { bubbles: true }));
}

/** Forms and tables are rare: what they need is loaded with the first one. */
function wireRare(css, load) {
  const look = () => {
    if (!document.querySelector(css)) return;
    document.removeEventListener("painted", look);
    load();
  };
  document.addEventListener("painted", look);
  look();
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
      await toClipboard(text);
      flash(button, t("Copied"));
    } catch (error) {
      if (link) location.href = link.href;
      else flash(button, t("Not copied: {why}", { why: error.message }));
    }
  });
}

/** Browsers keep their clipboard from pages without TLS, as on another machine of the house; those may still copy what is
 *  selected. */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    const before = document.activeElement;
    const area = Object.assign(document.createElement("textarea"), { value: text, className: "unseen" });
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    before?.focus({ preventScroll: true });
    if (!done) throw error;
  }
}

async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(t("the server said {status}", { status: response.status }));
  return response;
}

function flash(button, words) {
  const before = (button.dataset.words ??= button.textContent);
  button.textContent = words;
  setTimeout(() => (button.textContent = before), 2000);
  const status = document.getElementById("status");
  if (status.textContent !== words) return say(words);
  status.textContent = ""; // what stands there already is not read out again
  return setTimeout(() => say(words), 100);
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
