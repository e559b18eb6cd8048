// @ts-check
// The factor of one step as a formula, and what it comes to in this network.

import { stepFactor } from "./math.js";
import { fixed, power } from "./words.js";

/** @typedef {{t: number, slope_min: number, slope_mean: number, slope_max: number, log10_norm: number | null, sigma_max_weight: number}} Factor */

/**
 * @param {Element} box
 * @param {Factor | null} factor null when the cell lies on the diagonal and no step is taken
 */
export function describeFactor(box, factor) {
  const says = document.createElement("p");
  if (!factor) {
    says.textContent = "On the diagonal no step is taken: the product is empty and equals the identity.";
    box.replaceChildren(says);
    return;
  }
  const formula = Object.assign(document.createElement("div"), { className: "factor-formula" });
  const frame = Object.assign(document.createElement("span"), { className: "boxed" });
  const { left, boxed } = stepFactor(factor.t);
  frame.append(boxed);
  formula.append(left, frame);
  const { t, slope_min: low, slope_mean: mean, slope_max: high, log10_norm: size, sigma_max_weight: weight } = factor;
  says.innerHTML = `At step ${t} this factor has the norm ${power(size)}${size === null ? "" : ` = ${fixed(10 ** size, 3)}`}. `
    + `Its slopes \u03c6\u2032 run from ${fixed(low, 3)} to ${fixed(high, 3)}, ${fixed(mean, 3)} on average; W<sub>hh</sub> alone stretches by at most ${fixed(weight, 3)}.`;
  box.replaceChildren(formula, says);
}
