// @ts-check
// Asking the JSON API: an answer, or the server's own explanation of what was wrong.

import { message } from "../text/messages.js";
import { withUpload } from "./upload.js";

/** @typedef {{field: string, message: string, allowed?: (string | number)[]}} Fault */

/** What the server said was wrong, as RFC 9457 problem+json has it. */
export class Problem extends Error {
  /**
   * @param {string} title
   * @param {string} detail
   * @param {Fault[]} faults
   */
  constructor(title, detail, faults = []) {
    super(detail);
    this.title = title;
    this.faults = faults;
  }
}

/** A server reads addresses up to 64 KiB. */
const LONGEST = 60_000;

/** @param {URLSearchParams} query @returns {Problem} what a server could only refuse as unreadable */
function tooLong(query) {
  const [field, value] = [...query].reduce((one, other) => (other[1].length > one[1].length ? other : one));
  const said = message("too_long", { field, count: String([...value].length) });
  return new Problem(message("invalid_title"), said, [{ field, message: said }]);
}

/**
 * Fetch JSON.
 * @param {string} path path below /api/v1/
 * @param {URLSearchParams} query
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function ask(path, query, signal) {
  return whole(await answer(path, query, "application/json", signal), (response) => response.json(), signal);
}

/**
 * Fetch text: the numbers of a view as CSV, a drawing as SVG.
 * @param {string} path path below /api/v1/
 * @param {URLSearchParams} query
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>}
 */
export async function askText(path, query, signal) {
  return whole(await answer(path, query, "text/csv, image/svg+xml", signal), (response) => response.text(), signal);
}

/** @param {string} path @param {URLSearchParams} query @param {string} accept @param {AbortSignal} [signal] */
export async function answer(path, query, accept, signal) {
  if (query.toString().length > LONGEST) throw tooLong(query);
  const asked = withUpload(query);
  let response;
  try {
    response = await fetch(`/api/v1/${path}?${asked.query}`, { signal, ...asked.request, headers: { accept, ...asked.headers } });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(message("silent_title"), message("silent"));
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new Problem(body.title ?? message("status", { status: String(response.status) }), body.detail ?? message("no_detail"), body.errors ?? []);
}

/** A server that stops while it speaks has not answered. @param {Response} response @param {(response: Response) => Promise<any>} read @param {AbortSignal} [signal] */
async function whole(response, read, signal) {
  try {
    return await read(response);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw brokenOff();
  }
}

/** A server that stopped in the middle of its answer. */
export function brokenOff() {
  return new Problem(message("broken_title"), message("broken"));
}
