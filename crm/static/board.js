// The dispatch board: cards by keyboard and by dragging; nothing is swapped away under somebody's hands.
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const board = () => one("#board");
  if (!board()) return;
  let dragged = null, focused = null;

  const cards = () => all(".job", board());
  const busy = () => dragged !== null || one("#give").open;

  function ask(card, workerId = "") {
    const dialog = one("#give"), form = one("form", dialog), name = one("#give-name", dialog), reason = one("[data-reason]", dialog);
    form.elements.repair_id.value = card.dataset.job;
    form.elements.version.value = card.dataset.version;
    one("[data-number]", dialog).textContent = card.dataset.number;
    reason.hidden = !card.dataset.held;
    form.elements.reason.required = Boolean(card.dataset.held);
    if (workerId && !card.dataset.held) {
      form.elements.worker_id.value = workerId;
      return form.requestSubmit();
    }
    name.value = "";
    narrow("");
    if (workerId) form.elements.worker_id.value = workerId;
    dialog.showModal();
    (workerId ? form.elements.reason : name).focus();
  }

  /** Only whoever is meant by the initials, the pinyin or the name stays; the first is chosen. */
  function narrow(typed) {
    const options = all("#give-worker option"), wanted = typed.trim().toLowerCase();
    options.forEach((option) => {
      const spelled = option.dataset.spelled.split(" ").some((word) => word.startsWith(wanted));
      option.hidden = wanted !== "" && !spelled && !option.textContent.toLowerCase().includes(wanted);
    });
    one("#give-worker").selectedIndex = options.findIndex((option) => !option.hidden); // nobody, if nobody is meant
  }

  function near(card) {
    all(".lane", board()).forEach((lane) => {
      const there = card?.dataset.building && lane.dataset.buildings.split(" ").includes(card.dataset.building);
      lane.classList.toggle("lane-near", Boolean(there));
      lane.classList.toggle("lane-able", Boolean(card) && (!lane.dataset.trades || lane.dataset.trades.split(" ").includes(card.dataset.trade)));
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || one("dialog[open]")) return;
    if (event.target.closest("input, textarea, select")) return;
    if (/^[a-z]$/i.test(event.key) && localStorage.getItem("yihu.single-keys") === "off") return; // switched off on this device
    const list = cards(), at = list.indexOf(document.activeElement?.closest(".job"));
    const go = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (go && list.length) {
      event.preventDefault();
      list[at < 0 ? 0 : (at + go + list.length) % list.length].focus();
    } else if (at >= 0 && event.key.toLowerCase() === "d" && list[at].draggable) {
      event.preventDefault();
      ask(list[at]);
    } else if (at >= 0 && (event.key === "Enter" || event.key.toLowerCase() === "o") && event.target === list[at]) {
      event.preventDefault();
      one("a", list[at]).click();
    }
  });
  document.addEventListener("focusin", (event) => {
    const card = event.target.closest(".job");
    if (card) focused = card.id;
    near(card);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-give]")) ask(event.target.closest(".job"));
  });
  document.addEventListener("input", (event) => { if (event.target.id === "give-name") narrow(event.target.value); });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "give-name" || event.isComposing) return;
    const select = one("#give-worker"), shown = all("option", select).filter((option) => !option.hidden);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !shown.length) return;
    event.preventDefault();
    shown[(shown.indexOf(select.selectedOptions[0]) + step + shown.length) % shown.length].selected = true;
  });

  document.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.(".job[draggable=true]");
    if (!card) return;
    dragged = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.number);
    near(card);
  });
  document.addEventListener("dragover", (event) => {
    const lane = dragged && event.target.closest?.(".lane");
    all(".lane-over").forEach((other) => { if (other !== lane) other.classList.remove("lane-over"); });
    if (!lane) return;
    event.preventDefault();
    lane.classList.add("lane-over");
  });
  document.addEventListener("drop", (event) => {
    const lane = dragged && event.target.closest?.(".lane"), card = dragged;
    if (!lane) return;
    event.preventDefault();
    dragged = null;
    if (lane !== card.closest(".lane")) ask(card, lane.dataset.worker);
  });
  document.addEventListener("dragend", () => {
    dragged = null;
    all(".lane-over, .lane-near, .lane-able").forEach((lane) => lane.classList.remove("lane-over", "lane-near", "lane-able"));
  });

  // What the board asks for by itself waits while somebody holds a card or has the dialog open; the focus comes back.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id === "board" && busy()) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const asked = event.detail.requestConfig?.elt?.id === "board"; // not what the dialog sends: it targets the board too
    if (asked && busy()) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "board" && event.target.id !== "board") return;
    const card = focused && document.getElementById(focused);
    if (card && (document.activeElement === document.body || !document.activeElement)) card.focus();
  });
})();
