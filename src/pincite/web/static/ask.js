// How is a question typed and sent? Enter sends, but never half a word of an input method; once, and never lost.

import { t } from "./words.js";

let current = () => null;

const memory = {
  // Private windows may refuse storage; a draft is then lost on reload, which is what private means.
  get: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* no storage, no draft */ } },
  drop: (key) => { try { sessionStorage.removeItem(key); } catch { /* as above */ } },
};

/** While there is an answer that `now` gives, the button stops it. */
export function answering(now) {
  current = now;
  const follower = now();
  const form = document.querySelector("form.ask");
  if (!form) return;
  const stop = form.querySelector(".stop");
  stop.hidden = !follower;
  if (follower) {
    form.dataset.running = follower.id;
    stop.formAction = follower.address("stop");
  } else {
    delete form.dataset.running;
  }
}

export function wireAsk({ say }) {
  const form = document.querySelector("form.ask");
  document.addEventListener("submit", once);
  addEventListener("pageshow", () => {
    for (const other of document.forms) delete other.dataset.sent;
    for (const button of document.querySelectorAll("[data-waiting]")) {
      button.disabled = false;
      delete button.dataset.waiting;
    }
  });
  // The sent question has arrived if this page is its result; only then the draft may go. A problem is none, nor a login.
  const sent = memory.get("sent");
  if (sent && !document.querySelector(".offline-page")) {
    memory.drop("sent");
    const elsewhere = location.pathname !== memory.get("sent-from") || location.hash;
    if (elsewhere && document.querySelector("article.answer")) memory.drop(sent);
  }
  if (!form) return;

  const box = form.querySelector("textarea");
  const place = `draft:${form.dataset.draft}`;
  if (!box.value) box.value = memory.get(place) || "";
  fit(box);
  box.addEventListener("input", () => {
    memory.set(place, box.value);
    fit(box);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && !event.shiftKey && !event.isComposing && completed(form, box)) event.preventDefault();
    if (event.key !== "Enter" || event.shiftKey || event.altKey) return;
    // Safari ends composing before this keydown; 229 still tells that the input method takes the key.
    if (event.isComposing || event.keyCode === 229) return;
    if (document.body.dataset.send === "ctrl" && !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector(".send"));
  });
  // A box that gets or loses the focus changes its height: the button would be elsewhere when the finger is lifted.
  form.querySelector(".ask-row").addEventListener("mousedown", (event) => {
    if (event.target.closest("button, summary")) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.classList.contains("stop")) {
      const follower = current();
      if (!follower) return; // nobody follows yet: the form itself stops it
      event.preventDefault();
      follower.stop();
      return;
    }
    if (event.submitter?.name === "example") return say(t("Asking")); // what is in the box stays a draft
    if (!box.value.trim()) {
      event.preventDefault();
      box.focus();
      return;
    }
    memory.set("sent", place);
    memory.set("sent-from", location.pathname);
    return say(t("Asking"));
  });
  if (form.dataset.suggest) {
    box.addEventListener("input", () => import("./suggest.js").then((its) => its.suggest()), { once: true });
  }
  for (const radio of form.querySelectorAll(".picker input")) {
    radio.addEventListener("change", () => {
      radio.closest(".picker").querySelector(".picked").textContent = radio.dataset.name;
      if (radio.name === "focus") showExamples(radio.value);
    });
  }
}

/** On the home page: what can be asked where it is looked now. Without an answer what stands there stays. */
async function showExamples(focus) {
  const shown = document.querySelector("[data-examples]");
  if (!shown) return;
  const reply = await fetch(`${shown.dataset.examples}?focus=${encodeURIComponent(focus)}`).catch(() => null);
  const html = reply?.ok ? await reply.text() : null;
  if (html !== null && focus === document.querySelector("[name=focus]:checked")?.value) shown.innerHTML = html;
}

/** "@wi" at the beginning becomes "@wikipedia ", if only one focus begins like that. */
function completed(form, box) {
  const typed = box.value.match(/^@([\w-]+)$/);
  if (!typed) return false;
  const names = [...form.querySelectorAll("[name=focus]:enabled")].map((radio) => radio.value);
  const fitting = names.filter((name) => name.startsWith(typed[1].toLowerCase()));
  if (fitting.length !== 1) return false;
  box.value = `@${fitting[0]} `;
  box.dispatchEvent(new Event("input"));
  return true;
}

/** A second click sends nothing. The button is disabled after the form has read it. */
function once(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter;
  setTimeout(() => {
    if (!button) {
      delete form.dataset.sent;
      return;
    }
    button.disabled = true;
    button.dataset.waiting = "yes";
  });
}

/** Grows with its text where the browser does not do it by itself. */
function fit(box) {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}
