// @ts-check
// The table of paths: one row a model, what its graph says and the gradient that was measured at some distances.

import { message } from "../text/messages.js";
import { power } from "../text/numbers.js";
import { typeset } from "../text/typeset.js";

/** @typedef {{lag: number, k: number, path_length: number | null, log10_norm: number | null, log10_norm_full: number | null, cut: boolean}} Cell */
/** @typedef {{name: string, label: string, current: boolean, layers: number, formula: string, multiply_adds: number, sequential_operations: number, max_path_length: number | null, reach: number, parameters: number, cells: Cell[]}} Row */
/** @typedef {{t: number, told: number[], models: Row[], left_out: {name: string, label: string, reason: string}[]}} Table */

const BEFORE = ["paths_model", "paths_longest", "paths_reach"];
const AFTER = ["paths_sequential", "paths_multiply", "paths_parameters"];

/**
 * @param {HTMLElement} section
 * @param {{table: Table, notes: string[]}} answer
 */
export function fillPaths(section, { table, notes }) {
  const place = /** @type {HTMLTableElement} */ (section.querySelector("table.paths"));
  // A model that is left out of the controls is a question to the reader: no row may answer it.
  const secret = !document.getElementById("field-model");
  place.replaceChildren();
  heads(place, table);
  const body = place.createTBody();
  body.append(...table.models.map((model) => row(model, secret)));
  body.append(...table.left_out.map((model) => missing(model.label, model.reason, BEFORE.length - 1 + table.told.length + AFTER.length)));
  section.querySelector(".notes")?.replaceChildren(...notes.map((note) => Object.assign(document.createElement("li"), { textContent: note })));
}

/** @param {HTMLTableElement} place @param {Table} table */
function heads(place, { t, told }) {
  const head = place.createTHead();
  const [upper, lower] = [head.insertRow(), head.insertRow()];
  /** @param {string} name of a message */
  const tall = (name) => Object.assign(document.createElement("th"), { scope: "col", rowSpan: 2, textContent: message(name) });
  const over = Object.assign(document.createElement("th"), { scope: "colgroup", colSpan: told.length });
  typeset(over, message("paths_distance", { t: String(t) }));
  upper.append(...BEFORE.map(tall), over, ...AFTER.map(tall));
  for (const lag of told) lower.append(Object.assign(document.createElement("th"), { scope: "col", textContent: message("paths_lag", { count: lag }) }));
}

/** @param {Row} model @param {boolean} secret */
function row(model, secret) {
  const line = document.createElement("tr");
  line.append(Object.assign(document.createElement("th"), { scope: "row", textContent: model.label }));
  if (model.current && !secret) line.setAttribute("aria-current", "true");
  line.insertCell().textContent = whole(model.max_path_length);
  line.insertCell().textContent = whole(model.reach);
  for (const cell of model.cells) fill(line.insertCell(), cell);
  line.insertCell().textContent = whole(model.sequential_operations);
  const formula = Object.assign(document.createElement("span"), { className: "beside formula" });
  typeset(formula, breakable(model.formula));
  line.insertCell().append(whole(model.multiply_adds), formula);
  line.insertCell().textContent = whole(model.parameters);
  return line;
}

/** A long formula is broken before a sign between brackets, never inside of them. @param {string} formula */
function breakable(formula) {
  const whole = formula.replace(/\([^)]*\)/g, (sum) => sum.replaceAll(" ", "\u00a0"));
  return whole.replaceAll(" + ", " +\u00a0").replaceAll("/2·", "/2\u200b·");
}

/** @param {HTMLTableCellElement} place @param {Cell} cell */
function fill(place, { path_length: path, log10_norm: size, log10_norm_full: full, cut }) {
  typeset(place, cut ? `(${power(full)})` : power(size));
  const way = cut ? message("path_cut") : path === null ? message("path_none") : message("path", { count: path });
  place.append(Object.assign(document.createElement("span"), { className: "beside", textContent: way }));
}

/** @param {string} label @param {string} reason @param {number} columns */
function missing(label, reason, columns) {
  const line = document.createElement("tr");
  line.append(Object.assign(document.createElement("th"), { scope: "row", textContent: label }));
  line.append(Object.assign(document.createElement("td"), { className: "why-not", colSpan: columns, textContent: reason }));
  return line;
}

/** @param {number | null} count null is no path between two steps */
function whole(count) {
  return count === null ? message("none") : count.toLocaleString("en");
}
