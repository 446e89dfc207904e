// Runs before the first paint: marks that scripts work, and follows the device where the person chose to.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  if (root.dataset.themeChoice !== "system") return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  dark.addEventListener("change", follow);
  follow();
})();
