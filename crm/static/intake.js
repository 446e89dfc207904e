// Taking a report: a category proposed, or an emergency, is chosen by one press; another unit, thing or category asks anew what is known.
(() => {
  "use strict";
  const form = document.getElementById("report");
  if (!form) return;
  const category = form.elements.category_id;
  const ask = () => htmx.trigger(form.elements.problem, "known");

  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-emergency]")) {
      form.elements.emergency.checked = true;
      form.elements.problem.focus();
      return ask();
    }
    const chosen = event.target.closest("[data-choose]");
    if (!chosen) return;
    category.value = chosen.dataset.choose;
    category.tomselect?.setValue(chosen.dataset.choose, true);
    ask();
    form.elements.problem.focus(); // where Enter enters the job
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[name=unit], [name=thing], [name=category_id], [name=estate_id], [name=emergency]")) ask();
  });
  // Enter in the words enters the job: a report has one line more often than two.
  form.elements.problem.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
})();
