// What can be read without a network? The pages that were read, and the files they are made of. Questions are never
// answered from here, and nothing is kept of what only passes through. VERSION, ROOT and SHELL are set by the server.

const FILES = `files ${VERSION}`;
const PAGES = "pages";
const MOST_PAGES = 60;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => ![FILES, PAGES].includes(name)).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname.slice(ROOT.length);
  if (request.method === "POST" && path === "/logout") {
    event.waitUntil(caches.delete(PAGES)); // who leaves takes what was read along
  } else if (request.mode === "navigate") {
    event.respondWith(navigated(request, path));
  } else if (request.method === "GET" && path.startsWith("/static/")) {
    event.respondWith(file(request));
  }
});

async function navigated(request, path) {
  try {
    const response = await fetch(request);
    if (request.method === "GET" && response.ok && !response.redirected && kept(path) && response.headers.get("x-keep") !== "no") {
      const copy = response.clone();
      const cache = await caches.open(PAGES);
      await cache.put(address(request), copy);
      const all = await cache.keys();
      await Promise.all(all.slice(0, Math.max(0, all.length - MOST_PAGES)).map((old) => cache.delete(old)));
    }
    return response;
  } catch {
    const page = request.method === "GET" && (await caches.match(address(request)));
    return page || caches.match(`${ROOT}/offline`);
  }
}

/** Pages of which an older copy is better than none. */
function kept(path) {
  return path === "/" || path === "/threads" || path.startsWith("/t/") || path.startsWith("/s/");
}

/** Without what only a reload has in it (`?now=`, `?v1=`); a search is a page of its own. */
function address(request) {
  const url = new URL(request.url);
  return url.origin + url.pathname + (url.pathname.endsWith("/threads") || url.searchParams.has("p") ? url.search : "");
}

/** Files of a version never change. */
async function file(request) {
  return (await caches.match(request)) || fetch(request);
}
