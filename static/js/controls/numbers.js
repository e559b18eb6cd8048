// @ts-check
// Boxes for numbers: what is typed stays as it is typed, but for a decimal comma, which visibly becomes a point.

/**
 * @param {HTMLFormElement} form
 */
export function connectNumbers(form) {
  form.addEventListener("input", ({ target }) => {
    if (target instanceof HTMLInputElement && target.dataset.step) withPoint(target);
  }, { capture: true });
  form.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (!(target instanceof HTMLInputElement) || !target.dataset.step || (key !== "ArrowUp" && key !== "ArrowDown")) return;
    if (target.value.trim() === "" || !Number.isFinite(Number(target.value))) return;
    event.preventDefault();
    stepped(target, key === "ArrowUp" ? 1 : -1);
    target.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/** @param {HTMLInputElement} box a number with decimals has one comma at most; more are left for the server to refuse */
function withPoint(box) {
  if (box.inputMode !== "decimal" || !/^\s*[-+\u2212]?\d*,\d*\s*$/.test(box.value)) return;
  const caret = box.selectionStart;
  box.value = box.value.replace(",", ".");
  box.setSelectionRange(caret, caret);
}

/** @param {HTMLInputElement} box @param {number} way */
function stepped(box, way) {
  const { step, min, max } = box.dataset;
  const value = Number((Number(box.value) + way * Number(step)).toPrecision(10));
  box.value = String(Math.min(Math.max(value, Number(min ?? -Infinity)), Number(max ?? Infinity)));
}
