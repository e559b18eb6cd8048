// @ts-check
// One panel below the main picture: what it shows, how far it is, what was wrong, and its table twin.

import { tryAgain } from "../controls/advice.js";
import { isDrawn } from "../controls/faults.js";
import { Problem, askText } from "../net/api.js";
import { ProgressCard } from "../picture/progress-card.js";
import { message } from "../text/messages.js";
import { typeset } from "../text/typeset.js";
import { fillTable } from "./table.js";

/** @typedef {import("../state/settings.js").Settings} Settings */

/** Why a request was given up: by the reader, who sees so. */
export const STOPPED = "stopped";
const BROKEN = new Problem(message("panel_title"), message("panel_fault"));

export class Panel {
  /**
   * @param {HTMLElement} section with data-view, data-instrument and data-fields
   * @param {() => void} again asks for what is not drawn
   */
  constructor(section, again) {
    this.section = section;
    this.view = section.dataset.view ?? "";
    this.instrument = section.dataset.instrument ?? "";
    this.fields = (section.dataset.fields ?? "").split(" ");
    this.again = again;
    /** What is drawn, and what was stopped by the reader: keys. */
    this.drawn = "";
    this.stopped = "";
    /** What could not be drawn: it is asked for again when the reader wants it. */
    this.failed = "";
    this.near = false;
    /** The query's signal of the request that is under way. @type {AbortSignal | null} */
    this.painting = null;
    this.control = new AbortController();
    /** @type {any} the drawing of this panel, if it has one */
    this.plot = null;
    this.card = new ProgressCard(section.querySelector(".panel-body > .progress"), () => this.control.abort(STOPPED), () => {
      this.stopped = "";
      again();
    });
    this.twin = /** @type {HTMLDetailsElement | null} */ (section.querySelector("[data-twin]"));
    this.tabled = "";
    this.tabling = new AbortController();
  }

  /** @param {Settings} settings */
  key(settings) {
    return [...this.fields.map((name) => settings.values[name] ?? ""), settings.heard].join("\u0000");
  }

  /** Whether it says nothing about the network that is set, and is not there. */
  get isNeedless() {
    return this.section.classList.contains("needless");
  }

  /** Give up what nobody looks at; it is asked for again when somebody does. */
  leave() {
    this.control.abort();
  }

  /** Whether there is nothing to ask for: it is drawn already, or the reader stopped it. @param {string} key */
  isDone(key) {
    return this.drawn === key || this.stopped === key || this.failed === key;
  }

  /** @param {string} text one sentence: what the picture says now */
  read(text) {
    const line = this.section.querySelector("[data-reading]");
    if (line && text) typeset(line, text);
    line?.classList.remove("panel-fault");
  }

  /** @param {AbortSignal} signal of the query @returns {AbortSignal} aborted when the reader stops this panel alone */
  begin(signal) {
    this.painting = signal;
    this.stopped = "";
    this.failed = "";
    this.card.hide();
    this.control = new AbortController();
    return this.control.signal;
  }

  /** @param {AbortSignal} own what `begin` gave */
  end(own) {
    if (this.control.signal !== own) return;
    this.painting = null;
    if (!this.stopped) this.card.hide();
  }

  /** @param {string} key what is drawn now */
  finish(key) {
    this.drawn = key;
    this.section.classList.remove("stale");
  }

  /** The reader has stopped it. @param {string} key */
  halt(key) {
    this.stopped = key;
    this.card.halt(message(isDrawn(this.section) ? "stopped_stale" : "stopped"));
  }

  /** @param {unknown} error @param {string} key what was asked for */
  fail(error, key) {
    if (!(error instanceof Problem)) reportError(error);
    const problem = error instanceof Problem ? error : BROKEN;
    // What is drawn is that of another setting, and is drawn anew when that comes back.
    this.section.classList.toggle("stale", isDrawn(this.section));
    this.drawn = "";
    this.failed = key;
    const line = this.section.querySelector("[data-reading]");
    line?.replaceChildren(problem.message, ...(problem.faults.length ? [] : [" ", tryAgain(() => this.#retry())]));
    line?.classList.add("panel-fault");
  }

  #retry() {
    this.failed = "";
    this.again();
  }

  /** Fill the table twin if it is open and older than the picture. @param {Settings} settings */
  async table(settings) {
    const key = this.key(settings);
    const box = this.twin?.querySelector(".table-box");
    if (!box || !this.twin?.open || this.tabled === key) return;
    this.tabling.abort();
    const { signal } = (this.tabling = new AbortController());
    this.tabled = key;
    try {
      const csv = await askText(`${this.view}.csv`, settings.params(), signal);
      if (!signal.aborted) fillTable(box, csv);
    } catch (error) {
      if (signal.aborted) return;
      this.tabled = "";
      if (!(error instanceof Problem)) throw error;
      box.textContent = `${error.title}: ${error.message}`;
    }
  }
}
