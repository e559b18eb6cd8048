// @ts-check
// The factor of one step as a formula, and what it comes to in this network.

import { gateFactor, slopeFactor } from "../text/mathml.js";
import { message } from "../text/messages.js";
import { typeset } from "../text/typeset.js";

/** @typedef {{t: number, what: string, kept: string, whole: boolean, sentence: string}} Factor */

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
  typeset(says, factor.sentence);
  const parts = formula(factor);
  if (!parts) {
    box.replaceChildren(says);
    return;
  }
  const line = Object.assign(document.createElement("div"), { className: "factor-formula" });
  const frame = Object.assign(document.createElement("span"), { className: "boxed" });
  frame.append(parts.boxed);
  line.append(parts.left, frame, ...(parts.right ? [parts.right] : []));
  box.replaceChildren(line, says);
}

/**
 * @param {Factor} factor `kept` is the state that the gate `what` keeps, empty where there is no such gate
 */
function formula({ t, what, kept, whole }) {
  if (kept) return gateFactor(kept, what, t, whole);
  return what === "slope" ? slopeFactor(t) : null;
}
