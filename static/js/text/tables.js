// @ts-check
// The table twin of a picture, made from its CSV: the same numbers in the same order.

/** More rows than this are for a program, not for a reader: the CSV has them all. */
const ROWS = 600;

/**
 * Split CSV into rows of cells (RFC 4180: quoted cells may hold commas, line breaks and doubled quotes).
 * @param {string} text
 * @param {string} [delimiter] one character between the cells of a row
 * @returns {string[][]}
 */
export function parse(text, delimiter = ",") {
  const rows = [];
  /** @type {string[]} */
  let row = [];
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${delimiter}\\r\\n]*))(${delimiter}|\\r?\\n|$)`, "g");
  for (const match of text.matchAll(cell)) {
    const [whole, quoted, bare, end] = match;
    if (whole === "" && row.length === 0) break;
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === delimiter) continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/**
 * Set out the numbers of a view.
 * @param {Element} box
 * @param {string} csv
 */
export function fillTable(box, csv) {
  const [heads, ...rows] = parse(csv);
  const table = document.createElement("table");
  const caption = table.createCaption();
  caption.textContent = rows.length > ROWS ? `The first ${ROWS} of ${rows.length.toLocaleString("en")} rows; the CSV has them all.` : `${rows.length} rows.`;
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
