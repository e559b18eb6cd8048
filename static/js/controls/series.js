// @ts-check
// The reader's own numbers out of a file, read here and sent nowhere else; what was taken is said in full.

import { message } from "../text/messages.js";
import { MINUS } from "../text/numbers.js";
import { numbersIn } from "./columns.js";

/** As many as a link can carry; the same limit as the query's. */
const MOST = 1000;
const LARGEST_FILE = 2_000_000;

/**
 * Say what was taken out of a file.
 * @param {string} file
 * @param {import("./columns.js").Found} found
 * @param {number[]} taken
 */
function report(file, { numbers, column, columns, numeric, name, passed, decimalComma }, taken) {
  const [first, last] = [taken[0], taken[taken.length - 1]].map(String).map((value) => value.replace("-", MINUS));
  const count = taken.length;
  const place = { file, count, column: String(column), columns: String(columns), name };
  return [
    message(column === 0 ? "series_row" : name ? "series_named" : "series_column", place),
    message(count === 1 ? "series_only" : "series_ends", { first, last }),
    numeric > 1 ? message("series_several", { count: numeric }) : "",
    numbers.length > count ? message("series_begin", { count: numbers.length, taken: count }) : "",
    passed > 0 ? message("series_passed", { count: passed }) : "",
    decimalComma ? message("series_comma") : "",
  ].filter(Boolean).join(" ");
}

/**
 * @param {HTMLFormElement} form
 * @param {import("../state/settings.js").Settings} settings
 */
export function connectSeriesFile(form, settings) {
  const chooser = form.querySelector("#series-file");
  const note = form.querySelector("#series-note");
  if (!(chooser instanceof HTMLInputElement) || !note) return;
  chooser.addEventListener("change", async (event) => {
    event.stopPropagation();
    const file = chooser.files?.[0];
    if (!file) return;
    note.textContent = await said(file, form, settings);
    // The same file may be chosen again once it is mended.
    chooser.value = "";
  });
}

/**
 * @param {File} file
 * @param {HTMLFormElement} form
 * @param {import("../state/settings.js").Settings} settings
 * @returns {Promise<string>} what came of it
 */
async function said(file, form, settings) {
  if (file.size > LARGEST_FILE) return message("series_large", { file: file.name, count: MOST });
  const text = await file.text().catch(() => null);
  return text === null ? message("file_unreadable", { file: file.name }) : take(file.name, text, form, settings);
}

/**
 * @param {string} file its name
 * @param {string} text
 * @param {HTMLFormElement} form
 * @param {import("../state/settings.js").Settings} settings
 * @returns {string} what came of it
 */
function take(file, text, form, settings) {
  const found = numbersIn(text);
  if (!found) return message("series_ambiguous", { file });
  if (found.numbers.length === 0) return message("series_none", { file });
  const taken = found.numbers.slice(0, MOST);
  const field = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("series"));
  field.value = taken.join(", ");
  settings.set({ input: "series", series: taken.join(",") });
  return report(file, found, taken);
}
