// @ts-check
// How far a long computation is, as the server tells it; nothing for a short one.

import { answer } from "./api.js";
import { events } from "./events.js";

/** @typedef {{done: number, seconds_left: number | null}} Report */

/** What is there within this time needs no bar. */
const PATIENCE_MS = 600;

/**
 * Follow a computation until its signal is aborted or the returned function is called.
 * @param {string} view
 * @param {URLSearchParams} query
 * @param {AbortSignal} signal
 * @param {(report: Report) => void} show called once the computation is a long one, and then about four times a second
 * @returns {() => void} ends it
 */
export function follow(view, query, signal, show) {
  const control = new AbortController();
  const timer = setTimeout(() => {
    show({ done: 0, seconds_left: null });
    // The answer itself says how it ended.
    listen(view, query, control.signal, show).catch(() => {});
  }, PATIENCE_MS);
  const stop = () => {
    clearTimeout(timer);
    control.abort();
    signal.removeEventListener("abort", stop);
  };
  signal.addEventListener("abort", stop);
  return stop;
}

/** @param {string} view @param {URLSearchParams} query @param {AbortSignal} signal @param {(report: Report) => void} show */
async function listen(view, query, signal, show) {
  const response = await answer(`${view}/progress`, query, "text/event-stream", signal);
  await events(response, (event, data) => {
    if (event === "progress" && !signal.aborted) show(data);
  }, (error) => {
    throw error;
  });
}
