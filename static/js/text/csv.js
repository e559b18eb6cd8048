// @ts-check
// Text as rows of cells.

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
