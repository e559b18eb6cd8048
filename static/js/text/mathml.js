// @ts-check
// Formulas with live values, as MathML.

const SPACE = "http://www.w3.org/1998/Math/MathML";

/**
 * @param {string} name
 * @param {...(Node | string)} children
 */
function ml(name, ...children) {
  const element = document.createElementNS(SPACE, name);
  element.append(...children);
  return element;
}

/** @param {string} name a word, or a bracket that stays as high as the letters */
function upright(name) {
  const element = ml(name.length > 1 ? "mi" : "mo", name);
  element.setAttribute(name.length > 1 ? "mathvariant" : "stretchy", name.length > 1 ? "normal" : "false");
  return element;
}

/** @param {string} letter @param {...(Node | string)} index */
function sub(letter, ...index) {
  return ml("msub", ml("mi", letter), ml("mrow", ...index));
}

/** @param {string} letter @param {Node | string} under */
function partial(letter, under) {
  return ml("mrow", ml("mo", "\u2202"), sub(letter, under));
}

/** @param {string} letter @param {number} step */
function ratio(letter, step) {
  return ml("mfrac", partial(letter, ml("mn", String(step))), partial(letter, ml("mn", String(step - 1))));
}

/** @typedef {{left: Element, boxed: Element, right: Element | null}} Factored the part an article would box, and what stands beside it */

/**
 * The factor that one step of a vanilla RNN contributes.
 * @param {number} step
 * @returns {Factored}
 */
export function slopeFactor(step) {
  const slope = ml("mrow", ml("mi", "\u03c6\u2032"), upright("("), sub("a", ml("mn", String(step))), upright(")"));
  const boxed = ml("math", upright("diag"), upright("("), slope, upright(")"), ml("mo", "\u22c5"), sub("W", ml("mi", "h"), ml("mi", "h")));
  return { left: ml("math", ratio("h", step), ml("mo", "=")), boxed, right: null };
}

/**
 * What the gate that keeps the past passes on, beside which the rest of a factor is small print.
 * @param {string} letter of what is kept
 * @param {string} gate a letter, or "1 − z" of one that writes
 * @param {number} step
 * @param {boolean} whole whether this is all of it
 * @returns {Factored}
 */
export function gateFactor(letter, gate, step, whole) {
  const [first, rest] = gate.split(" \u2212 ");
  const kept = rest ? ml("mrow", ml("mn", first), ml("mo", "\u2212"), sub(rest, ml("mn", String(step)))) : sub(gate, ml("mn", String(step)));
  const boxed = ml("math", upright("diag"), upright("("), kept, upright(")"));
  return { left: ml("math", ratio(letter, step), ml("mo", "=")), boxed, right: whole ? null : ml("math", ml("mo", "+"), ml("mo", "\u22ef")) };
}
