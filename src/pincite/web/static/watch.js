// Who else asks in this thread? Their turns are put at its end; the reader stays where they are.

import { addToOutline } from "./outline.js";

/** Calls `arrived` with each new turn, and with one whose form was answered and what was chosen there. Open only while the page is seen: a browser has six connections for all tabs. */
export function watchThread(arrived) {
  const list = document.querySelector(".turns[data-watch]");
  if (!list) return;
  let source = null;
  const close = () => {
    source?.close();
    source = null;
  };
  const open = () => {
    close();
    if (document.hidden) return;
    const asking = [...list.querySelectorAll(".answer:has([data-slot=form] .clarify)")].slice(-20).map((one) => `&asking=${one.dataset.answer}`);
    source = new EventSource(`${list.dataset.watch}?after=${list.children.length}${asking.join("")}`);
    source.addEventListener("turn", (event) => {
      const article = drawn(JSON.parse(event.data).html);
      // A connection that comes back by itself asks as it did at first.
      if (document.getElementById(article.id)) return;
      list.append(article);
      addToOutline(article);
      arrived(article);
    });
    source.addEventListener("answered", (event) => {
      const { html, text } = JSON.parse(event.data);
      const article = drawn(html);
      const old = document.getElementById(article.id);
      if (!old || old.dataset.answer === article.dataset.answer) return;
      instead(old, article);
      arrived(article, text);
    });
    const here = document.querySelector(".here");
    source.addEventListener("here", (event) => {
      here.textContent = JSON.parse(event.data).text;
      here.hidden = !here.textContent;
    });
    source.addEventListener("changed", () => (document.querySelector(".changed").hidden = false));
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  addEventListener("online", open);
  open();
}

function drawn(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  return made.content.querySelector("article");
}

/** What was typed into a form that somebody else has answered goes into the box, if that is empty; and so does the focus. */
function instead(old, article) {
  const within = old.contains(document.activeElement);
  const typed = [...old.querySelectorAll(".clarify .other input")].map((one) => one.value.trim()).find(Boolean);
  const box = document.getElementById("question");
  old.replaceWith(article);
  if (typed && box && !box.value) {
    box.value = typed;
    box.dispatchEvent(new Event("input"));
    if (within) box.focus({ preventScroll: true });
  } else if (within) {
    article.querySelector(".question").focus({ preventScroll: true });
  }
}
