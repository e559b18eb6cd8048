// @ts-check
// Formulas with live values, as MathML.

const SPACE = "http://www.w3.org/1998/Math/MathML";

/**
 * @param {string} name
 * @param {...(Node | string)} children
 */
export function ml(name, ...children) {
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

/**
 * The factor that one step contributes, split so that the part an article would box can be boxed.
 * @param {number} step
 * @returns {{left: Element, boxed: Element}}
 */
export function stepFactor(step) {
  const left = ml("math", ml("mfrac", partial("h", ml("mn", String(step))), partial("h", ml("mn", String(step - 1)))), ml("mo", "="));
  const slope = ml("mrow", ml("mi", "\u03c6\u2032"), upright("("), sub("a", ml("mn", String(step))), upright(")"));
  const boxed = ml("math", upright("diag"), upright("("), slope, upright(")"), ml("mo", "\u22c5"), sub("W", ml("mi", "h"), ml("mi", "h")));
  return { left, boxed };
}
