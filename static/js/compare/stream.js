// @ts-check
// The tiles of a comparison as the server finishes them.

import { Problem, answer, brokenOff } from "../net/api.js";
import { events } from "../net/events.js";

/** @typedef {(name: string, data: any) => void} Listener */

/**
 * Follow a comparison to its end.
 * @param {URLSearchParams} query
 * @param {AbortSignal} signal closing it frees the server
 * @param {Listener} tell called with every event: begun, tile, done
 */
export async function follow(query, signal, tell) {
  const response = await answer("compare/stream", query, "text/event-stream", signal);
  let ended = false;
  await events(response, (event, data) => {
    if (event === "failed") throw new Problem(data.title, data.detail, data.errors);
    tell(event, data);
    ended ||= event === "done";
  }, (error) => broken(error, signal));
  if (!ended) broken(null, signal);
}

/** @param {unknown} error @param {AbortSignal} signal @returns {never} */
function broken(error, signal) {
  if (signal.aborted) throw error;
  throw brokenOff();
}
