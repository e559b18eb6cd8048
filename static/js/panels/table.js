// @ts-check
// The table twin of a figure, made from its CSV: the same numbers in the same order.

import { parse } from "../text/csv.js";
import { message } from "../text/messages.js";

/** More rows than this are for a program, not for a reader: the CSV has them all. */
const ROWS = 600;

/**
 * Set out the numbers of a view.
 * @param {Element} box
 * @param {string} csv
 */
export function fillTable(box, csv) {
  const [heads, ...rows] = parse(csv);
  const table = document.createElement("table");
  const caption = table.createCaption();
  caption.textContent = rows.length > ROWS
    ? message("table_begin", { shown: String(ROWS), count: rows.length })
    : message("table", { count: String(rows.length) });
  const head = table.createTHead().insertRow();
  for (const name of heads) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const cells of rows.slice(0, ROWS)) {
    const line = body.insertRow();
    for (const cell of cells) line.insertCell().textContent = short(cell);
  }
  box.replaceChildren(table);
}

/** @param {string} cell */
function short(cell) {
  return /^-?\d+\.\d{5,}/.test(cell) && Number.isFinite(Number(cell)) ? String(Number(Number(cell).toPrecision(6))) : cell;
}
