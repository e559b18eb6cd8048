// @ts-check
// The factor of one step as a formula, and what it comes to in this network.

import { gateFactor, slopeFactor } from "../text/mathml.js";
import { fixed, power } from "../text/words.js";

/** @typedef {{t: number, what: "slope" | "f" | "z", slope_min: number, slope_mean: number, slope_max: number, log10_norm: number | null, sigma_max_weight: number}} Factor */

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
  const { left, boxed, right } = formula(factor);
  const line = Object.assign(document.createElement("div"), { className: "factor-formula" });
  const frame = Object.assign(document.createElement("span"), { className: "boxed" });
  frame.append(boxed);
  line.append(left, frame, ...(right ? [right] : []));
  says.innerHTML = words(factor);
  box.replaceChildren(line, says);
}

/** @param {Factor} factor */
function formula({ t, what }) {
  if (what === "f") return gateFactor("c", "f", t, true);
  return what === "z" ? gateFactor("h", "z", t, false) : slopeFactor(t);
}

/** @param {Factor} factor @returns {string} markup of digits and letters, safe to insert */
function words({ t, what, slope_min: low, slope_mean: mean, slope_max: high, log10_norm: size, sigma_max_weight: weight }) {
  const span = `from ${fixed(low, 3)} to ${fixed(high, 3)}, ${fixed(mean, 3)} on average`;
  const norm = `the norm ${power(size)}${size === null ? "" : ` = ${fixed(10 ** size, 3)}`}`;
  const alone = `the recurrent matrix alone stretches by at most ${fixed(weight, 3)}`;
  if (what === "f") return `With h held fixed, a cell keeps what its forget gate lets through: at step ${t} f runs ${span}. The whole factor, h and c together, has ${norm}; ${alone}.`;
  if (what === "z") return `What the gate keeps passes without a matrix: at step ${t} z runs ${span}. The whole factor has ${norm}; ${alone}.`;
  return `At step ${t} this factor has ${norm}. Its slopes \u03c6\u2032 run ${span}; W<sub>hh</sub> alone stretches by at most ${fixed(weight, 3)}.`;
}
