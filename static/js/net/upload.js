// @ts-check
// What goes along with every question and fits into no link: the reader's own recording. It stays in this page.

/** @typedef {{file: File, usual: string}} Upload usual: the length that a question means where it gives none */

/** @type {Upload | null} */
let uploaded = null;

/** A name that can stand between quotation marks, in a shell as in Python. */
const PLAIN = /^[\p{L}\p{N}_ .()-]+$/u;

/**
 * Let a recording go along with every question about a sound, or nothing any more.
 * @param {Upload | null} recording
 */
export function setUpload(recording) {
  uploaded = recording;
}

/**
 * Give how a question is asked: with a recording as its body, where one goes along.
 * @param {URLSearchParams} query
 * @returns {{query: URLSearchParams, request: RequestInit, headers: Record<string, string>}}
 */
export function withUpload(query) {
  const recording = uploadFor(query);
  if (!recording) return { query, request: {}, headers: {} };
  return { query: withLength(query, recording), request: { method: "POST", body: recording.file }, headers: { "content-type": "audio/wav" } };
}

/**
 * Give the same for a snippet, which names the file.
 * @param {URLSearchParams} query
 * @returns {{query: URLSearchParams, name: string}} name: empty where nothing goes along
 */
export function uploadInSnippet(query) {
  const recording = uploadFor(query);
  if (!recording) return { query, name: "" };
  const { name } = recording.file;
  return { query: withLength(query, recording), name: PLAIN.test(name) ? name : "recording.wav" };
}

/** @param {URLSearchParams} query */
function uploadFor(query) {
  return query.get("input") === "sound" ? uploaded : null;
}

/** Beside a recording, no length would mean all of it. @param {URLSearchParams} query @param {Upload} recording */
function withLength(query, recording) {
  const whole = new URLSearchParams(query);
  if (!whole.has("length")) whole.set("length", recording.usual);
  return whole;
}
