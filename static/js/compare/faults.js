// @ts-check
// What was wrong with a comparison, said at the control it was wrong in, and above everything where there is none.

import { tryAgain } from "../controls/advice.js";

/** @typedef {import("../net/api.js").Problem} Problem */

/** @param {HTMLFormElement} form */
export function clearFaults(form) {
  const box = /** @type {HTMLElement} */ (document.getElementById("problem"));
  box.hidden = true;
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll(".fault"))) {
    line.hidden = true;
    line.textContent = "";
  }
  for (const field of form.querySelectorAll("[data-wrong]")) field.removeAttribute("data-wrong");
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  document.getElementById("instruments")?.classList.remove("stale");
}

/** @param {Problem} problem @param {HTMLFormElement} form @param {() => void} again asks once more, where it was not the input that was wrong */
export function showFaults(problem, form, again) {
  clearFaults(form);
  const box = /** @type {HTMLElement} */ (document.getElementById("problem"));
  const heading = Object.assign(document.createElement("h2"), { textContent: problem.title });
  const said = problem.faults.length ? problem.faults.map((fault) => fault.message) : [problem.message];
  box.replaceChildren(heading, ...said.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  if (!problem.faults.length) box.append(tryAgain(again));
  box.hidden = false;
  for (const { field, message } of problem.faults) {
    const line = document.getElementById(`field-${field}-error`);
    const control = document.getElementById(`field-${field}`);
    if (!line || !control) continue;
    line.textContent = message;
    line.hidden = false;
    control.setAttribute("aria-invalid", "true");
    control.closest("[data-axis], [data-field], .field")?.setAttribute("data-wrong", "");
    const fold = control.closest("details");
    if (fold) fold.open = true;
  }
  document.getElementById("instruments")?.classList.add("stale");
}
