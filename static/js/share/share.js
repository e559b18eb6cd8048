// @ts-check
// The link, and the snippets that ask for the same from elsewhere.

import { uploadInSnippet } from "../net/upload.js";
import { message } from "../text/messages.js";
import { connectCopies } from "./copy.js";

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
  const { query: asked, name } = uploadInSnippet(query);
  const values = { origin, query: asked.toString(), file: name };
  put("share-curl", message(name ? "curl_file" : "curl", values));
  put("share-python", message(name ? "python_file" : "python", values));
  put("share-embed", message("frame", { source: frame(origin, query, hidden) }));
}

/**
 * Give the address of the page in a frame, as an attribute holds it.
 * @param {string} origin
 * @param {URLSearchParams} query
 * @param {string[]} hidden names of controls and panels to leave out
 */
function frame(origin, query, hidden) {
  const given = new URLSearchParams(query);
  given.set("embed", "1");
  if (hidden.length) given.set("hide", hidden.join(","));
  return `${origin}/?${given}`.replaceAll("&", "&amp;");
}
