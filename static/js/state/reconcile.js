// @ts-check
// Values that belong together: what another choice made meaningless is let go of, so that no choice leads into a refusal.

import { WHOLE, WINDOW, chosenOf, isInside, windowOf } from "./selection.js";

/** @typedef {import("./query.js").Values} Values */
/** @typedef {import("./query.js").Schema} Schema */

/**
 * @param {Values} values after a change
 * @param {Values} patch what was changed
 * @param {Schema} schema
 * @param {string} before the model that was set
 * @returns {Values} the same, made to agree
 */
export function reconciled(values, patch, schema, before) {
  return { ...values, ...blocks(values, patch, schema, before), ...layers(values), ...biases(patch), ...sight(values, patch), ...room(values) };
}

/** What a model does not have is not looked at: only an LSTM has a cell, and a model without recurrence no state. @param {Values} values @param {Values} patch @param {Schema} schema @param {string} before @returns {Values} */
function blocks({ model, of, wrt }, patch, { states, stateless }, before) {
  const carried = states[model];
  if (!carried) return {};
  if (carried.length === 0) return { ...stateless, truncation: "none" };
  // From a model without a state the way leads back to the states.
  if (states[before]?.length === 0) return { of: patch.of ?? "h", wrt: patch.wrt ?? "h" };
  return carried.includes("c") ? {} : { of: of === "c" ? "h" : of, wrt: wrt === "c" ? "h" : wrt };
}

/** There is no layer above the last one, and no way up from a layer above. @param {Values} values @returns {Values} */
function layers({ layers, layer, origin }) {
  const highest = Number(layers);
  if (!Number.isInteger(highest) || highest < 1) return {};
  const later = Number(layer) > highest ? String(highest) : layer;
  const ceiling = Number(later || highest);
  return { layer: highest === 1 ? "" : later, origin: highest === 1 ? "" : Number(origin) > ceiling ? String(ceiling) : origin };
}

/** The forget bias and the chrono biases are the same biases: the newer wish holds. @param {Values} patch @returns {Values} */
function biases(patch) {
  if (patch.chrono) return { forget_bias: "" };
  return patch.forget_bias ? { chrono: "" } : {};
}

/** A cell that a new window leaves out is let go of: the one that the window begins with takes its place. @param {Values} values @param {Values} patch @returns {Values} */
function sight(values, patch) {
  const moved = WINDOW.some((name) => name in patch);
  return moved && !isInside(chosenOf(values), windowOf(values)) ? { t: "", k: "" } : {};
}

/**
 * A cell or a window outside of a shorter sequence is no longer there.
 * @param {Values} values
 * @returns {Values}
 */
function room(values) {
  const length = Number(values.length);
  // A length that is no number is no shorter one: the server refuses it, and the cell is still there afterwards.
  if (!Number.isFinite(length)) return {};
  const later = Number(values.t || length);
  /** @type {Values} */
  const cell = later <= length && Number(values.k || 1) <= later ? {} : { t: "", k: "" };
  const window = WINDOW.every((name) => Number(values[name] || 1) <= length) ? {} : WHOLE;
  return { ...cell, ...window };
}
