// What happens to a question without a network? It is kept, and offered when there is one again.

import { t } from "./words.js";

const banner = document.getElementById("offline");

export function wireOffline({ say }) {
  const root = document.getElementById("palette").dataset.root;
  navigator.serviceWorker?.register(`${root}/sw.js`).catch(() => {}); // without one, all but reading offline works
  const tell = (words, again) => {
    banner.querySelector("span").textContent = words;
    banner.querySelector("button").hidden = !again;
    banner.hidden = !words;
    say(words);
  };
  let waits = false; // a question was sent while there was no network
  const form = document.querySelector("form.ask");
  form?.addEventListener("submit", (event) => {
    if (navigator.onLine || event.defaultPrevented) return;
    event.preventDefault();
    waits = true;
    if (event.submitter?.name === "example") put(form.text, event.submitter.value);
    tell(t("You are offline. Your question is kept here."));
  }, { capture: true });
  banner.querySelector("button").addEventListener("click", () => form.requestSubmit(form.querySelector(".send")));
  addEventListener("offline", () => tell(t("You are offline. What you have read can still be read.")));
  addEventListener("online", () => tell(waits ? t("You are back. Your question was kept.") : "", waits));
  if (!navigator.onLine) tell(t("You are offline. What you have read can still be read."));
  offer();
}

function put(box, text) {
  box.value = text;
  box.dispatchEvent(new Event("input"));
}

/** On the page that stands for one that could not be reached: the question that was being sent. */
function offer() {
  const kept = document.querySelector("form.kept");
  const place = kept && sessionStorage.getItem("sent");
  const text = place && sessionStorage.getItem(place);
  if (!text) return;
  kept.text.value = text;
  kept.thread.value = place.replace("draft:", "").replace(/^home$/, "");
  kept.hidden = false;
}
