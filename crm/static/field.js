// Work on a bad network: what is entered is kept on the phone and sent once, in order, when there is a network.
// The server knows each entry by its key, so that one sent twice is there once.
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const strip = one("#strip");
  if (!strip || !window.indexedDB) return;
  const LONGEST = 1600, AGAIN = 15000; // pixels of a photo; milliseconds until the next attempt
  let sending = false, touched = false; // touched: something was typed or drawn that was neither sent nor kept

  const store = new Promise((done, failed) => {
    const asked = indexedDB.open("yihu-field", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "key" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  async function on(mode, act) {
    const base = await store;
    return new Promise((done, failed) => {
      const asked = act(base.transaction("entries", mode).objectStore("entries"));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  }
  // Whoever else used this phone sends what is theirs themselves: under this person's name it would be somebody else's.
  const mine = (all) => all.filter((each) => each.user === strip.dataset.user);
  const entries = async () => mine(await on("readonly", (all) => all.getAll())).sort((a, b) => a.at - b.at);

  const jobOf = (entry) => new URL(entry.url, location.href).pathname.match(/^\D*\d+/)?.[0]; // /repairs/12 of any step of it

  function say(text, waits, refused = false) {
    strip.hidden = !text;
    one("span", strip).textContent = text;
    one("[data-send]", strip).hidden = !waits;
    one("[data-drop]", strip).hidden = !refused;
  }

  /** Why a form was refused, as its page says it, without the title above the reasons. */
  async function reason(answer) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html"), notice = one(".notice-danger", page);
    const reasons = notice ? [...notice.querySelectorAll("li")] : [];
    return (reasons.length ? reasons : [notice]).map((each) => each?.textContent.trim().replace(/\s+/g, " ") ?? "").join(" ");
  }

  async function show(news = "") {
    const waiting = await entries(), refused = waiting.filter((each) => each.refused);
    for (const form of document.querySelectorAll("form[data-offline]:not(.photo-form)")) {
      form.hidden = waiting.some((each) => each.url === form.action && !each.refused);
    }
    if (refused.length) return say(refused.map((each) => `${each.title}${strip.dataset.colon}${each.refused}`).join(" "), true, true);
    if (waiting.length === 1) return say(`${strip.dataset.one}${strip.dataset.colon}${waiting[0].title}`, true);
    if (waiting.length) return say(`${waiting.length} ${strip.dataset.many}`, true);
    say(news, false);
  }

  /** A photo small enough for a bad network; anything else as it is. */
  async function smaller(file) {
    if (!(file instanceof File) || !file.size || !file.type.startsWith("image/")) return file;
    try {
      const picture = await createImageBitmap(file), scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
    } catch { return file; }
  }

  async function gathered(form) {
    if (form.elements.at) form.elements.at.value = new Date().toISOString();
    const fields = [];
    for (const [name, value] of new FormData(form)) fields.push([name, await smaller(value)]);
    return { key: form.elements.key.value, user: strip.dataset.user, url: form.action, title: form.dataset.offline, at: Date.now(), fields };
  }

  function post(entry) {
    const body = new FormData();
    const token = one("input[name=csrf_token]")?.value;
    entry.fields.forEach(([name, value]) => body.append(name, name === "csrf_token" && token ? token : value));
    return fetch(entry.url, { method: "POST", body, credentials: "same-origin" });
  }

  const left = (answer) => answer.redirected && new URL(answer.url).pathname.startsWith("/login");

  async function submit(form) {
    const entry = await gathered(form);
    const before = (await entries()).filter((each) => jobOf(each) === jobOf(entry));
    if (before.some((each) => !each.refused)) return keep(form, entry); // nothing overtakes what waits for the same job
    let answer;
    try {
      answer = await post(entry);
    } catch { return keep(form, entry); }
    if (answer.status >= 500) return keep(form, entry);
    if (left(answer)) { await keep(form, entry); return location.assign(answer.url); }
    if (answer.ok) {
      for (const each of before) if (each.url === entry.url && !form.matches(".photo-form")) await drop(each); // refused then, done now
      return location.assign(answer.url);
    }
    delete form.dataset.sent; // refused: the form stays as it is, to be sent again
    say(await reason(answer) || strip.dataset.refused, false);
    strip.scrollIntoView({ block: "nearest" });
  }

  const drop = (entry) => on("readwrite", (all) => all.delete(entry.key));

  /** The next photo is an entry of its own. */
  function another(form) {
    form.reset();
    delete form.dataset.sent;
    form.elements.key.value = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function keep(form, entry) {
    await on("readwrite", (all) => all.put(entry));
    touched = false;
    if (form.matches(".photo-form")) another(form);
    else form.hidden = true;
    const next = one(".phone-steps form:not([hidden]) .btn");
    next?.classList.add("btn-primary", "btn-next");
    if (!next) one(".phone > details")?.setAttribute("open", "");
    await show();
    strip.scrollIntoView({ block: "nearest" });
    if (navigator.onLine) send();
  }

  /** In order; what was refused, and what comes after it for the same job, waits until somebody asks `again`. */
  async function send(again = false) {
    if (sending) return;
    sending = true;
    let sent = 0;
    const stopped = new Set();
    try {
      for (const entry of await entries()) {
        if (entry.refused && !again) stopped.add(jobOf(entry));
        if (stopped.has(jobOf(entry))) continue;
        const answer = await post(entry);
        if (left(answer) || answer.status >= 500) break;
        if (answer.ok) {
          await drop(entry);
          sent += 1;
          continue;
        }
        const why = await reason(answer) || strip.dataset.refused;
        await on("readwrite", (all) => all.put({ ...entry, refused: why }));
        stopped.add(jobOf(entry)); // what comes after it would be refused too
      }
    } catch { /* no network yet */ } finally { sending = false; }
    await show(sent ? strip.dataset.sent : "");
    if (sent && !touched && !(await entries()).length && one("[data-phone]")) location.reload();
  }

  document.addEventListener("input", () => { touched = true; });
  document.addEventListener("click", ({ target }) => { // one tap for all that nobody has said anything else of
    const answer = target.closest?.("[data-all]")?.dataset.all;
    if (!answer) return;
    for (const point of target.closest("form").querySelectorAll(".patrol-point:has([value=unseen]:checked)")) one(`[value=${answer}]`, point).checked = true;
    touched = true;
  });
  document.addEventListener("pointerdown", (event) => { touched ||= event.target.matches("canvas"); });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-offline]") || event.defaultPrevented) return;
    event.preventDefault();
    submit(form).catch(() => form.submit()); // nowhere to keep it: as any form
  });
  one("[data-send]", strip).addEventListener("click", () => send(true));
  one("[data-drop]", strip).addEventListener("click", async () => {
    if (!confirm(strip.dataset.sure)) return;
    for (const entry of await entries()) if (entry.refused) await drop(entry);
    await show();
    if (navigator.onLine) send();
  });
  addEventListener("online", () => send());
  setInterval(async () => { if (navigator.onLine && (await entries()).some((each) => !each.refused)) send(); }, AGAIN);
  show().then(() => { if (navigator.onLine) send(); });

  const phone = one("[data-phone]");
  if (!phone || !navigator.serviceWorker) return;
  navigator.serviceWorker.register(phone.dataset.phone, { scope: phone.dataset.scope }).catch(() => {});
  // The list brings its jobs along: the basement where they are opened may have no network.
  navigator.serviceWorker.ready.then(async ({ active }) => {
    const jobs = [...document.querySelectorAll("a.phone-job")].map((job) => job.href);
    active.postMessage({ open: [location.href, phone.dataset.scope], jobs });
  });
})();
