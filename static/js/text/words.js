// @ts-check
// Numbers and cells in words. A size is always given by its decimal logarithm: null is "no path", -Infinity is exactly zero.

const MINUS = "\u2212";
const plain = new Intl.NumberFormat("en", { maximumSignificantDigits: 2 });

/**
 * @param {number} value
 * @param {number} [digits]
 */
export function fixed(value, digits = 2) {
  const text = value.toFixed(digits);
  const number = Number(text) === 0 ? text.replace("-", "") : text;
  return number.replace("-", MINUS);
}

/**
 * Write 10^x with its exponent raised.
 * @param {number | null} log10
 * @returns {string} markup of digits only, safe to insert
 */
export function power(log10) {
  if (log10 === null) return "0";
  return `10<sup>${fixed(log10, Math.abs(log10) < 100 ? 2 : 0)}</sup>`;
}

/** @param {number | null} log10 */
export function powerText(log10) {
  return log10 === null ? "0" : `10^${fixed(log10, Math.abs(log10) < 100 ? 2 : 0)}`;
}

/**
 * Say a factor so that one can picture it.
 * @param {number} log10
 */
export function factor(log10) {
  if (log10 === 0) return "all of it";
  if (Math.abs(log10) < 0.02) return "practically all of it";
  if (Math.abs(log10) > 9) return log10 < 0 ? "less than 1 part in a billion" : "more than a billion times as much";
  return log10 < 0 ? `about 1 part in ${plain.format(10 ** -log10)}` : `about ${plain.format(10 ** log10)} times as much`;
}

/** @param {number} count @param {string} noun */
export function counted(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** @param {string} letter @param {number} step @returns {string} markup of one letter and digits */
function indexed(letter, step) {
  return `${letter}<sub>${step}</sub>`;
}

/**
 * Take the markup out of a sentence, for a voice.
 * @param {string} markup one of this module's
 */
export function spoken(markup) {
  return markup.replace(/<su[bp]>/g, " ").replace(/<\/su[bp]>/g, "");
}

/**
 * Set a sentence of the server as mathematics is set: "10^-0.6" with a raised exponent, "h_5" with a lowered index.
 * @param {Element} element
 * @param {string} text
 */
export function typeset(element, text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(/\b10\^([-\u2212+]?[\d.,]*\d)|(\p{L}[\u00b2\u00b3\u00b9\u2074]?)_(?:(\d+|[a-z]+)|\{([^}]+)\})/gu)) {
    const [whole, exponent, letter, short, long] = match;
    const index = short ?? long;
    parts.push(text.slice(end, match.index));
    if (exponent) parts.push("10", Object.assign(document.createElement("sup"), { textContent: exponent.replace("-", MINUS) }));
    else parts.push(letter, Object.assign(document.createElement("sub"), { textContent: index }));
    end = match.index + whole.length;
  }
  element.replaceChildren(...parts, text.slice(end));
}

/**
 * Say what one cell means.
 * @param {number} t the later step
 * @param {number} k the earlier step
 * @param {number | null | undefined} log10 size; null is exactly zero, undefined not known yet
 * @param {string} norm
 * @param {import("../state/symbols.js").Symbols} symbols of the later and the earlier part
 * @returns {string} markup of letters and digits, safe to insert
 */
export function sentence(t, k, log10, norm, { of, wrt }) {
  const [later, earlier] = [indexed(of, t), indexed(wrt, k)];
  if (t === k && of === wrt && (log10 === 0 || log10 === undefined)) return `${later} against itself: nothing lies between, so nothing is lost.`;
  if (t === k && log10 === null) return `${earlier} and ${later} stand side by side at the same step: no path leads from one to the other.`;
  const way = t === k ? "at the same step" : `${t - k} ${t - k === 1 ? "step" : "steps"} later`;
  if (log10 === undefined) return `A nudge to ${earlier} is followed to ${later}, ${way}.`;
  if (log10 === null) return `A nudge to ${earlier} leaves no trace in ${later}, ${way}: the product is exactly zero.`;
  const best = norm === "frobenius" ? "over all entries " : Math.abs(log10) > 9 ? "" : "at most ";
  return `Of a nudge to ${earlier}, ${later} feels ${best}${factor(log10)}, ${way}.`;
}
