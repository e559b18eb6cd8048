// @ts-check
// The form and the settings, each following the other.

import { typeset } from "../text/typeset.js";
import { connectNumbers } from "./numbers.js";
import { Coupled } from "./slider.js";

/** @typedef {import("../state/settings.js").Settings} Settings */
/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

const TYPING_MS = 180;

/**
 * Let the form drive the settings, and follow them when they change elsewhere (a strip, Back, a link).
 * @param {HTMLFormElement} form
 * @param {Settings} settings
 */
export function connect(form, settings) {
  const names = Object.keys(settings.defaults);
  connectNumbers(form);
  /** @type {Map<string, Coupled>} */
  const coupled = new Map();
  for (const slider of form.querySelectorAll("input[type=range]")) {
    const pair = new Coupled(/** @type {HTMLInputElement} */ (slider));
    coupled.set(pair.box.name, pair);
    pair.onInput = (value) => settings.set({ [pair.box.name]: value }, { gesture: true });
    pair.onChange = () => settings.settle();
  }

  let typing = 0;
  /** @param {Field} field @param {boolean} gesture */
  const take = (field, gesture) => {
    clearTimeout(typing);
    settings.set({ [field.name]: "list" in field.dataset ? listed(field.value) : field.value }, { gesture });
    coupled.get(field.name)?.follow();
  };
  form.addEventListener("input", ({ target }) => {
    const field = /** @type {Field} */ (target);
    if (!names.includes(field.name)) return;
    clearTimeout(typing);
    if (field instanceof HTMLSelectElement) return;
    // An empty box is a number on its way, not a value; unless it may be left empty.
    if (field.value.trim() === "" && isNumber(field) && !isOptional(field)) return;
    typing = window.setTimeout(() => take(field, true), field instanceof HTMLTextAreaElement ? 2 * TYPING_MS : TYPING_MS);
  });
  form.addEventListener("change", ({ target }) => {
    const field = /** @type {Field} */ (target);
    if (!names.includes(field.name)) return;
    if (field.value.trim() === "" && isNumber(field) && !isOptional(field)) field.value = settings.values[field.name] || settings.defaults[field.name];
    take(field, false);
    settings.settle();
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  const follow = () => {
    for (const name of names) {
      const field = fieldOf(form, name);
      if (field && field !== document.activeElement && field.value !== settings.values[name]) field.value = settings.values[name];
      coupled.get(name)?.follow();
    }
    explainChoices(form);
  };
  settings.onChange(follow);
  addEventListener("popstate", () => {
    for (const name of names) {
      const field = fieldOf(form, name);
      if (field) field.value = settings.values[name];
    }
    follow();
  });
  follow();
}

/**
 * Give what stands in the fields of a form.
 * @param {HTMLFormElement | null} form
 * @param {import("../state/query.js").Values} defaults
 * @returns {import("../state/query.js").Values}
 */
export function typed(form, defaults) {
  const fields = form ? Object.keys(defaults).map((name) => fieldOf(form, name)) : [];
  return Object.fromEntries(fields.flatMap((field) => (field ? [[field.name, field.value]] : [])));
}

/**
 * Write pasted numbers as they stand in a link: what separates them does not matter, unless the comma may be a decimal one;
 * then the server explains.
 * @param {string} text
 */
function listed(text) {
  const words = text.trim().split(/[;\s]+/);
  if (words.length > 1 && words.some((word) => /\d,\d/.test(word))) return text.trim();
  return words.join(",").split(/,+/).filter(Boolean).join(",");
}

/** @param {Field} field */
function isNumber(field) {
  return field.classList.contains("number");
}

/** @param {Field} field */
function isOptional(field) {
  return "optional" in field.dataset;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {Field | null}
 */
function fieldOf(form, name) {
  const field = form.elements.namedItem(name);
  return field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement ? field : null;
}

/** @param {HTMLFormElement} form */
function explainChoices(form) {
  for (const note of form.querySelectorAll("[data-note-of]")) {
    const select = fieldOf(form, /** @type {HTMLElement} */ (note).dataset.noteOf ?? "");
    if (select instanceof HTMLSelectElement) typeset(note, select.selectedOptions[0]?.dataset.note ?? "");
  }
}
