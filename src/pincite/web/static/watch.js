// Who else asks in this thread? Their turns are put at its end; the reader stays where they are.

/** Calls `arrived` with each new turn. Open only while the page is seen: a browser has six connections for all tabs. */
export function watchThread(arrived) {
  const list = document.querySelector(".turns[data-watch]");
  if (!list) return;
  let source = null;
  const close = () => {
    source?.close();
    source = null;
  };
  const open = () => {
    close();
    if (document.hidden) return;
    source = new EventSource(`${list.dataset.watch}?after=${list.children.length}`);
    source.addEventListener("turn", (event) => {
      const made = document.createElement("template");
      made.innerHTML = JSON.parse(event.data).html;
      const article = made.content.querySelector("article");
      // A connection that comes back by itself asks as it did at first.
      if (document.getElementById(article.id)) return;
      list.append(article);
      outline(article);
      arrived(article);
    });
    const here = document.querySelector(".here");
    source.addEventListener("here", (event) => {
      here.textContent = JSON.parse(event.data).text;
      here.hidden = !here.textContent;
    });
    source.addEventListener("changed", () => (document.querySelector(".changed").hidden = false));
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  addEventListener("online", open);
  open();
}

function outline(article) {
  const list = document.querySelector(".outline ol");
  if (!list) return;
  const link = document.createElement("a");
  link.href = `#${article.id}`;
  link.textContent = article.querySelector(".question").textContent.slice(0, 80);
  list.appendChild(document.createElement("li")).append(link);
}
