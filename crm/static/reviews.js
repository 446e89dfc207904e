// Betters the work list of the arrears review: its key buttons act on the account in focus and go on to the next.
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const rows = () => [...document.querySelectorAll(".work-row")];
  const linkOf = (row) => one(".work-name", row);
  const focused = () => document.activeElement?.closest(".work-row");

  function focusOn(row) {
    if (!row) return;
    linkOf(row).focus();
    row.scrollIntoView({ block: "nearest" });
  }

  /** `step` rows on from the one in focus; from nowhere to the first, or to the last. */
  function go(step) {
    const all = rows(), here = all.indexOf(focused());
    focusOn(all[here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step]);
  }

  const acts = {
    next: () => go(1),
    back: () => go(-1),
    accept: (row) => {
      const button = one("[data-do=accept]", row);
      if (!button) return;
      button.click();
      go(1);
    },
    change: (row) => one("[data-do=change]", row)?.click(),
    contact: (row) => one("[data-do=contact]", row)?.click(),
    tick: (row) => one("[name=id]", row)?.click(),
  };

  let last = null; // a click on a key button takes the focus away from the row
  document.addEventListener("focusin", (event) => { last = event.target.closest(".work-row") ?? last; });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-row]");
    if (!button) return;
    if (!focused() && last?.isConnected) linkOf(last).focus();
    const row = focused(), act = acts[button.dataset.row];
    if (row || act.length === 0) act(row);
    else go(1);
  });

  // The row one came from, or that follows what was decided; the browser itself goes there too, and drops the focus.
  addEventListener("load", () => setTimeout(() => {
    if (/^#line-\d+$/.test(location.hash)) focusOn(one(location.hash));
  }));
})();
