// @ts-check
// What was wrong, said at the field it was wrong in; the last good picture stays and is marked.

import { advice, tryAgain } from "./advice.js";

/** @typedef {import("../net/api.js").Problem} Problem */
/** @typedef {import("../net/api.js").Fault} Fault */
/** @typedef {import("../state/settings.js").Settings} Settings */

/**
 * Show a problem.
 * @param {Problem} problem
 * @param {Settings} settings take the ways out that are offered
 * @param {() => void} [again] asks once more, which helps where it is not the input that was wrong
 */
export function showProblem(problem, settings, again) {
  clearFaults();
  const elsewhere = problem.faults.filter((fault) => !atField(fault, settings));
  const box = document.getElementById("problem");
  // A single fault is said where it is; the page does not move for it, unless there is nothing else to see.
  const single = problem.faults.length === 1 && elsewhere.length === 0 && !document.querySelector(".instruments.empty");
  if (box) {
    box.hidden = single;
    if (!single) {
      box.replaceChildren(...words(problem, elsewhere), ways(problem, settings, again));
      box.scrollIntoView({ block: "nearest" });
    }
  }
  for (const panel of document.querySelectorAll(".panel[data-view]")) panel.classList.toggle("stale", isDrawn(panel));
}

/** Whether a panel shows a picture, of whatever setting. @param {Element} panel */
export function isDrawn(panel) {
  return panel.querySelector(".painted, .strip li, .graph") !== null;
}

/** @param {Problem} problem @param {Fault[]} elsewhere what is not said at its field */
function words(problem, elsewhere) {
  const heading = Object.assign(document.createElement("h2"), { textContent: problem.title });
  const said = elsewhere.length ? elsewhere.map((fault) => fault.message) : [problem.message];
  return [heading, ...said.map((line) => Object.assign(document.createElement("p"), { textContent: line }))];
}

/** @param {Problem} problem @param {Settings} settings @param {() => void} [again] */
function ways(problem, settings, again) {
  const line = Object.assign(document.createElement("p"), { className: "ways" });
  line.append(...problem.faults.flatMap((fault) => advice(fault, settings)));
  if (again && problem.faults.length === 0) line.append(tryAgain(() => {
    // The button goes with the fault; the keyboard goes on at the picture.
    document.getElementById("triangle")?.focus({ preventScroll: true });
    again();
  }));
  return line;
}

/** Everything is well again. */
export function clearProblem() {
  clearFaults();
  const box = document.getElementById("problem");
  if (box) box.hidden = true;
  for (const panel of document.querySelectorAll(".panel.stale")) panel.classList.remove("stale");
}

function clearFaults() {
  for (const wrong of document.querySelectorAll("[data-wrong]")) {
    wrong.removeAttribute("data-wrong");
    const input = wrong.querySelector("[aria-invalid]");
    input?.removeAttribute("aria-invalid");
    input?.setAttribute("aria-describedby", `${input.id}-help`);
    const line = wrong.querySelector(".fault");
    if (line instanceof HTMLElement) line.hidden = true;
  }
}

/**
 * @param {Fault} fault
 * @param {Settings} settings
 * @returns {boolean} whether it is said at a field that the reader can see: controls may be folded, or hidden
 */
function atField(fault, settings) {
  const field = document.querySelector(`[data-field="${CSS.escape(fault.field)}"]`);
  const input = field?.querySelector("[name], [type=file]");
  const line = field?.querySelector(".fault");
  if (!field || !input || !(line instanceof HTMLElement)) return false;
  field.setAttribute("data-wrong", "");
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", `${input.id}-help ${line.id}`);
  line.replaceChildren(fault.message, ...advice(fault, settings).flatMap((button) => [" ", button]));
  line.hidden = false;
  if (!line.checkVisibility()) return false;
  line.scrollIntoView({ block: "nearest" });
  return true;
}
