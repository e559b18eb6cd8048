// @ts-check
// The self-check of the picture: one line, that opens to every law and what was met; app/pages/checks.py writes the same first.

import { counted, typeset } from "../text/words.js";

/** @typedef {{name: string, value: number | null, tolerance: number, passed: boolean, says: string}} Check */

/** @param {Check[]} checks of the figure */
export function showChecks(checks) {
  const badge = document.getElementById("checks");
  const said = document.getElementById("checks-said");
  if (!badge || !said) return;
  const failed = checks.filter(({ passed }) => !passed).length;
  const held = checks.filter(({ passed, value }) => passed && value !== null).length;
  said.textContent = failed ? `${failed} of ${checks.length} checks failed: do not trust this picture` : `Checked: ${counted(held, "law")} held`;
  badge.classList.toggle("checks-failed", failed > 0);
  badge.hidden = checks.length === 0;
  document.getElementById("checks-rows")?.replaceChildren(...checks.map(row));
}

/** @param {Check} check */
function row({ name, value, tolerance, passed, says }) {
  const line = document.createElement("tr");
  const law = Object.assign(document.createElement("th"), { scope: "row" });
  const sentence = document.createElement("span");
  typeset(sentence, says);
  law.append(Object.assign(document.createElement("strong"), { textContent: name }), " ", sentence);
  if (value === null) law.append(" ", Object.assign(document.createElement("em"), { textContent: "Nothing to hold it against here." }));
  const [met, allowed] = [document.createElement("td"), document.createElement("td")];
  met.append(...scientific(value));
  allowed.append(...scientific(tolerance));
  if (!passed) {
    line.className = "check-failed";
    met.append(" ", Object.assign(document.createElement("strong"), { textContent: "failed" }));
  }
  line.append(law, met, allowed);
  return line;
}

/** @param {number | null} value */
function scientific(value) {
  if (value === null) return ["\u2013"];
  if (value === 0) return ["0"];
  const [mantissa, exponent] = value.toExponential(1).replace(".0e", "e").split("e");
  const raised = Object.assign(document.createElement("sup"), { textContent: exponent.replace("+", "").replace("-", "\u2212") });
  return [`${mantissa === "1" ? "" : `${mantissa} \u00b7 `}10`, raised];
}
