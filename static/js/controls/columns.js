// @ts-check
// The numbers in the text of a file: one delimiter a file, one column of it, and nothing guessed that has two meanings.

import { parse } from "../text/csv.js";

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
/** A line that may be one number with a decimal comma or two numbers. */
const EITHER = /^[-+]?\d+,\d+$/;
const WHOLE = /^[-+]?\d+$/;
/** Numbers between blanks some of which have a comma inside. */
const MIXED = /^(?=.*\d,\d)(?=.*\d\s+[-+.\d])[-+\d.,\s]+$/;

/** @typedef {{numbers: number[], column: number, columns: number, numeric: number, name: string, passed: number, decimalComma: boolean}} Found */

/**
 * Find the numbers of a file.
 * @param {string} text
 * @returns {Found | null} null when the commas can be read in two ways
 */
export function numbersIn(text) {
  const clean = text.replace(/^\uFEFF/, "").replaceAll("\u2212", "-");
  const lines = clean.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  const delimiter = delimiterOf(clean, lines);
  const decimalComma = delimiter === ";" || delimiter === "\t";
  const [first = "", ...rest] = lines;
  const data = first.includes(",") || NUMBER.test(first) ? lines : rest;
  if (!decimalComma && twoMeanings(data)) return null;

  const source = delimiter === " " ? lines.map((line) => line.replaceAll(/ +/g, " ")).join("\n") : clean;
  const rows = parse(source, delimiter).map((row) => row.map((cell) => cell.trim())).filter((row) => row.some(Boolean));
  /** @param {string} cell */
  const read = (cell) => (decimalComma && /^[-+]?\d*,\d+(e[-+]?\d+)?$/i.test(cell) ? cell.replace(",", ".") : cell);
  const commas = decimalComma && /\d,\d/.test(clean);
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (rows.length === 1) return { ...column(rows[0].map(read)), column: 0, columns: width, numeric: 1, decimalComma: commas };
  const columns = Array.from({ length: width }, (_, index) => column(rows.map((row) => read(row[index] ?? ""))));
  const numeric = columns.flatMap((each, index) => (each.numbers.length > each.passed ? [index] : []));
  const taken = numeric.at(-1);
  const nothing = { numbers: [], name: "", passed: 0 };
  return { ...(taken === undefined ? nothing : columns[taken]), column: (taken ?? 0) + 1, columns: width, numeric: numeric.length, decimalComma: commas };
}

/** @param {string[]} lines without a header */
function twoMeanings(lines) {
  const either = lines.filter((line) => EITHER.test(line));
  const whole = lines.filter((line) => WHOLE.test(line));
  return (either.length > 0 && either.length + whole.length === lines.length) || lines.some((line) => MIXED.test(line));
}

/**
 * Choose what separates the cells of this file: where there are semicolons or tabs, a comma belongs to a number.
 * @param {string} text
 * @param {string[]} lines
 */
function delimiterOf(text, lines) {
  if (text.includes(";")) return ";";
  if (text.includes("\t")) return "\t";
  const spaced = lines.filter((line) => / /.test(line) && line.split(/ +/).every((word) => NUMBER.test(word)));
  return !text.includes(",") && spaced.length >= Math.max(1, lines.length - 1) ? " " : ",";
}

/** @param {string[]} all the cells of a column, the first of which may be its name */
function column(all) {
  const cells = all.filter(Boolean);
  const numbers = cells.filter((cell) => NUMBER.test(cell)).map(Number).filter(Number.isFinite);
  const name = cells.length > 1 && !NUMBER.test(cells[0]) ? cells[0] : "";
  return { numbers, name, passed: cells.length - numbers.length - (name ? 1 : 0) };
}
