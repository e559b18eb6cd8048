// @ts-check
// What stands above the instruments: the verdict, the setting in one line, the notes, and the title of the page.

import { captionLine } from "../text/caption.js";
import { message } from "../text/messages.js";
import { typeset } from "../text/typeset.js";
import { showChecks } from "./checks.js";

/**
 * @param {any} meta of the figure: what the server says of it
 * @param {import("../state/settings.js").Settings} settings
 */
export function describe({ summary, reading, notes, badge, setting }, settings) {
  showChecks(badge);
  const verdict = document.getElementById("verdict");
  if (verdict && verdict.dataset.said !== summary.sentence) {
    verdict.dataset.said = summary.sentence;
    typeset(verdict, summary.sentence);
  }
  const panel = document.querySelector('[data-instrument="triangle"] [data-reading]');
  // A verdict that is left out is a question to the reader: nothing else may answer it.
  if (panel && verdict) panel.textContent = reading;
  const list = document.getElementById("notes");
  list?.replaceChildren(...notes.map((/** @type {string} */ note) => Object.assign(document.createElement("li"), { textContent: note })));
  const caption = captionLine(setting);
  const line = document.getElementById("setting");
  if (line) line.textContent = caption;
  rename(caption, settings);
}

/** A picture that the server wrote the page for has the server's title; every other is named by its setting, so that Back can be aimed. */
const served = document.title;

/** @param {string} caption @param {import("../state/settings.js").Settings} settings */
function rename(caption, settings) {
  const query = settings.params().toString();
  document.title = query === settings.served && !settings.heard ? served : message("page_title", { setting: caption || "Unrolled" });
  document.querySelector('link[rel="alternate"][type="application/json"]')?.setAttribute("href", `/api/v1/influence?${query}`);
}
