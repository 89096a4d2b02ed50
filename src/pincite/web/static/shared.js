// What does a shared page do beyond being read? A number shows its passage on hover, focus and the first tap.

import { closePreview, wireCitations } from "./cite.js";

wireCitations();
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closePreview();
});
