// In which order do the rows of a table stand? As they came, or by a column, up and down: the column's head is a button.
// What is sorted are the rows that are here; where there are more, the line below the table says so.

const words = new Intl.Collator(document.documentElement.lang, { numeric: true });
const came = new WeakMap(); // table to its rows in the order in which they came
const NEXT = { ascending: "descending", descending: "", "": "ascending" };

/** Heads that the server sent become buttons; what they say stays. */
function arm() {
  for (const head of document.querySelectorAll(".tabled thead th:not(:has(.sort))")) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "sort" });
    button.append(...head.childNodes);
    head.append(button);
  }
}

document.addEventListener("painted", arm);
document.addEventListener("click", (event) => {
  const head = event.target.closest(".tabled .sort")?.closest("th");
  if (!head) return;
  const table = head.closest("table");
  const body = table.tBodies[0];
  if (!came.has(table)) came.set(table, [...body.rows]);
  const order = NEXT[head.getAttribute("aria-sort") ?? ""];
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
  if (order) head.setAttribute("aria-sort", order);
  body.append(...(order ? sorted(came.get(table), head.cellIndex, order) : came.get(table)));
});
/** A query is run from where it is typed, as a question is sent. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches(".run textarea")) return;
  event.preventDefault();
  event.target.form.requestSubmit(event.target.form.querySelector("button"));
});
arm();

/** Equal rows stay as they came; those without a value are last, up and down. */
function sorted(rows, column, order) {
  const turn = order === "ascending" ? 1 : -1;
  return rows.toSorted((one, other) => {
    const [a, b] = [one.cells[column], other.cells[column]];
    const missing = a.classList.contains("null") - b.classList.contains("null");
    return missing || turn * compared(a, b);
  });
}

function compared(a, b) {
  if (!a.classList.contains("right")) return words.compare(a.textContent, b.textContent);
  return Number(a.dataset.value ?? a.textContent) - Number(b.dataset.value ?? b.textContent);
}
