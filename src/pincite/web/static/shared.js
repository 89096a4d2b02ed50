// What does a shared page do beyond being read? A number shows its passage on hover, focus and the first tap, and
// tables can be put in order.

import { closePreview, wireCitations } from "./cite.js";

wireCitations();
if (document.querySelector(".tabled")) import("./table.js");
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closePreview();
});
