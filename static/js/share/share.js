// @ts-check
// The link, the snippets and the buttons that copy them.

import { sent } from "../net/upload.js";
import { curl, frame, python } from "./snippets.js";

/** @typedef {import("../state/settings.js").Settings} Settings */

/** @param {Settings} settings */
export function connectShare(settings) {
  const section = document.getElementById("share");
  if (!section) return;
  const follow = () => write(section, settings);
  settings.onChange(follow);
  section.addEventListener("change", follow);
  connectCopies();
  follow();
}

/** Let every button with data-copy copy the text of the element that it names. */
export function connectCopies() {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
    if (button instanceof HTMLElement) void copy(button);
  });
}

/** @param {HTMLElement} section @param {Settings} settings */
function write(section, settings) {
  const query = settings.params();
  const { origin } = location;
  const hidden = [...section.querySelectorAll("#hides input:checked")].map((box) => /** @type {HTMLInputElement} */ (box).value);
  /** @param {string} id @param {string} text */
  const put = (id, text) => {
    const place = section.querySelector(`#${id}`);
    if (place) place.textContent = text;
  };
  put("share-link", `${origin}/?${query}`);
  const { query: asked, name } = sent(query);
  put("share-curl", curl(origin, asked, name));
  put("share-python", python(origin, asked, name));
  put("share-embed", frame(origin, query, hidden));
}

/** @param {HTMLElement} button */
async function copy(button) {
  const source = document.getElementById(button.dataset.copy ?? "");
  if (!source) return;
  const label = button.dataset.label ??= button.textContent ?? "";
  const done = await put(source.textContent ?? "", source);
  button.textContent = done ? "Copied" : "Selected: press Ctrl+C";
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
