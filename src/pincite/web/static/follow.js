// How does an answer appear while it is written? The server sends finished HTML; this only puts it in its place.
// Every connection starts with the whole picture, so a lost network, a hidden tab and a restart need nothing special.

import { t } from "./words.js";

const SILENCE_MS = 25_000; // the server beats every 10 s
const HIDDEN_MS = 30_000; // HTTP/1.1 allows six connections; a tab that nobody sees gives its own back
const BLINK_MS = 3_000; // what is whole so soon nobody has read along: reading begins at its question
const SLOTS = ["step", "strip", "card", "data", "form", "problem", "followups"];

const newest = document.querySelector(".newest");
newest?.addEventListener("click", () => {
  newest.hidden = true;
  toBottom();
});
if (newest) addEventListener("scroll", () => { if (atBottom()) newest.hidden = true; }, { passive: true });

/** Something is new at the end: says so where the end can't be seen. */
export function offerNewest() {
  if (newest && !atBottom()) newest.hidden = false;
}

export class Follower {
  constructor(article, { say, changed, theirs }) {
    this.article = article;
    this.id = article.dataset.answer;
    this.url = article.dataset.paint;
    this.say = say;
    this.changed = changed;
    this.running = true;
    // What somebody else asked stops nobody here from asking.
    this.theirs = theirs || "theirs" in article.dataset;
    this.begun = performance.now();
    this.queue = [];
    this.tail = "";
    this.written = null; // the tail that is in the page; at first it is the server's
    this.tries = 0;
    this.shown = new Map();
    this.cards = [...this.list(".sources")].map((card) => card.outerHTML);
    this.stale = new Set(); // places of cards that are not yet in the page as they are in ``cards``
    this.following = true;
    this.followed = false;
    // Nobody sees the cards of a running answer but through a preview; they are made when one is about to open.
    article.addEventListener("previewed", () => this.drawCards());
    article.addEventListener("click", (event) => {
      const steps = event.target.closest(".trace > summary")?.parentElement;
      if (steps) this.unfolded = !steps.open;
    });
    article.addEventListener("submit", (event) => {
      if (!event.target.matches(".hurry")) return;
      event.preventDefault();
      this.tell("now", t("Answering now"));
    });
    this.text = article.querySelector(".text");
    this.net = article.querySelector(".net");
    this.wire();
  }

  /** Is an earlier question of the thread being answered? */
  get waits() {
    return Boolean(this.article.querySelector(".state.waits"));
  }

  address(what) {
    return new URL(`${what}`, new URL(this.url, location.href)).pathname;
  }

  wire() {
    this.clock = setInterval(() => this.tick(), 1000);
    addEventListener("online", () => this.reopen());
    addEventListener("offline", () => this.lost(t("You are offline. The answer goes on without you and will be here when you are back.")));
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => { if (event.persisted) this.reopen(); });
    document.addEventListener("visibilitychange", () => {
      clearTimeout(this.hiding);
      if (document.hidden) this.hiding = setTimeout(() => this.close(), HIDDEN_MS);
      else if (!this.source) this.reopen();
    });
    addEventListener("scroll", () => (this.following = atBottom()), { passive: true });
    newest?.addEventListener("click", () => (this.following = true));
  }

  // ── the connection ──

  open() {
    if (!this.running) return;
    this.close();
    this.heard = performance.now();
    const source = (this.source = new EventSource(this.url));
    const names = ["sync", "block", "tail", "sources", ...SLOTS, "done", "say", "hb"];
    for (const name of names) {
      source.addEventListener(name, (event) => {
        this.heard = performance.now();
        this.tries = 0;
        this.net.hidden = true;
        if (name === "done") {
          this.ended = true; // the server closes the stream now, which is no error
          this.close();
        }
        if (name !== "hb") this.later(name, JSON.parse(event.data));
      });
    }
    source.addEventListener("error", () => {
      if (source !== this.source || !this.running) return;
      this.lost(t("The connection was lost. Reconnecting."));
      // The browser comes back by itself after a cut, but not after an error page or a refused connection.
      if (source.readyState === EventSource.CLOSED) this.retry();
    });
  }

  close() {
    this.source?.close();
    this.source = null;
    clearTimeout(this.retrying);
  }

  reopen() {
    if (this.running && !document.hidden && !this.ended) this.open();
  }

  retry() {
    this.close();
    const wait = Math.min(10_000, 500 * 2 ** this.tries++);
    this.retrying = setTimeout(() => this.open(), wait);
  }

  tick() {
    if (!this.running) {
      clearInterval(this.clock);
      return;
    }
    this.time();
    if (this.source && performance.now() - this.heard > SILENCE_MS) {
      this.lost(t("The server has been silent. Reconnecting."));
      this.open();
    }
  }

  time() {
    const elapsed = this.article.querySelector(".elapsed");
    const seconds = Math.floor((performance.now() - this.begun) / 1000);
    if (elapsed && seconds > 0) elapsed.textContent = t("{n} s", { n: seconds });
  }

  lost(words) {
    if (!this.running) return;
    this.net.textContent = words;
    this.net.hidden = false;
    this.say(words);
  }

  async stop() {
    if (!this.running || this.stopping) return;
    this.stopping = true;
    await this.tell("stop", t("Stopping"));
    this.stopping = false;
  }

  async tell(what, words) {
    this.say(words);
    try {
      await fetch(this.address(what), { method: "POST", headers: { accept: "application/json" } });
    } catch {
      this.lost(t("The server can't be reached. The answer goes on as before."));
    }
  }

  // ── painting ──

  /** Frames that come together are painted together, so the text is never in two places or in none. */
  later(name, data) {
    this.queue.push([name, data]);
    if (this.queue.length > 1) return;
    if (document.hidden) setTimeout(() => this.paint());
    else requestAnimationFrame(() => this.paint());
  }

  paint() {
    const follow = this.following && this.running && atBottom();
    const before = follow || this.article.offsetHeight;
    const queue = this.queue.splice(0);
    for (const [name, data] of queue) this.apply(name, data);
    if (this.written !== this.tail) this.write();
    if (queue.some(([name]) => name === "done")) {
      this.finish();
      if (this.followed && this.following && performance.now() - this.begun < BLINK_MS) this.toQuestion();
    } else if (follow) {
      this.followed = true;
      toBottom();
    } else if (this.article.offsetHeight > before) {
      offerNewest();
    }
    const sources = queue.some(([name]) => ["sources", "sync", "done"].includes(name));
    this.article.dispatchEvent(new CustomEvent("painted", { bubbles: true, detail: { sources } }));
  }

  toQuestion() {
    if (this.article.dataset.turn === "1") scrollTo({ top: 0 });
    else this.article.scrollIntoView();
  }

  apply(name, data) {
    if (name === "sync") {
      data.blocks.forEach((html, i) => this.block(i, html));
      for (const extra of [...this.list(".blocks")].slice(data.blocks.length)) extra.remove();
      this.tail = data.tail;
      data.sources.forEach((html, i) => this.card(i, html));
      this.cards.length = data.sources.length;
      this.drawCards();
      for (const extra of [...this.list(".sources")].slice(data.sources.length)) extra.remove();
      for (const slot of SLOTS) this.slot(slot, data[slot]);
    } else if (name === "block") {
      this.block(data.i, data.html);
    } else if (name === "tail") {
      this.tail = this.tail.slice(0, data.k) + data.x;
    } else if (name === "sources") {
      this.card(data.i, (this.cards[data.i] ?? "").slice(0, data.k) + data.x);
    } else if (name === "done") {
      this.drawCards();
      this.slot("done", data.html);
      this.article.dataset.status = data.status;
    } else if (name !== "say") {
      this.slot(name, data.html);
    }
    this.say(data.say);
  }

  list(css) {
    return this.article.querySelector(css).children;
  }

  /** Only what changed is touched: a selection in settled text stays. */
  block(i, html) {
    const list = this.article.querySelector(".blocks");
    let block = list.children[i];
    if (!block) {
      block = list.appendChild(document.createElement("div"));
      block.className = "block";
      // A new tail: to the browser, the old one under a new block would be text that jumped.
      const tail = this.text.querySelector(".tail");
      tail.replaceWith(tail.cloneNode());
      this.written = "";
    }
    if (this.shown.get(block) !== html && block.innerHTML !== html) block.innerHTML = html;
    this.shown.set(block, html);
  }

  write() {
    const made = document.createElement("template");
    made.innerHTML = this.tail;
    grow(this.text.querySelector(".tail"), made.content);
    this.written = this.tail;
  }

  /** The first time a card stands in the list at once; later it waits for ``drawCards``. */
  card(i, html) {
    if (this.cards[i] === html) return;
    this.cards[i] = html;
    this.stale.add(i);
    if (!this.list(".sources")[i]) this.drawCards();
  }

  drawCards() {
    const list = this.article.querySelector(".sources");
    for (const i of [...this.stale].sort((a, b) => a - b)) {
      if (i >= this.cards.length) continue;
      const old = list.children[i];
      const made = document.createElement("template");
      made.innerHTML = this.cards[i];
      const card = made.content.firstElementChild;
      const open = old?.querySelector("details")?.open;
      if (old) old.replaceWith(card);
      else list.append(card);
      if (open && card.querySelector("details")) card.querySelector("details").open = true;
    }
    this.stale.clear();
  }

  slot(name, html) {
    const slot = this.article.querySelector(`[data-slot="${name}"]`);
    if (this.shown.get(slot) === html) return;
    this.shown.set(slot, html);
    const made = document.createElement("template");
    made.innerHTML = html;
    // The steps are open as the reader wants, once that is known; and what has the focus stays in the page.
    const steps = made.content.querySelector(".trace, .details");
    if (steps && this.unfolded !== undefined) steps.open = this.unfolded;
    const now = slot.querySelector(".trace, .details");
    if (now && steps) now.open = steps.open;
    grow(slot, made.content);
    if (name === "step") this.time();
  }

  finish() {
    this.running = false;
    this.close();
    clearInterval(this.clock);
    this.net.hidden = true;
    this.net.textContent = "";
    this.article.removeAttribute("aria-busy");
    this.article.removeAttribute("data-paint");
    if (newest && !this.theirs) newest.hidden = true;
    this.changed();
  }
}

/** Gives `old` the children of `made`. What is alike at the front stays, and text grows at its end: a browser shapes,
 *  lays out and draws only what changed. */
function grow(old, made) {
  let at = old.firstChild;
  let next = made.firstChild;
  while (at && next && alike(at, next)) {
    if (at.nodeType !== Node.TEXT_NODE) {
      if (!at.isEqualNode(next)) grow(at, next);
    } else if (!next.data.startsWith(at.data)) {
      at.data = next.data;
    } else if (next.length > at.length) {
      at.appendData(next.data.slice(at.length));
    }
    at = at.nextSibling;
    next = next.nextSibling;
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
  while (next) {
    const more = next;
    next = next.nextSibling;
    old.append(more);
  }
}

/** The same but for what is inside. */
function alike(one, other) {
  if (one.nodeName !== other.nodeName) return false;
  if (one.nodeType !== Node.ELEMENT_NODE) return one.nodeType === Node.TEXT_NODE;
  const names = one.getAttributeNames();
  return names.length === other.attributes.length && names.every((name) => one.getAttribute(name) === other.getAttribute(name));
}

/** The end of the thread, or of the text while that is written; what is below or beside it (rows that are not shown yet,
 *  its sources, the page's foot) is nothing to be followed to. */
function end() {
  const last = document.querySelector(".turns > .answer:last-child");
  if (last?.dataset.status !== "running") return document.getElementById("main").getBoundingClientRect().bottom;
  return last.querySelector(".actions").getBoundingClientRect().top + document.querySelector(".dock").offsetHeight;
}

function atBottom() {
  return end() <= innerHeight + 64;
}

function toBottom() {
  scrollBy({ top: Math.max(0, end() - innerHeight) });
}
