// @ts-check
// Sentences set as mathematics is set, and the same for a voice.

import { MINUS } from "./numbers.js";

const MATHEMATICS = /\b10\^([-\u2212+]?[\d.,]*\d)|(\p{L}[\u00b2\u00b3\u00b9\u2074]?)_(?:(\d+|[a-z]+)|\{([^}]+)\})/gu;

/**
 * Set a sentence: "10^-0.6" with a raised exponent, "h_5" with a lowered index.
 * @param {Element} element
 * @param {string} text
 */
export function typeset(element, text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(MATHEMATICS)) {
    const [whole, exponent, letter, short, long] = match;
    const index = short ?? long;
    parts.push(text.slice(end, match.index));
    if (exponent) parts.push("10", Object.assign(document.createElement("sup"), { textContent: exponent.replace("-", MINUS) }));
    else parts.push(letter, Object.assign(document.createElement("sub"), { textContent: index }));
    end = match.index + whole.length;
  }
  element.replaceChildren(...parts, text.slice(end));
}

/** Write a sentence for a voice: "h 5". @param {string} text */
export function spoken(text) {
  return text.replace(/(\p{L}[\u00b2\u00b3\u00b9\u2074]?)_(\d+)/gu, "$1 $2");
}
