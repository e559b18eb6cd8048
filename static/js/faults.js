// @ts-check
// What was wrong, said at the field it was wrong in; the last good picture stays and is marked.

/** @typedef {import("./api.js").Problem} Problem */

/**
 * Show a problem.
 * @param {Problem} problem
 */
export function showProblem(problem) {
  clearFaults();
  const elsewhere = problem.faults.filter((fault) => !atField(fault.field, fault.message));
  const box = document.getElementById("problem");
  // A single fault is said where it is; the page does not move for it.
  const single = problem.faults.length === 1 && elsewhere.length === 0;
  if (box && single) box.hidden = true;
  else if (box) {
    const heading = document.createElement("h2");
    heading.textContent = problem.title;
    const said = elsewhere.length ? elsewhere.map((fault) => fault.message) : [problem.message];
    box.replaceChildren(heading, ...said.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
    box.hidden = false;
  }
  for (const panel of document.querySelectorAll(".panel[data-view]")) {
    panel.classList.toggle("stale", panel.querySelector(".painted, .strip li, .graph") !== null);
  }
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
 * @param {string} name
 * @param {string} message
 * @returns {boolean} whether there is such a field on the page
 */
function atField(name, message) {
  const field = document.querySelector(`[data-field="${CSS.escape(name)}"]`);
  const input = field?.querySelector("[name]");
  const line = field?.querySelector(".fault");
  if (!field || !input || !(line instanceof HTMLElement)) return false;
  field.setAttribute("data-wrong", "");
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", `${input.id}-help ${line.id}`);
  line.textContent = message;
  line.hidden = false;
  return true;
}
