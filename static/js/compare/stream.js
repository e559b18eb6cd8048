// @ts-check
// The tiles of a comparison as the server finishes them: server-sent events, read by fetch, so that a refusal can be read as well.

import { answer, Problem } from "../api.js";

/** @typedef {(name: string, data: any) => void} Listener */

/**
 * Follow a comparison to its end.
 * @param {URLSearchParams} query
 * @param {AbortSignal} signal closing it frees the server
 * @param {Listener} tell called with every event: begun, tile, done
 */
export async function follow(query, signal, tell) {
  const response = await answer("compare/stream", query, "text/event-stream", signal);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let text = "";
  let ended = false;
  for (;;) {
    const { value, done } = await reader.read().catch((error) => broken(error, signal));
    text += value ?? "";
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const { event, data } = parsed(block);
      if (event === "failed") throw new Problem(data.title, data.detail, data.errors);
      if (event) tell(event, data);
      ended ||= event === "done";
    }
    if (done) break;
  }
  if (!ended) broken(null, signal);
}

/** @param {string} block one event; a comment that keeps the line open has none */
function parsed(block) {
  const lines = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s, 2)));
  return { event: lines.event, data: lines.data ? JSON.parse(lines.data) : null };
}

/** @param {unknown} error @param {AbortSignal} signal @returns {never} */
function broken(error, signal) {
  if (signal.aborted) throw error;
  throw new Problem("The answer broke off", "The server stopped in the middle of it: try again.");
}
