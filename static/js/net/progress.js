// @ts-check
// How far a long computation is: nothing for a short one, then percent and time left as the server tells them.

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

/** The card over a picture: a bar, what is left, and the way to stop it or to go on. */
export class ProgressCard {
  /** @param {Element | null} card @param {() => void} stop @param {() => void} again */
  constructor(card, stop, again) {
    this.card = /** @type {HTMLElement | null} */ (card);
    this.bar = card?.querySelector("progress");
    this.words = card?.querySelector("p");
    this.button = card?.querySelector("button");
    this.stopped = false;
    this.button?.addEventListener("click", () => (this.stopped ? again : stop)());
  }

  /** @param {Report} report */
  show({ done, seconds_left: left }) {
    this.#put(false, `${Math.floor(100 * done)} %${left === null ? "" : `, ${lasting(left)} left`}`, "Cancel");
    if (this.bar) this.bar.value = done;
  }

  /** Say that nothing is under way. @param {string} words and what is still shown */
  halt(words) {
    this.#put(true, words, "Go on");
  }

  hide() {
    if (!this.card) return;
    // A button that goes must not take the keyboard's place on the page with it.
    const section = this.card.contains(document.activeElement) ? this.card.closest("section") : null;
    this.card.hidden = true;
    section?.focus({ preventScroll: true });
  }

  /** @param {boolean} stopped @param {string} words @param {string} label */
  #put(stopped, words, label) {
    this.stopped = stopped;
    if (this.words && this.words.textContent !== words) this.words.textContent = words;
    if (this.button && this.button.textContent !== label) this.button.textContent = label;
    if (this.bar) this.bar.hidden = stopped;
    if (this.card) this.card.hidden = false;
  }
}

/** @param {number} seconds */
function lasting(seconds) {
  if (seconds >= 90) return `${Math.round(seconds / 60)} minutes`;
  const whole = Math.max(1, Math.round(seconds));
  return `${whole} ${whole === 1 ? "second" : "seconds"}`;
}
