// How is a form answered by keyboard? Keys 1 to 9 pick what they stand beside, and what is typed takes the place of it.

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!/^[1-9]$/.test(event.key) || document.body.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]")) return;
  const choice = (event.target.closest("form.clarify") ?? open())?.querySelector(`[data-key="${event.key}"]`);
  if (!choice) return;
  event.preventDefault();
  choice.focus();
  choice.click();
});

/** The last form that can be seen. */
function open() {
  return [...document.querySelectorAll("form.clarify")].filter((form) => !form.closest("details:not([open])")).pop();
}

document.addEventListener("input", (event) => {
  const field = event.target.closest(".clarify .other") && event.target.closest("fieldset");
  if (!field || !event.target.value.trim()) return;
  for (const radio of field.querySelectorAll("[type=radio]")) radio.checked = false;
});

document.addEventListener("change", (event) => {
  if (!event.target.matches(".clarify [type=radio]")) return;
  const other = event.target.closest("fieldset").querySelector(".other input");
  if (other) other.value = "";
});
