// What does a citation show? The quoted sentence in its passage: on hover, on focus, on the first tap.

import { t } from "./words.js";

const OPEN_MS = 150;
const CLOSE_MS = 200;
const preview = document.getElementById("preview");
let shown = null; // the chip whose preview is open
let timer = 0;
let touched = false;

/** Closes the preview; says whether there was one. */
export function closePreview() {
  clearTimeout(timer);
  if (!shown) return false;
  shown.removeAttribute("aria-describedby");
  shown = null;
  preview.hidePopover();
  return true;
}

export function wireCitations() {
  if (!preview?.showPopover) return;
  document.addEventListener("pointerover", over);
  document.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch";
    if (shown && !preview.contains(event.target) && event.target.closest(".chip") !== shown) closePreview();
  });
  document.addEventListener("focusin", (event) => {
    const chip = event.target.closest?.(".chip");
    if (chip && chip.matches(":focus-visible")) open(chip);
    else if (shown && !preview.contains(event.target) && !chip) closePreview();
    light(event.target);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === shown && !preview.contains(event.relatedTarget)) closePreview();
  });
  document.addEventListener("click", (event) => {
    const marks = event.target.closest(".marks");
    if (marks) next(marks.closest(".source"));
    const chip = event.target.closest(".chip");
    if (!chip) return;
    if (touched && shown !== chip) {
      event.preventDefault(); // the first tap shows, the second follows
      open(chip);
    } else {
      closePreview();
    }
  });
  addEventListener("scroll", () => { if (shown) place(shown); }, { passive: true });
  addEventListener("resize", closePreview);
  document.addEventListener("painted", () => { if (shown && !shown.isConnected) closePreview(); });
}

function over(event) {
  if (event.pointerType === "touch") return;
  const chip = event.target.closest(".chip");
  clearTimeout(timer);
  if (chip) {
    if (chip !== shown) timer = setTimeout(() => open(chip), OPEN_MS);
  } else if (shown && !preview.contains(event.target)) {
    timer = setTimeout(closePreview, CLOSE_MS);
  }
  light(event.target);
}

function open(chip) {
  if (shown === chip) return;
  closePreview();
  chip.dispatchEvent(new CustomEvent("previewed", { bubbles: true }));
  const card = document.getElementById(chip.hash.slice(1));
  if (!card) return;
  preview.replaceChildren(card.querySelector(".source-head").cloneNode(true));
  const wanted = CSS.escape(chip.dataset.quote || "");
  const quote = card.querySelector(`[data-quote="${wanted}"]`) || card.querySelector(".quote");
  if (quote) {
    preview.append(quote.cloneNode(true));
  } else {
    const gone = document.createElement("p");
    gone.className = "gone";
    gone.textContent = t("Not found in the source any more.");
    preview.append(gone);
  }
  shown = chip;
  preview.style.removeProperty("--room");
  preview.showPopover();
  preview.scrollTop = 0;
  chip.setAttribute("aria-describedby", "preview");
  place(chip);
  preview.querySelector("mark")?.scrollIntoView({ block: "nearest" });
}

/** Below the chip, or above it where that is needed and has more room; never higher than its room. */
function place(chip) {
  const at = chip.getBoundingClientRect();
  const box = preview.getBoundingClientRect();
  const seen = (y) => Math.max(0, Math.min(y, innerHeight)); // a chip that is scrolled away leaves it at the edge
  const [above, below] = [seen(at.top) - 14, innerHeight - seen(at.bottom) - 14];
  const up = box.height > below && above > below;
  preview.style.setProperty("--room", `${up ? above : below}px`);
  preview.style.left = `${Math.max(12, Math.min(at.left - 24, innerWidth - box.width - 12))}px`;
  preview.style.top = up ? "auto" : `${seen(at.bottom) + 6}px`;
  preview.style.bottom = up ? `${innerHeight - seen(at.top) + 6}px` : "auto";
}

/** From a card to the next of the marks that lead to it, round and round. */
function next(card) {
  const chips = [...card.closest(".answer").querySelectorAll(`.text .chip[href="#${card.id}"]`)];
  const place = (Number(card.dataset.mark ?? -1) + 1) % chips.length;
  card.dataset.mark = place;
  chips[place]?.focus({ preventScroll: true });
  chips[place]?.scrollIntoView({ block: "center" });
}

/** A card lights the sentences that rest on it; a sentence lights its chips and cards. */
function light(target) {
  const answer = target.closest?.(".answer");
  const wanted = new Set();
  if (answer) {
    const card = target.closest(".source");
    const sentence = target.closest(".sentence, .chip");
    if (card) {
      const number = card.dataset.source;
      for (const one of answer.querySelectorAll(".sentence")) {
        if ((one.dataset.sources || "").split(" ").includes(number)) wanted.add(one);
      }
      for (const one of answer.querySelectorAll(`.chip[data-source="${number}"]`)) wanted.add(one);
    } else if (sentence?.dataset.sentence) {
      const number = sentence.dataset.sentence;
      const chips = answer.querySelectorAll(`.chip[data-sentence="${number}"]`);
      for (const one of chips) {
        wanted.add(one);
        const source = document.getElementById(one.hash.slice(1));
        if (source) wanted.add(source);
      }
      if (sentence.matches(".chip")) {
        for (const one of answer.querySelectorAll(`.sentence[data-sentence="${number}"]`)) wanted.add(one);
      }
    }
  }
  for (const one of document.querySelectorAll(".lit")) if (!wanted.has(one)) one.classList.remove("lit");
  for (const one of wanted) one.classList.add("lit");
}
