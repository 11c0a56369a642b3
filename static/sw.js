// Keeps the urgent help page and what it is drawn with, and no other page: nothing a person entered is ever stored here.
const KEPT = "urgent-1";
const PAGES = ["/urgent", "/static/css/stillhour.css", "/static/fonts/figtree.woff2", "/static/icons.svg", "/static/favicon.svg",
  "/static/js/zone.js", "/static/js/leave.js", "/static/js/offline.js"];

// Asked for without cookies, so that the copy belongs to nobody.
const keep = async () => (await caches.open(KEPT)).addAll(PAGES.map((page) => new Request(page, { credentials: "omit", cache: "reload" })));

addEventListener("install", (event) => event.waitUntil(keep().then(() => skipWaiting())));

addEventListener("activate", (event) =>
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))));

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || !PAGES.includes(url.pathname)) return;
  event.respondWith(fetch(event.request).catch(() => caches.match(event.request, { ignoreSearch: true, ignoreVary: true })));
});
