// Work on a bad network: what is entered is kept on the phone and sent once, in order, when there is a network.
// The server knows each entry by its key, so that one sent twice is there once.
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const strip = one("#strip");
  if (!strip || !window.indexedDB) return;
  const LONGEST = 1600, AGAIN = 15000; // pixels of a photo; milliseconds until the next attempt
  let sending = false;

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

  function say(text, waits) {
    strip.hidden = !text;
    one("span", strip).textContent = text;
    one("button", strip).hidden = !waits;
  }

  async function show(news = "") {
    const waiting = await entries(), refused = waiting.filter((each) => each.refused);
    if (refused.length) return say(`${refused.map((each) => each.title).join(", ")}: ${refused[0].refused}`, true);
    if (waiting.length === 1) return say(`${strip.dataset.one}: ${waiting[0].title}`, true);
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
    if ((await entries()).length) return keep(form, entry); // nothing overtakes what waits
    let answer;
    try {
      answer = await post(entry);
    } catch { return keep(form, entry); }
    if (answer.status >= 500) return keep(form, entry);
    if (left(answer)) { await keep(form, entry); return location.assign(answer.url); }
    if (answer.ok) return location.assign(answer.url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html"); // refused: the form with its reason
    const news = one(".notice-danger", page)?.textContent.trim() ?? "";
    form.dataset.sent = "";
    delete form.dataset.sent;
    say(news.replace(/\s+/g, " "), false);
    strip.scrollIntoView({ block: "nearest" });
  }

  async function keep(form, entry) {
    await on("readwrite", (all) => all.put(entry));
    form.hidden = true;
    const next = one(".phone-steps form:not([hidden]) .btn");
    next?.classList.add("btn-primary", "btn-next");
    if (!next) one("details")?.setAttribute("open", "");
    await show();
    strip.scrollIntoView({ block: "nearest" });
    if (navigator.onLine) send();
  }

  async function send() {
    if (sending) return;
    sending = true;
    let sent = 0;
    try {
      for (const entry of await entries()) {
        const answer = await post(entry);
        if (left(answer) || answer.status >= 500) break;
        if (answer.ok) {
          await on("readwrite", (all) => all.delete(entry.key));
          sent += 1;
          continue;
        }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const why = one(".notice-danger", page)?.textContent.trim().replace(/\s+/g, " ");
        await on("readwrite", (all) => all.put({ ...entry, refused: why || strip.dataset.refused }));
        break; // what comes after it would be refused too
      }
    } catch { /* no network yet */ } finally { sending = false; }
    await show(sent ? strip.dataset.sent : "");
    if (sent && !(await entries()).length && one("[data-phone]")) location.reload();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-offline]") || event.defaultPrevented) return;
    event.preventDefault();
    submit(form);
  });
  one("button", strip).addEventListener("click", send);
  addEventListener("online", send);
  setInterval(async () => { if (navigator.onLine && (await entries()).some((each) => !each.refused)) send(); }, AGAIN);
  show().then(() => { if (navigator.onLine) send(); });

  const phone = one("[data-phone]");
  if (phone && navigator.serviceWorker) navigator.serviceWorker.register(phone.dataset.phone, { scope: phone.dataset.scope }).catch(() => {});
})();
