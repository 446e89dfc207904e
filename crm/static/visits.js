// Return visits: the keys 1, 2 and 3 choose another answer while one is chosen.
"use strict";

document.addEventListener("keydown", (event) => {
  const answers = event.target.closest(".answers");
  if (!answers || !/^[1-3]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  answers.querySelector(`[data-key="${event.key}"]`).click();
});
