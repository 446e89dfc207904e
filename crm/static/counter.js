// Betters the counter, which works without it: sums follow the ticks, credit and change are told before, a key held down pays nothing.
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /** Fen of what is typed, null when it is no sum; crm/web/amounts.py says it the same way. */
  function fen(text) {
    const found = /^(\d{1,13})(?:\.(\d{1,2})0*)?$/.exec(text.normalize("NFKC").replace(/[\s,，¥￥元]/g, ""));
    return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
  }
  const yuan = (sum) => (sum / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const tell = (place, words) => { if (place.textContent !== words) place.textContent = words; };

  function setUpCounter(form) {
    const boxes = all("[name=bill]", form), amount = one("[name=amount]", form), given = one("[name=given]", form);
    const count = one("[data-count]", form), value = one("[data-ticked-value]", form), said = one("[name=said]", form);
    const open = boxes.filter((box) => !box.disabled);
    let last = null;

    function reckon() {
      const ticked = open.filter((box) => box.checked);
      const owed = ticked.reduce((sum, box) => sum + fen(box.dataset.sum), 0);
      if (owed !== last) {
        last = owed;
        tell(one("[data-ticked]", form), yuan(owed));
        tell(count, count.textContent.replace(/\d+/, ticked.length));
        amount.placeholder = yuan(owed);
        value.value = (owed / 100).toFixed(2);
        value.dispatchEvent(new Event("input", { bubbles: true }));
      }
      const paid = amount.value.trim() ? fen(amount.value) : owed, told = one("[data-told]", form);
      const over = paid === null ? 0 : paid - owed;
      tell(told, over > 0 ? `￥${yuan(over)} ${told.dataset.credit}` : over < 0 ? `￥${yuan(-over)} ${told.dataset.part}` : "");
      said.value = over > 0 ? String(over) : "";
      const cash = one("[name=method]:checked", form)?.value === "cash", handed = fen(given.value), change = one("[data-change]", form);
      given.closest(".field").hidden = !cash;
      if (!cash) given.value = "";
      const back = cash && handed !== null && paid !== null ? handed - paid : null;
      tell(change, back === null ? "" : `${back < 0 ? change.dataset.short : change.dataset.words} ￥${yuan(Math.abs(back))}`);
    }

    form.addEventListener("input", (event) => { if (event.target !== value) reckon(); });
    form.addEventListener("change", reckon);
    form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.repeat) event.preventDefault(); });
    reckon();
  }

  function setUpCount(form) {
    const place = one("[data-pieces]", form), pieces = all("[data-face]", form);
    form.addEventListener("input", () => {
      const sum = pieces.reduce((total, piece) => total + fen(piece.dataset.face) * (Number.parseInt(piece.value, 10) || 0), 0);
      tell(place, sum ? `${place.dataset.words} ￥${yuan(sum)}` : "");
    });
  }

  all("[data-counter]").forEach(setUpCounter);
  all("form[data-count]").forEach(setUpCount);
})();
