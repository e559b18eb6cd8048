// @ts-check
// The line that says what is set, out of the parts that the server gives.

/** @typedef {{field: string, text: string}[]} Caption */

/** A control that is left out of the page is a question to the reader, and is not given away. @param {Caption} parts */
export function captionLine(parts) {
  return parts.filter(({ field }) => document.getElementById(`field-${field}`)).map(({ text }) => text).join(" \u00b7 ");
}
