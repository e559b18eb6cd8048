// @ts-check
// The reader's own numbers out of a file, read here and sent nowhere else; what was taken is said in full.

import { numbersIn } from "./columns.js";
import { counted } from "../text/words.js";

/** As many as a link can carry; the same limit as the query's. */
const MOST = 1000;
const LARGEST_FILE = 2_000_000;
const TWO_MEANINGS = "every comma in it may be a decimal comma or stand between two numbers. "
  + "Write decimals with a point, such as 1.5, or separate columns by semicolons, or give the columns a first line with their names.";

/**
 * Say what was taken out of a file.
 * @param {import("./columns.js").Found} found
 * @param {number[]} taken
 */
function report({ numbers, column, columns, numeric, name, passed, decimalComma }, taken) {
  const named = name ? `, \u201c${name}\u201d` : "";
  const where = column === 0 ? "the one row" : `column ${column} of ${columns}${named}`;
  const [first, last] = [taken[0], taken[taken.length - 1]].map(String).map((value) => value.replace("-", "\u2212"));
  const ends = taken.length === 1 ? `It is ${first}.` : `The first is ${first}, the last ${last}.`;
  return [
    `${counted(taken.length, "number")} of ${where}. ${ends}`,
    numeric > 1 ? `${counted(numeric, "column")} hold numbers; the last of them is taken.` : "",
    numbers.length > taken.length ? `The file has ${counted(numbers.length, "number")}; the first ${counted(taken.length, "number")} are taken.` : "",
    passed > 0 ? `${counted(passed, "cell")} ${passed === 1 ? "is no number and was" : "are no numbers and were"} passed over.` : "",
    decimalComma ? "A comma was read as a decimal comma." : "",
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
  if (file.size > LARGEST_FILE) return `${file.name} is larger than 2 MB: cut it down to the ${counted(MOST, "number")} that can be shown.`;
  const text = await file.text().catch(() => null);
  return text === null ? `${file.name} could not be read: choose it again.` : take(file.name, text, form, settings);
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
  if (!found) return `${file} is not taken: ${TWO_MEANINGS}`;
  if (found.numbers.length === 0) return `There is no column of numbers in ${file}.`;
  const taken = found.numbers.slice(0, MOST);
  const field = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("series"));
  field.value = taken.join(", ");
  settings.set({ input: "series", series: taken.join(",") });
  return `${file}: ${report(found, taken)}`;
}
