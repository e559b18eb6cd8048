// @ts-check
// What stands above the instruments: the verdict, the setting in one line, the notes, and the fold of the controls on a phone.

import { showChecks } from "./checks.js";
import { setting } from "../state/caption.js";
import { typeset } from "../text/words.js";

/**
 * @param {any} meta of the figure: summary, notes and checks
 * @param {import("../state/settings.js").Settings} settings
 */
export function describe(meta, settings) {
  const { summary, notes = [], checks = [] } = meta ?? {};
  showChecks(checks);
  const verdict = document.getElementById("verdict");
  if (verdict && summary && verdict.dataset.said !== summary.sentence) {
    verdict.dataset.said = summary.sentence;
    typeset(verdict, summary.sentence);
  }
  const panel = document.querySelector('[data-view="influence"] [data-reading]');
  // A verdict that is left out is a question to the reader: nothing else may answer it.
  if (panel && summary && verdict) panel.textContent = horizon(summary);
  const list = document.getElementById("notes");
  list?.replaceChildren(...notes.map((/** @type {string} */ note) => Object.assign(document.createElement("li"), { textContent: note })));
  const line = document.getElementById("setting");
  if (line) line.textContent = setting(settings.values, settings.defaults);
  rename(settings);
}

/** A picture that the server wrote the page for has the server's title; every other is named by its setting, so that Back can be aimed. */
const served = document.title;

/** @param {import("../state/settings.js").Settings} settings */
function rename(settings) {
  const query = settings.params().toString();
  document.title = query === settings.served && !settings.heard ? served : `${setting(settings.values, settings.defaults) || "Unrolled"} \u00b7 Unrolled`;
  document.querySelector('link[rel="alternate"][type="application/json"]')?.setAttribute("href", `/api/v1/influence?${query}`);
}

/** @param {{horizon: number | null, verdict: string}} summary */
function horizon({ horizon, verdict }) {
  if (horizon !== null) return `Up to ${horizon} ${horizon === 1 ? "step" : "steps"} back at least a thousandth of the gradient is left; beyond, less.`;
  return verdict === "explodes" ? "Nowhere in this picture does the typical gradient shrink to a thousandth." : "At every lag in this picture at least a thousandth of the gradient is left.";
}

/** Open and close the controls where they are folded. */
export function connectFold() {
  const button = document.getElementById("fold");
  button?.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
  });
}
