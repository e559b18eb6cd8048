// @ts-check
// Only what means something for the network that is set is shown: controls, choices and panels.

/** @typedef {import("../state/settings.js").Settings} Settings */

/** @param {Settings} settings */
export function connectRelevance(settings) {
  const { states } = settings;
  const bound = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-models], [data-stacked]")]);
  const parts = /** @type {HTMLOptionElement[]} */ ([...document.querySelectorAll("#field-of option, #field-wrt option")]);
  const groups = [...document.querySelectorAll(".group")];
  const follow = () => {
    const { model, layers } = settings.values;
    for (const element of bound) {
      const { models } = element.dataset;
      const foreign = models !== undefined && states[model] !== undefined && !models.split(" ").includes(model);
      element.classList.toggle("needless", foreign || ("stacked" in element.dataset && Number(layers) === 1));
    }
    for (const group of groups) group.classList.toggle("needless", !group.querySelector(".field:not(.needless), .field[data-wrong]"));
    for (const option of parts) {
      option.hidden = states[model] !== undefined && !has(states[model], option.value);
      option.disabled = option.hidden;
    }
  };
  settings.onChange(follow);
  follow();
}

/** Tell whether a model has what a letter stands for: outputs and inputs always, all of the state if there is one. @param {string[]} carried @param {string} letter */
function has(carried, letter) {
  return letter === "o" || letter === "x" || (letter === "s" ? carried.length > 0 : carried.includes(letter));
}
