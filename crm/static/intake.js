// Taking what a caller tells: a category proposed, or a tick, is chosen by one press; another unit, thing or category asks anew what is known.
(() => {
  "use strict";
  const form = document.querySelector("form[data-words]");
  if (!form) return;
  const words = form.elements[form.dataset.words], category = form.elements.category_id;
  const ask = () => htmx.trigger(words, "known");
  const asks = new Set(["unit", "thing", "category_id", "estate_id", ...(form.dataset.asks ?? "").split(" ")]);

  form.addEventListener("click", (event) => {
    const tick = event.target.closest("[data-tick]"), chosen = event.target.closest("[data-choose]");
    if (tick) form.elements[tick.dataset.tick].checked = true;
    else if (chosen) {
      category.value = chosen.dataset.choose;
      category.tomselect?.setValue(chosen.dataset.choose, true);
    } else return;
    words.focus(); // where Enter enters it
    ask();
  });
  // What was typed before anyone listened is asked about as well.
  document.addEventListener("DOMContentLoaded", () => { if (words.value !== words.defaultValue) ask(); });
  form.addEventListener("change", (event) => { if (asks.has(event.target.name)) ask(); });
  // Enter in the words enters it: what is told has one line more often than two.
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
})();
