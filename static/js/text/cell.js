// @ts-check
// What one cell of the triangle means, in words.

import { message } from "./messages.js";

const plain = new Intl.NumberFormat("en", { maximumSignificantDigits: 2 });
/** So many powers of ten cannot be pictured. */
const BEYOND = 9;
/** A change that nobody sees. */
const LITTLE = 0.02;

/**
 * @param {import("../state/selection.js").Cell} cell
 * @param {number | null | undefined} log10 size; null is exactly zero, undefined not known yet
 * @param {string} norm
 * @param {import("../state/symbols.js").Symbols} symbols of the later and the earlier part
 * @returns {string}
 */
export function cellSentence({ t, k }, log10, norm, { of, wrt }) {
  const values = { later: `${of}_${t}`, earlier: `${wrt}_${k}`, lag: String(t - k) };
  if (t === k && of === wrt && (log10 === 0 || log10 === undefined)) return message("cell_itself", values);
  if (t === k && log10 === null) return message("cell_beside", values);
  if (log10 === undefined) return message("cell_unknown", values);
  if (log10 === null) return message("cell_zero", values);
  const { form, count } = factor(log10);
  return message(`${norm === "frobenius" ? "entries" : "cell"}_${form}`, { ...values, count });
}

/** A factor so that one can picture it. @param {number} log10 @returns {{form: string, count: string}} */
function factor(log10) {
  const size = Math.abs(log10);
  if (log10 === 0) return { form: "all", count: "" };
  if (size < LITTLE) return { form: "nearly", count: "" };
  if (size > BEYOND) return { form: log10 < 0 ? "less" : "more", count: "" };
  return { form: log10 < 0 ? "part" : "times", count: plain.format(10 ** size) };
}
