// @ts-check
// The buttons that copy.

import { message } from "../text/messages.js";

/** Let every button with data-copy copy the text of the element that it names. */
export function connectCopies() {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
    if (button instanceof HTMLElement) void copy(button);
  });
}

/** @param {HTMLElement} button */
async function copy(button) {
  const source = document.getElementById(button.dataset.copy ?? "");
  if (!source) return;
  const label = button.dataset.label ??= button.textContent ?? "";
  const done = await put(source.textContent ?? "", source);
  button.textContent = message(done ? "copied" : "selected");
  const said = document.getElementById("copied");
  if (said) said.textContent = button.textContent;
  setTimeout(() => {
    button.textContent = label;
    if (said) said.textContent = "";
  }, 1600);
}

/**
 * @param {string} text
 * @param {HTMLElement} source is selected where the clipboard is closed to scripts (a page that is not served securely)
 */
async function put(text, source) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(source);
    return document.execCommand("copy");
  }
}
