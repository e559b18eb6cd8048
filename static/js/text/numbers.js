// @ts-check
// Numbers as the server writes them. A size is always given by its decimal logarithm: null is exactly zero.

export const MINUS = "\u2212";

/**
 * @param {number} value
 * @param {number} [digits]
 */
export function fixed(value, digits = 2) {
  const text = value.toFixed(digits);
  const number = Number(text) === 0 ? text.replace("-", "") : text;
  return number.replace("-", MINUS);
}

/** Write 10^x, as `typeset` reads it. @param {number | null} log10 */
export function power(log10) {
  return log10 === null ? "0" : `10^${fixed(log10, Math.abs(log10) < 100 ? 2 : 0)}`;
}
