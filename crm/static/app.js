// Betters pages that already work without it: search as you type, keys, drop-downs, guarded forms, filters.
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
  const later = (wait, act) => {
    let timer;
    return (...args) => { clearTimeout(timer); timer = setTimeout(act, wait, ...args); };
  };

  const forgotten = one("[data-forget]"); // what a phone kept of its last user's pages
  if (forgotten) window.caches?.delete(forgotten.dataset.forget);

  // Search: an ARIA combobox over the plain search form.
  function setUpSearch(form) {
    const input = one("[type=search]", form), box = one(".suggest", form), list = one(".suggest-list", form);
    const card = one(".suggest-card", form), status = one("[role=status]", form);
    const wide = matchMedia("(min-width: 992px)");
    let asking = null, reading = null, options = [], chosen = -1;

    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": list.id };
    Object.entries(attributes).forEach(([name, value]) => input.setAttribute(name, value));

    function show(open) {
      box.hidden = !open;
      input.setAttribute("aria-expanded", String(open));
      if (!open) { asking?.abort(); choose(-1); }
    }

    function choose(index) {
      options.forEach((option, position) => option.setAttribute("aria-selected", String(position === index)));
      chosen = index;
      const option = options[index];
      if (option) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
        openCard(option);
      } else {
        input.removeAttribute("aria-activedescendant");
        closeCard();
      }
    }

    function closeCard() {
      reading?.abort();
      card.hidden = true;
      card.replaceChildren();
      box.classList.remove("with-card");
    }

    const openCard = later(60, async (option) => {
      if (option !== options[chosen]) return;
      if (!option.dataset.card || !wide.matches) return closeCard();
      reading?.abort();
      reading = new AbortController();
      try {
        const html = await part(option.dataset.card, reading.signal);
        if (option !== options[chosen]) return;
        card.innerHTML = html;
        card.hidden = false;
        box.classList.add("with-card");
        htmx.process(card);
      } catch (error) {
        if (error.name !== "AbortError") closeCard();
      }
    });

    const ask = later(120, async () => {
      const words = input.value.trim();
      asking?.abort();
      if (!words) return show(false);
      asking = new AbortController();
      try {
        list.innerHTML = await part(form.dataset.suggest, asking.signal, new FormData(form));
        options = all("[role=option]:not([aria-disabled])", list);
        options.forEach((option, index) => { option.id ||= `suggestion-${index}`; option.tabIndex = -1; });
        status.textContent = options.length ? `${options.length} ${status.dataset.some}` : status.dataset.none;
        show(list.textContent.trim() !== "");
        choose(-1);
      } catch (error) {
        if (error.name !== "AbortError") show(false);
      }
    });

    input.addEventListener("input", (event) => { if (!event.isComposing) ask(); });
    input.addEventListener("compositionend", ask);
    input.addEventListener("focus", () => { if (input.value.trim() && options.length) show(true); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!options.length) return;
        event.preventDefault();
        show(true);
        const step = event.key === "ArrowDown" ? 1 : -1;
        choose(chosen < 0 && step < 0 ? options.length - 1 : (chosen + step + options.length) % options.length);
      } else if (event.key === "Enter" && !box.hidden && options[chosen]) {
        event.preventDefault();
        options[chosen].click();
      } else if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        if (!box.hidden) show(false);
        else if (input.value) input.value = "";
        else input.blur();
      }
    });
    form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) show(false); });
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the field
    show(false);
  }

  /** A part of a page; a lapsed session leads to the log-in. Throws on any fault. */
  async function part(address, signal, body = null) {
    const method = body ? "POST" : "GET";
    const answer = await fetch(address, { method, body, signal, headers: { "HX-Request": "true" } });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) location.assign(elsewhere);
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.text();
  }

  // Keys. Single letters can be switched off on this device (WCAG 2.1.4).
  const LETTERS = "yihu.single-keys";
  const lettersOn = () => localStorage.getItem(LETTERS) !== "off";

  function openKeys(dialog) {
    const own = all("[data-key]").filter((element) => element.offsetParent !== null);
    const place = one("#page-keys", dialog), names = one("dl", place);
    names.replaceChildren(...own.map((element) => {
      const line = document.createElement("div"), name = document.createElement("dt"), words = document.createElement("dd");
      const cap = document.createElement("kbd");
      cap.textContent = element.dataset.key.toUpperCase();
      name.append(cap);
      words.textContent = element.dataset.keyTitle || wordsOf(element);
      line.append(name, words);
      return line;
    }));
    place.hidden = !own.length;
    one("#single-keys", dialog).checked = lettersOn();
    dialog.showModal();
  }

  function wordsOf(element) {
    const copy = element.cloneNode(true);
    all("kbd, svg", copy).forEach((extra) => extra.remove());
    return copy.textContent.trim();
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const search = one("#search");
    if (search && (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return focusSearch(search);
    }
    if (event.key === "Escape") return closeOpen();
    if (event.key === " " && event.target.matches("a[data-card]") && one("#card-over")) {
      event.preventDefault();
      return showCard(event.target.dataset.card);
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !lettersOn()) return;
    const over = one("dialog[open]"); // what lies over the page has the keys
    if (!over && event.key === "/" && search) {
      event.preventDefault();
      focusSearch(search);
    } else if (!over && event.key === "?" && one("#keys")) {
      event.preventDefault();
      openKeys(one("#keys"));
    } else if (/^[a-z0-9]$/i.test(event.key)) {
      const target = all(`[data-key="${event.key.toLowerCase()}"]`, over ?? document).find((element) => element.offsetParent !== null);
      if (!target) return;
      event.preventDefault();
      if (target.matches("input, select, textarea")) target.focus();
      else target.click();
    }
  });

  /** The caller card over any page; Esc gives the page back as it was. */
  async function showCard(address) {
    const dialog = one("#card-over"), place = one(".card-place", dialog);
    place.innerHTML = await part(address);
    htmx.process(place);
    if (!dialog.open) dialog.showModal();
  }

  function focusSearch(search) {
    search.focus();
    search.select();
  }

  function closeOpen() {
    if (document.body.classList.contains("menu-shown")) return showMenu(false);
    const open = one("details.drop[open]");
    if (!open) return;
    open.open = false;
    one("summary", open).focus();
  }

  // Menu on narrow screens; without this script the :target style does the same.
  function showMenu(open) {
    document.body.classList.toggle("menu-shown", open);
    all(".top, main").forEach((behind) => { behind.inert = open; });
    (open ? one(".side-close") : one(".menu-open"))?.focus();
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) return print();
    const from = event.target.closest(".menu-open, .side-close, .side-shade, [data-dialog], [data-close], [data-back]");
    all("details.drop[open]").filter((open) => !open.contains(event.target)).forEach((open) => { open.open = false; });
    if (event.target.matches("dialog")) event.target.close(); // the backdrop
    if (!from) return;
    if (from.matches(".menu-open, .side-close, .side-shade")) {
      event.preventDefault();
      showMenu(from.matches(".menu-open"));
    } else if (from.dataset.dialog) {
      all("details.drop[open]").forEach((open) => { open.open = false; });
      const dialog = document.getElementById(from.dataset.dialog);
      if (dialog?.id === "keys") openKeys(dialog);
      else dialog?.showModal();
    } else if (from.matches("[data-close]")) {
      from.closest("dialog")?.close();
    } else {
      history.back();
    }
  });

  document.addEventListener("focusout", (event) => {
    const open = event.target.closest("details.drop[open]");
    if (open && event.relatedTarget && !open.contains(event.relatedTarget)) open.open = false;
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "single-keys") localStorage.setItem(LETTERS, event.target.checked ? "on" : "off");
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });

  // Forms: Ctrl+Enter sends; leaving with changes asks; a second press does not send twice.
  document.addEventListener("keydown", (event) => {
    const form = event.target.form;
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || !form?.matches("[data-guard]")) return;
    event.preventDefault();
    form.requestSubmit();
  });
  // A column of figures: Enter goes to the one below and sends the form from the last, ArrowUp goes back.
  document.addEventListener("keydown", (event) => {
    const form = event.target.form;
    if (!["Enter", "ArrowDown", "ArrowUp"].includes(event.key) || event.isComposing || event.ctrlKey || event.metaKey) return;
    if (!form?.matches("[data-down]") || !event.target.matches("input.num")) return;
    const inputs = all("input.num", form), next = inputs[inputs.indexOf(event.target) + (event.key === "ArrowUp" ? -1 : 1)];
    event.preventDefault();
    if (next) { next.focus(); next.select(); } else if (event.key === "Enter") form.requestSubmit();
  });
  const changed = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-guard]")) changed.add(form);
    const filters = event.target.closest(".filters");
    if (filters && !event.isComposing) (event.target.matches("select") ? filter : filterSoon)(filters);
  });
  document.addEventListener("compositionend", (event) => {
    const filters = event.target.closest?.(".filters");
    if (filters) filterSoon(filters);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-guard]") || form.method === "post") {
      if (form.dataset.sent) return event.preventDefault();
      if (!event.defaultPrevented && !form.matches("[hx-post]")) {
        form.dataset.sent = "1";
        setTimeout(() => { delete form.dataset.sent; }, 4000);
      }
    }
    changed.delete(form);
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));
  addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form.isConnected)) event.preventDefault();
  });

  // Sums: what is typed, in the capitals of cheques and contracts (crm/money.py says it the same way).
  const DIGITS = "零壹贰叁肆伍陆柒捌玖", PLACES = ["", "拾", "佰", "仟"], GROUPS = ["", "万", "亿", "万亿"];
  function inWords(number) {
    const digits = String(number);
    let words = "", zero = false;
    [...digits].forEach((digit, index) => {
      const place = BigInt(digits.length - 1 - index), unit = Number(place % 4n), group = place / 4n;
      if (digit === "0") zero = true;
      else {
        words += (zero && words ? "零" : "") + DIGITS[digit] + PLACES[unit];
        zero = false;
      }
      if (unit === 0 && group && number / 10000n ** group % 10000n) {
        words += GROUPS[Number(group)];
        zero = false;
      }
    });
    return words || "零";
  }
  function inCapitals(text) {
    const found = /^(\d+)(?:\.(\d+))?([万亿]?)$/.exec(text.normalize("NFKC").replace(/[\s,，¥￥元]/g, ""));
    if (!found) return "";
    const moved = (found[2] ?? "").padEnd({ "": 2, "万": 6, "亿": 10 }[found[3]], "0");
    const places = { "": 2, "万": 6, "亿": 10 }[found[3]];
    if (found[1].length > 13 || /[1-9]/.test(moved.slice(places))) return "";
    const fen = BigInt(found[1] + moved.slice(0, places)), whole = fen / 100n, rest = Number(fen % 100n);
    if (!fen) return "";
    const jiao = Math.floor(rest / 10), last = rest % 10;
    let words = whole || !rest ? `${inWords(whole)}元` : "";
    if (jiao) words += `${DIGITS[jiao]}角`;
    else if (last && whole) words += "零";
    return words + (last ? `${DIGITS[last]}分` : "整");
  }
  document.addEventListener("input", (event) => {
    const place = event.target.dataset?.capitals && one(`#${event.target.dataset.capitals}`);
    if (place) place.textContent = inCapitals(event.target.value);
  });

  // Lists: the order of the columns, ticked rows, filters.
  document.addEventListener("click", (event) => {
    const mover = event.target.closest("[data-move]");
    if (!mover) return;
    const line = mover.closest("li"), list = line.parentElement;
    const beside = Number(mover.dataset.move) < 0 ? line.previousElementSibling : line.nextElementSibling;
    if (!beside) return;
    beside[Number(mover.dataset.move) < 0 ? "before" : "after"](line);
    all(".place", list).forEach((place, position) => { place.value = position + 1; });
    mover.focus();
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.bulk");
    if (!form || event.target.type !== "checkbox") return;
    const boxes = all("input[name=id]", form), every = one("#pick-all", form), words = one(".bulk-count", form);
    if (event.target === every) boxes.forEach((box) => { box.checked = every.checked; });
    const ticked = boxes.filter((box) => box.checked).length;
    every.checked = ticked === boxes.length;
    every.indeterminate = ticked > 0 && ticked < boxes.length;
    words.textContent = ticked ? `${ticked} ${words.dataset.words}` : "";
    one("#bulk-scope", form).value = "ticked";
  });

  const filter = (form) => htmx.trigger(form, "filter");
  const filterSoon = later(300, filter);

  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, formData } = event.detail;
    if (!elt.matches(".filters")) return;
    [...formData.entries()].forEach(([name, value]) => { if (value === "") formData.delete(name); });
  });
  // What a page asks for by itself: only while somebody is in front of it, so that a session left alone still ends.
  const PRESENT = 5 * 60 * 1000; // milliseconds
  let touched = Date.now();
  ["pointermove", "pointerdown", "keydown", "scroll"].forEach((name) => addEventListener(name, () => { touched = Date.now(); }, { passive: true, capture: true }));
  const quiet = (event) => event.detail.elt.matches("[data-quiet]");
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (quiet(event) && (document.hidden || Date.now() - touched > PRESENT)) event.preventDefault();
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (quiet(event) && event.detail.xhr.status >= 400) event.preventDefault(); // nobody is called away from a form
  });

  document.addEventListener("htmx:responseError", (event) => tell(event.detail.xhr.responseText));
  document.addEventListener("htmx:sendError", (event) => {
    if (quiet(event)) return;
    const words = document.createElement("div");
    words.className = "notice notice-danger";
    words.setAttribute("role", "alert");
    words.textContent = one("#messages")?.dataset.offline ?? "";
    tell(words.outerHTML);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (quiet(event)) return;
    one("#messages .notice[data-status]")?.remove();
    if (document.activeElement === document.body) one("#list-count", event.detail.elt.parentElement ?? document)?.focus();
    setUp(event.detail.elt);
  });

  function tell(html) {
    const place = one("#messages");
    if (!place || !/class="notice/.test(html)) return;
    place.innerHTML = html;
    place.scrollIntoView({ block: "nearest" });
  }

  // Long choices become searchable; the library is fetched only where one stands.
  let picker = null;
  function fetchPicker() {
    const { pickJs, pickCss } = document.body.dataset;
    return picker ??= new Promise((done, failed) => {
      const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: pickCss });
      const script = Object.assign(document.createElement("script"), { src: pickJs, onload: done, onerror: failed });
      document.head.insertBefore(style, one("link[href*='app.css']"));
      document.head.append(script);
    });
  }

  async function setUp(root) {
    const long = all("select[data-pick]:not(.tomselected)", root);
    if (!long.length) return;
    await fetchPicker();
    long.forEach((select) => {
      new TomSelect(select, { maxOptions: 200, plugins: select.multiple ? ["remove_button"] : [] });
      select.setAttribute("aria-hidden", "true"); // the picker has its label and speaks for it
    });
  }

  // Signing by finger, pen or mouse: the strokes go along as a picture, an untouched field sends nothing.
  function setUpDrawing(place) {
    const canvas = one("canvas", place), field = document.getElementById(place.dataset.drawing), pen = canvas.getContext("2d");
    let down = null;
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
    };
    Object.assign(pen, { lineWidth: 6, lineCap: "round", lineJoin: "round", strokeStyle: "#10201c" });
    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      down = at(event);
      pen.beginPath();
      pen.arc(...down, 3, 0, 2 * Math.PI);
      pen.fill();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!down) return;
      const next = at(event);
      pen.beginPath();
      pen.moveTo(...down);
      pen.lineTo(...next);
      pen.stroke();
      down = next;
    });
    const lift = () => {
      if (down) field.value = canvas.toDataURL("image/png");
      down = null;
    };
    canvas.addEventListener("pointerup", lift);
    canvas.addEventListener("pointercancel", lift);
    one("[data-clear]", place).addEventListener("click", () => {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      field.value = "";
    });
  }

  all("[data-drawing]").forEach(setUpDrawing);
  all("form.search").forEach(setUpSearch);
  one("[data-summary]")?.focus();
  setUp(document);
})();
