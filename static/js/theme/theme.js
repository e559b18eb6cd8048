// @ts-check
// Light or dark: what the reader chose, else what the system prefers; and the colours that drawings take from it.

/** @typedef {{paper: string, raised: string, ink: string, quiet: string, rule: string, grid: string, edge: string,
 *   accent: string, cold: string, noPath: string, sans: string, size: number}} Theme */

const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
/** @type {Set<() => void>} */
const listeners = new Set();
let onPaper = false;
/** What the reader had chosen before. @type {string | undefined} */
let chosen;

/** @returns {boolean} whether the page is dark now */
function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
}

/**
 * Read the colours of the style sheet, so that no drawing repeats them.
 * @returns {Theme}
 */
export function theme() {
  const style = getComputedStyle(root);
  /** @param {string} name */
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    paper: read("paper"), raised: read("raised"), ink: read("ink"), quiet: read("quiet"), rule: read("rule"),
    grid: read("grid"), edge: read("edge"), accent: read("accent"), cold: read("cold"), noPath: read("no-path"), sans: read("sans"),
    size: parseFloat(style.fontSize),
  };
}

/** @param {() => void} listener called after every change between light and dark */
export function onThemeChange(listener) {
  listeners.add(listener);
}

/** Be light for as long as the page is on paper. @param {boolean} paper */
export function inLight(paper) {
  if (paper === onPaper) return;
  onPaper = paper;
  if (paper) chosen = root.dataset.theme;
  if (paper) root.dataset.theme = "light";
  else if (chosen) root.dataset.theme = chosen;
  else delete root.dataset.theme;
  changed();
}

function changed() {
  const button = document.getElementById("theme");
  button?.setAttribute("aria-pressed", String(isDark()));
  for (const listener of listeners) listener();
}

document.getElementById("theme")?.addEventListener("click", () => {
  const next = isDark() ? "light" : "dark";
  if (next === (dark.matches ? "dark" : "light")) delete root.dataset.theme;
  else root.dataset.theme = next;
  try {
    if (root.dataset.theme) localStorage.setItem("unrolled:theme", next);
    else localStorage.removeItem("unrolled:theme");
  } catch {
    // Without storage the choice holds for this page only.
  }
  changed();
});
dark.addEventListener("change", changed);
changed();
