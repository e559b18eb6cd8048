// @ts-check
// The self-check of the picture: one line, that opens to every law and what was met.

import { typeset } from "../text/typeset.js";

/** @typedef {[string, string] | null} Power mantissa and exponent */
/** @typedef {{name: string, says: string, passed: boolean, met: Power, allowed: Power, remark: string, verdict: string}} Row */

/** @param {{said: string, failed: boolean, rows: Row[]}} badge what the server says of it */
export function showChecks({ said, failed, rows }) {
  const place = document.getElementById("checks");
  const line = document.getElementById("checks-said");
  if (!place || !line) return;
  line.textContent = said;
  place.classList.toggle("checks-failed", failed);
  place.hidden = rows.length === 0;
  document.getElementById("checks-rows")?.replaceChildren(...rows.map(row));
}

/** @param {Row} check */
function row({ name, says, passed, met, allowed, remark, verdict }) {
  const line = document.createElement("tr");
  const law = Object.assign(document.createElement("th"), { scope: "row" });
  const sentence = document.createElement("span");
  typeset(sentence, says);
  law.append(marked("strong", name), " ", sentence);
  if (remark) law.append(" ", marked("em", remark));
  const [value, tolerance] = [document.createElement("td"), document.createElement("td")];
  value.append(...scientific(met));
  tolerance.append(...scientific(allowed));
  if (verdict) value.append(" ", marked("strong", verdict));
  if (!passed) line.className = "check-failed";
  line.append(law, value, tolerance);
  return line;
}

/** @param {string} name of an element @param {string} text */
function marked(name, text) {
  return Object.assign(document.createElement(name), { textContent: text });
}

/** @param {Power} power */
function scientific(power) {
  if (!power) return ["\u2013"];
  const [mantissa, exponent] = power;
  return exponent ? [`${mantissa}10`, marked("sup", exponent)] : [mantissa];
}
