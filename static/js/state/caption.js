// @ts-check
// What is set, in one line; app/pages/setting.py writes the same line first.

/** @typedef {import("./query.js").Values} Values */

/** @type {Record<string, string>} what stands before a value that has no name of its own */
const WORDS = { length: "T ", hidden: "H ", gain: "gain ", forget_bias: "forget bias ", chrono: "chrono ", reset: "reset ", key: "d_k ", loss: "loss: ", tolerance: "bias up to ", seed: "seed ", layer: "layer ", origin: "from layer " };
const ALWAYS = ["model", "activation", "length", "hidden", "init", "gain", "input", "seed"];
const ORDER = ["model", "activation", "layers", "length", "hidden", "init", "gain", "forget_bias", "chrono", "reset", "key", "positions", "truncation", "window", "loss", "tolerance", "input", "order", "seed", "of", "layer", "origin", "norm"];

/**
 * Say what is drawn; a control that is left out of the page is a question to the reader and is not given away.
 * @param {Values} values
 * @param {Values} defaults
 */
export function setting(values, defaults) {
  return ORDER.map((name) => {
    const control = document.getElementById(`field-${name}`);
    return !control || control.closest(".needless") ? "" : part(name, values, defaults, control);
  }).filter(Boolean).join(" \u00b7 ");
}

/** @param {string} name @param {Values} values @param {Values} defaults @param {HTMLElement} control */
function part(name, values, defaults, control) {
  const value = values[name];
  if (name === "of") return value === "h" && values.wrt === "h" ? "" : `\u2202${value}/\u2202${values.wrt}`;
  if (name === "window") return values.model === "window" || values.truncation !== "none" ? `K ${value}` : "";
  if (!ALWAYS.includes(name) && (value === "" || value === defaults[name])) return "";
  const named = control instanceof HTMLSelectElement ? [...control.options].find((option) => option.value === value)?.label ?? value : value;
  if (name === "layers") return `${named} layers`;
  if (name === "norm") return `${named} norm`;
  if (name === "positions") return `${named} positions`;
  return `${WORDS[name] ?? ""}${named}`;
}
