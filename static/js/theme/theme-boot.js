// @ts-check
// Runs before the first paint, so that a reader who chose a theme never sees the other one flash.
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  try {
    const theme = localStorage.getItem("unrolled:theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage may be forbidden (private window, sandboxed frame): the system's preference then holds.
  }
})();
