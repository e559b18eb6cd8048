// @ts-check
// The letters of what is differentiated: an LSTM and a stack carry more than h, and their whole state is s.

/** @typedef {{state: string, of: string, wrt: string}} Symbols state: what is carried from step to step */

/**
 * @param {import("./settings.js").Settings} settings
 * @returns {Symbols}
 */
export function symbols({ values, states }) {
  const { model, layers, of, wrt } = values;
  const whole = Number(layers) > 1 || (states[model]?.length ?? 1) > 1;
  /** @param {string} letter of a vanilla RNN or a GRU of one layer the whole state is h */
  const told = (letter) => (letter === "s" && !whole ? "h" : letter);
  return { state: whole ? "s" : "h", of: told(of), wrt: told(wrt) };
}
