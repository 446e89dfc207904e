// Keeps the worker's own pages on the phone: from the network while there is one, else as they were seen last.
"use strict";
const KEPT = "yihu-phone-1"; // app.js forgets it on the page of the log-in
const MINE = new URL(self.registration.scope).pathname;
const PICTURES = MINE.replace(/[^/]+\/$/, "photos/"); // beside the pages: /repairs/my/ and /repairs/photos/

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
      if (page.ok) await put(kept, address, page);
    } catch { return; }
  }
}

/** A page after everything it is drawn with: whichever is kept can be shown. */
async function put(kept, request, page) {
  const text = await page.clone().text();
  for (const [, part] of text.matchAll(/"(\/static\/[^"#]+)/g)) if (!await kept.match(part)) await kept.add(part);
  await kept.put(request, page);
}

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request, { origin, pathname } = new URL(url);
  const kept = [MINE, PICTURES, "/static/"].some((begins) => pathname.startsWith(begins)); // nothing that is looked up
  if (method === "GET" && origin === self.location.origin && kept) event.respondWith(answer(event, pathname));
});

async function answer(event, pathname) {
  const kept = await caches.open(KEPT), { request } = event;
  try {
    const fresh = await fetch(request);
    if (fresh.type === "opaqueredirect") await caches.delete(KEPT); // to the log-in: nothing stays behind
    else if (fresh.ok && !fresh.redirected) {
      if (pathname.startsWith(MINE)) event.waitUntil(put(kept, request, fresh.clone()));
      else await kept.put(request, fresh.clone());
      if (pathname === MINE) await tidy(kept, await fresh.clone().text());
    }
    return fresh;
  } catch (error) {
    const list = request.mode === "navigate" ? self.registration.scope : undefined;
    const old = await kept.match(request) ?? (list && await kept.match(list));
    if (old) return old;
    throw error;
  }
}

/** Jobs that the list has no more are nobody's business on this phone, nor are their pictures. */
async function tidy(kept, list) {
  const requests = await kept.keys(), path = (request) => new URL(request.url).pathname;
  const job = (request) => path(request).startsWith(MINE) && /\/\d+$/.test(path(request));
  let shown = "";
  for (const request of requests.filter(job)) {
    if (list.includes(`"${path(request)}"`)) shown += await (await kept.match(request)).text();
    else await kept.delete(request);
  }
  for (const request of requests) {
    if (path(request).startsWith(PICTURES) && !shown.includes(`"${path(request)}"`)) await kept.delete(request);
  }
}
