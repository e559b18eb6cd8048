// @ts-check
// The letters of what is differentiated: an LSTM and a stack carry more than h, and their whole state is s; between two
// layers each has its number.

const DIGITS = "⁰¹²³⁴";

/** @typedef {{state: string, of: string, wrt: string}} Symbols state: what is carried from step to step */

/**
 * @param {import("./settings.js").Settings} settings
 * @returns {Symbols}
 */
export function symbols({ values, states }) {
  const { model, layers, layer, origin, of, wrt } = values;
  const top = layer || layers, bottom = origin || top;
  const across = top !== bottom && wrt !== "x";
  const whole = Number(layers) > 1 || (states[model]?.length ?? 1) > 1;
  /** @param {string} letter of a vanilla RNN or a GRU of one layer the whole state is h @param {string} number */
  const told = (letter, number) =>
    letter === "s" && !whole ? "h" : letter + (across && letter !== "o" ? DIGITS[Number(number)] : "");
  return { state: whole ? "s" : "h", of: told(of, top), wrt: told(wrt, bottom) };
}
