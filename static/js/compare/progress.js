// @ts-check
// How many tiles are there, and the way to stop or to go on. It keeps its room when it has nothing to say.

import { message } from "../text/messages.js";

export class Filling {
  /** @param {HTMLElement} box @param {() => void} stop @param {() => void} again */
  constructor(box, stop, again) {
    this.box = box;
    this.bar = /** @type {HTMLProgressElement} */ (box.querySelector("progress"));
    this.said = /** @type {HTMLElement} */ (box.querySelector("span"));
    this.button = /** @type {HTMLButtonElement} */ (box.querySelector("button"));
    this.since = 0;
    this.stopped = false;
    this.button.addEventListener("click", () => (this.stopped ? again : stop)());
  }

  begin() {
    this.since = performance.now();
    this.#put(false, "filling", "", message("cancel"));
    this.bar.value = 0;
  }

  /** @param {number} done @param {number} total */
  show(done, total) {
    this.bar.value = done / total;
    this.said.textContent = message("filling", { done: String(done), total: String(total) });
  }

  /** Everything is there. */
  end() {
    this.#put(false, "", "", message("cancel"));
  }

  /** The reader has stopped it. @param {number} done @param {number} total */
  halt(done, total) {
    this.#put(true, "stopped", message("filling_stopped", { done: String(done), total: String(total) }), message("go_on"));
  }

  /** @param {boolean} stopped @param {string} state @param {string} words @param {string} label */
  #put(stopped, state, words, label) {
    this.stopped = stopped;
    this.box.dataset.state = state;
    this.bar.hidden = stopped;
    this.said.textContent = words;
    this.button.textContent = label;
    // A button that goes must not take the keyboard's place on the page with it.
    if (state === "" && this.box.contains(document.activeElement)) /** @type {HTMLElement | null} */ (this.box.nextElementSibling)?.focus({ preventScroll: true });
  }
}
