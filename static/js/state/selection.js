// @ts-check
// The window of the triangle that is shown, and the cell that is chosen in it, as the settings hold them.

/** @typedef {import("./query.js").Values} Values */
/** @typedef {{t: number, k: number}} Cell */
/** @typedef {{from: number, until: number, since: number, to: number}} Window columns k from..until, rows t since..to */

/** The fields that a window is made of. */
export const WINDOW = ["from", "until", "since", "to"];
export const WHOLE = Object.fromEntries(WINDOW.map((name) => [name, ""]));

/**
 * @param {Values} values
 * @returns {Window} what is shown; the whole sequence when no window is chosen
 */
export function windowOf({ from, until, since, to, length }) {
  const [first, last] = [Number(from || 1), Number(to || length)];
  return { from: first, until: Number(until || last), since: Number(since || first), to: last };
}

/**
 * @param {Values} values
 * @returns {Cell} the chosen cell; when none is chosen the last step against the first one of the window, as the server has it
 */
export function chosenOf(values) {
  const [t, k, length] = [values.t, values.k, values.length].map((value) => Number(value) || 0);
  const { from, to } = windowOf(values);
  return { t: t || (k <= to ? to : length) || 1, k: k || (t && from > t ? 1 : from) || 1 };
}

/**
 * @param {Cell} cell
 * @param {Window} window
 */
export function isInside({ t, k }, { from, until, since, to }) {
  return k >= from && k <= until && t >= since && t <= to;
}
