// @ts-check
// The ways out that the server offers, as buttons that take them.

import { message } from "../text/messages.js";

/** @typedef {import("../net/api.js").Fault} Fault */
/** @typedef {import("../state/settings.js").Settings} Settings */

/** A longer list of names is a choice to make in the control, not an advice. */
const FEW = 3;

/**
 * Say which values of a field would be accepted instead of what is set: the one that fits, the near end of a range, or a few names.
 * @param {Fault} fault
 * @param {Settings} settings
 * @returns {(string | number)[]}
 */
function ways({ field, allowed = [] }, settings) {
  if (!(field in settings.defaults) || field === "v") return [];
  const numbers = allowed.every((value) => typeof value === "number");
  if (!numbers || allowed.length < 2) return settings.schema.prose.includes(field) || allowed.length > FEW ? [] : allowed;
  const [low, high] = allowed.map(Number);
  const value = Number(settings.values[field] || NaN);
  return value > high ? [high] : value < low ? [low] : [];
}

/**
 * @param {Fault} fault
 * @param {Settings} settings
 * @returns {HTMLButtonElement[]} one button a way out
 */
export function advice(fault, settings) {
  return ways(fault, settings).map((value) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "advice";
    button.textContent = `${fault.field} = ${value}`;
    button.addEventListener("click", () => {
      const control = document.getElementById(`field-${fault.field}`);
      settings.set({ [fault.field]: String(value) });
      control?.focus();
    });
    return button;
  });
}

/** @param {() => void} again @returns {HTMLButtonElement} for what may go well the next time */
export function tryAgain(again) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "advice", textContent: message("try_again") });
  button.addEventListener("click", again);
  return button;
}
