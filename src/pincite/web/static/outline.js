// Where in a long thread am I? The outline marks the question that is being read.

const READ_FROM = 0.4; // of the window's height: what begins above that is read

export function wireOutline() {
  const list = document.querySelector(".outline ol");
  if (!list) return;
  let waiting = false;
  const mark = () => {
    waiting = false;
    if (!list.offsetParent) return; // there is no room for it
    const turns = [...document.querySelectorAll(".turns > .answer")];
    const read = turns.filter((turn) => turn.getBoundingClientRect().top < innerHeight * READ_FROM).pop() ?? turns[0];
    for (const link of list.querySelectorAll("a")) {
      if (link.hash === `#${read?.id}`) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(mark);
    waiting = true;
  }, { passive: true });
  mark();
}

/** A turn that came while the page was open. */
export function addToOutline(article) {
  const list = document.querySelector(".outline ol");
  if (!list) return;
  const link = document.createElement("a");
  link.href = `#${article.id}`;
  link.textContent = article.querySelector(".question").textContent.slice(0, 80);
  list.appendChild(document.createElement("li")).append(link);
}
