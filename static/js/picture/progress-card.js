// @ts-check
// The card over a picture that takes long.

import { message } from "../text/messages.js";

/** From here on minutes are told. */
const LONG_S = 90;

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

  /** @param {import("../net/progress.js").Report} report */
  show({ done, seconds_left: left }) {
    this.#put(false, progress(done, left), message("cancel"));
    if (this.bar) this.bar.value = done;
  }

  /** Say that nothing is under way. @param {string} words and what is still shown */
  halt(words) {
    this.#put(true, words, message("go_on"));
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

/** @param {number} done @param {number | null} left seconds */
function progress(done, left) {
  const percent = String(Math.floor(100 * done));
  if (left === null) return message("progress", { percent });
  if (left >= LONG_S) return message("progress_minutes", { percent, count: String(Math.round(left / 60)) });
  return message("progress_seconds", { percent, count: String(Math.max(1, Math.round(left))) });
}
