// What may one want to ask? While the home page's box is typed in: titles of the index, and one's own earlier threads.
// Both come from this server; what is typed goes nowhere else.

const PAUSE_MS = 120;
const MOST = 6;

const box = document.getElementById("question");
const form = box.form;
const list = Object.assign(document.createElement("ul"), { id: "suggestions", className: "suggestions", hidden: true });
list.role = "listbox";
list.ariaLabel = form.dataset.suggested;
form.append(list);
box.setAttribute("aria-autocomplete", "list");
box.setAttribute("aria-controls", list.id);

let at = -1; // the option that Enter takes; -1: what is typed is sent
let asked = 0; // the newest search; older replies are dropped
let timer = 0;

box.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(suggest, PAUSE_MS);
});
// Before the handler that sends: an option that is marked is put into the box first.
box.addEventListener("keydown", chosen, { capture: true });
box.addEventListener("blur", close);
list.addEventListener("pointerdown", (event) => {
  event.preventDefault(); // the box keeps the focus
  const row = event.target.closest("li");
  if (row) take(row);
});

export async function suggest() {
  const typed = box.value.trim();
  const mine = ++asked;
  if (typed.length < 2 || typed.includes("\n") || typed.length > 100) return close();
  const reply = await fetch(`${form.dataset.suggest}?limit=${MOST}&q=${encodeURIComponent(typed)}`).catch(() => null);
  if (mine !== asked || !reply?.ok) return undefined;
  const { suggestions } = await reply.json();
  if (mine === asked && document.activeElement === box) show(suggestions.filter((one) => one !== typed));
  return undefined;
}

function show(texts) {
  list.replaceChildren(...texts.map((text, i) => {
    const row = Object.assign(document.createElement("li"), { id: `suggestion-${i}`, textContent: text });
    row.role = "option";
    return row;
  }));
  list.hidden = !texts.length;
  mark(-1);
}

function mark(place) {
  at = place;
  [...list.children].forEach((row, i) => (row.ariaSelected = String(i === at)));
  if (at < 0) box.removeAttribute("aria-activedescendant");
  else box.setAttribute("aria-activedescendant", list.children[at].id);
}

// What is shown stays: no search is begun, and none that is under way is heard.
function hold() {
  asked++;
  clearTimeout(timer);
}

function close() {
  hold();
  list.hidden = true;
  mark(-1);
}

function take(row) {
  box.value = row.textContent;
  box.dispatchEvent(new Event("input"));
  close();
}

function chosen(event) {
  if (list.hidden || event.isComposing || event.keyCode === 229) return;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const many = list.children.length;
  if (by) {
    hold(); // a reply that comes now would change the list under the finger
    // One place more than there are options: what was typed.
    mark(((at + 1 + by + many + 1) % (many + 1)) - 1);
  } else if (event.key === "Escape") {
    close();
  } else if (event.key === "Enter" && at >= 0) {
    take(list.children[at]);
  } else {
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
}
