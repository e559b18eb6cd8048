// @ts-check
// The reader's own numbers out of a CSV file: the first column that is mostly numbers, read here and sent nowhere else.

import { parse } from "./tables.js";

/** As many as a link can carry; the same limit as the query's. */
const MOST = 1000;
const LARGEST_FILE = 2_000_000;

/**
 * Find the numbers in a file.
 * @param {string} text
 * @returns {{name: string, numbers: number[], skipped: number}}
 */
export function numbersIn(text) {
  const separator = text.includes(",") || !/[;\t]/.test(text) ? "," : /;/.test(text) ? ";" : "\t";
  const rows = parse(separator === "," ? text : text.replaceAll(separator, ","));
  const width = Math.max(0, ...rows.map((row) => row.length));
  let best = { name: "", numbers: /** @type {number[]} */ ([]), skipped: rows.length };
  for (let column = width - 1; column >= 0; column -= 1) {
    const cells = rows.map((row) => (row[column] ?? "").trim()).filter((cell) => cell !== "");
    const numbers = cells.filter((cell) => Number.isFinite(Number(cell))).map(Number);
    const name = cells[0] !== undefined && !Number.isFinite(Number(cells[0])) ? cells[0] : "";
    if (numbers.length > best.numbers.length) best = { name, numbers, skipped: cells.length - numbers.length - (name ? 1 : 0) };
  }
  return best;
}

/**
 * @param {HTMLFormElement} form
 * @param {import("./settings.js").Settings} settings
 */
export function connectSeriesFile(form, settings) {
  const chooser = form.querySelector("#series-file");
  const note = form.querySelector("#series-note");
  if (!(chooser instanceof HTMLInputElement) || !note) return;
  chooser.addEventListener("change", async (event) => {
    event.stopPropagation();
    const file = chooser.files?.[0];
    if (!file) return;
    if (file.size > LARGEST_FILE) {
      note.textContent = `${file.name} is larger than 2 MB: cut it down to the ${MOST} numbers that can be shown.`;
      return;
    }
    const { name, numbers, skipped } = numbersIn(await file.text());
    if (numbers.length === 0) {
      note.textContent = `There is no column of numbers in ${file.name}.`;
      return;
    }
    const taken = numbers.slice(0, MOST);
    const cut = numbers.length > MOST ? `; the first ${MOST} of ${numbers.length} are taken` : "";
    const passed = skipped > 0 ? `; ${skipped} cells are no numbers and were passed over` : "";
    note.textContent = `${taken.length} numbers${name ? ` of the column \u201c${name}\u201d` : ""}${cut}${passed}.`;
    const field = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("series"));
    field.value = taken.join(", ");
    settings.set({ input: "series", series: taken.join(",") });
  });
}
