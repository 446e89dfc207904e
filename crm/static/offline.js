// Keeps the worker's own pages on the phone: from the network while there is one, else as they were seen last.
"use strict";
const KEPT = "yihu-phone-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// Pages named by the page that is open: the jobs of the list before anybody needs them, itself where it came past here.
self.addEventListener("message", (event) => event.waitUntil(keep(event.data)));

async function keep({ open, jobs }) {
  const kept = await caches.open(KEPT);
  for (const address of new Set([...open, ...jobs].map((each) => new URL(each, self.location).href))) {
    if (!jobs.includes(address) && await kept.match(address)) continue;
    try {
      const page = await fetch(address, { credentials: "same-origin", redirect: "error" });
      if (page.ok) await kept.put(address, page);
    } catch { return; }
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && request.url.startsWith(self.location.origin)) event.respondWith(answer(request));
});

async function answer(request) {
  const kept = await caches.open(KEPT);
  try {
    const fresh = await fetch(request);
    if (fresh.type === "opaqueredirect") await caches.delete(KEPT); // to the log-in: nothing stays behind
    else if (fresh.ok && !fresh.redirected) await kept.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    const list = request.mode === "navigate" ? self.registration.scope : undefined;
    const old = await kept.match(request) ?? (list && await kept.match(list));
    if (old) return old;
    throw error;
  }
}
