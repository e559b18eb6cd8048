// @ts-check
// The values of an axis as buttons: what runs can be left out, and of a list of choices the others can be added.

import { AXES } from "./grid-state.js";

/**
 * @param {HTMLFormElement} form
 * @param {import("./grid-state.js").GridState} state
 * @param {number} most
 */
export function connectChips(form, state, most) {
  for (const [axis, list] of Object.entries(AXES)) {
    const box = /** @type {HTMLElement} */ (form.querySelector(`[data-axis="${axis}"]`));
    const chips = box.querySelector(".chips");
    const draw = () => {
      const field = state.values[axis];
      const values = split(state.values[list]);
      box.classList.toggle("axis-empty", field === "");
      const choices = optionsOf(form, field);
      const names = [...values, ...[...choices.keys()].filter((value) => !values.includes(value))];
      const focused = chips?.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.value : undefined;
      chips?.replaceChildren(...names.map((value) => {
        const chosen = values.includes(value);
        return chip(value, choices.get(value) ?? value, chosen, chosen ? values.length === 1 : values.length >= most, () => {
          // A list of choices keeps the order of the table, so that a tile comes back where it was.
          const next = chosen ? values.filter((each) => each !== value) : [...values, value];
          const order = [...choices.keys()];
          if (order.length) next.sort((one, other) => order.indexOf(one) - order.indexOf(other));
          state.set({ [list]: next.join(",") });
        });
      }));
      if (focused) /** @type {HTMLElement | undefined} */ ([...(chips?.querySelectorAll("button") ?? [])].find((each) => each.dataset.value === focused))?.focus();
    };
    state.onChange(draw);
    draw();
  }
  form.querySelector("#swap")?.addEventListener("click", () => {
    const { rows, row_values, columns, column_values } = state.values;
    state.set({ rows: columns, row_values: column_values, columns: rows, column_values: row_values });
  });
}

/** @param {string} text */
function split(text) {
  return text.split(",").map((word) => word.trim()).filter(Boolean);
}

/** The choices of a field with their names, as its own control has them. @param {HTMLFormElement} form @param {string} field */
function optionsOf(form, field) {
  const select = field ? form.elements.namedItem(field) : null;
  return new Map(select instanceof HTMLSelectElement ? [...select.options].map((option) => [option.value, option.label]) : []);
}

/** @param {string} value @param {string} label @param {boolean} chosen @param {boolean} fixed whether it can be neither added nor left out @param {() => void} act */
function chip(value, label, chosen, fixed, act) {
  const item = document.createElement("li");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: label, disabled: fixed });
  button.className = "chip";
  button.dataset.value = value;
  button.setAttribute("aria-pressed", String(chosen));
  button.addEventListener("click", act);
  item.append(button);
  return item;
}
