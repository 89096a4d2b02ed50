// In which language do scripts speak? The page's: what is not English comes with it.

const kept = document.getElementById("words");
const words = kept ? JSON.parse(kept.textContent) : {};

/** `text` in the page's language, with `values` for its {placeholders}. */
export function t(text, values = {}) {
  return (words[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
