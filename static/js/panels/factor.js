// @ts-check
// The factor of one step as a formula, and what it comes to in this network.

import { gateFactor, slopeFactor } from "../text/mathml.js";
import { message } from "../text/messages.js";
import { typeset } from "../text/typeset.js";

/** @typedef {{t: number, what: "slope" | "f" | "z", sentence: string}} Factor */

/**
 * @param {Element} box
 * @param {Factor | null} factor null when the cell lies on the diagonal and no step is taken
 */
export function describeFactor(box, factor) {
  const says = document.createElement("p");
  if (!factor) {
    says.textContent = message("no_factor");
    box.replaceChildren(says);
    return;
  }
  const { left, boxed, right } = formula(factor);
  const line = Object.assign(document.createElement("div"), { className: "factor-formula" });
  const frame = Object.assign(document.createElement("span"), { className: "boxed" });
  frame.append(boxed);
  line.append(left, frame, ...(right ? [right] : []));
  typeset(says, factor.sentence);
  box.replaceChildren(line, says);
}

/** @param {Factor} factor */
function formula({ t, what }) {
  if (what === "f") return gateFactor("c", "f", t, true);
  return what === "z" ? gateFactor("h", "z", t, false) : slopeFactor(t);
}
