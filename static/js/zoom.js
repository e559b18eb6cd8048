// @ts-check
// Looking closer: a window of the triangle, chosen by dragging, by key or by button; the settings hold it, so that Back leads out again.

import { chosen } from "./cell.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./triangle.js").Triangle} Triangle */
/** @typedef {{from: number, until: number, since: number, to: number}} Window columns k from..until, rows t since..to */

/** A window of fewer steps shows nothing closer. */
const LEAST = 4;
/** @type {Record<string, "in" | "out" | "whole">} */
const KEYS = { "+": "in", "=": "in", "-": "out", "0": "whole" };

export class Zoom {
  /**
   * @param {Triangle} triangle
   * @param {Settings} settings
   */
  constructor(triangle, settings) {
    this.triangle = triangle;
    this.settings = settings;
    this.buttons = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll("[data-zoom]")]);
    for (const button of this.buttons) button.addEventListener("click", () => this.#go(button.dataset.zoom ?? ""));
    triangle.element.addEventListener("keydown", (event) => {
      const way = KEYS[event.key];
      if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.#go(way);
    });
    settings.onChange(() => this.#offer());
    this.#offer();
  }

  /** Listen to the plot; once it is painted, for only then it has events. */
  attach() {
    const plot = /** @type {any} */ (this.triangle.element);
    plot.on("plotly_doubleclick", () => this.#go("whole"));
    plot.on("plotly_relayout", (/** @type {any} */ change) => {
      if (!Object.keys(change).some((name) => /^[xy]axis\.range/.test(name))) return;
      const { from, until, since, to } = this.window;
      const [k, t] = [this.triangle.cut("xaxis", from, until), this.triangle.cut("yaxis", since, to)];
      if (!this.#show({ from: k[0], until: k[1], since: t[0], to: t[1] })) this.triangle.restore();
    });
  }

  /** @returns {Window} what is shown now */
  get window() {
    const { from, until, since, to, length } = this.settings.values;
    const [first, last] = [Number(from || 1), Number(to || length)];
    return { from: first, until: Number(until || last), since: Number(since || first), to: last };
  }

  /** @param {string} way */
  #go(way) {
    if (way === "whole") this.settings.set({ from: "", until: "", since: "", to: "" });
    else this.#scale(way === "in" ? 0.5 : 2);
  }

  /** Show more or less of what surrounds the chosen cell, or the middle when it is not in sight. @param {number} scale */
  #scale(scale) {
    const { from, until, since, to } = this.window;
    const cell = chosen(this.settings);
    const seen = cell.k >= from && cell.k <= until && cell.t >= since && cell.t <= to;
    const length = Number(this.settings.values.length);
    const [k, t] = seen ? [cell.k, cell.t] : [Math.round((from + until) / 2), Math.round((since + to) / 2)];
    const columns = around(k, (until - from + 1) * scale, length);
    const rows = around(t, (to - since + 1) * scale, length);
    this.#show({ from: columns[0], until: columns[1], since: rows[0], to: rows[1] });
  }

  /**
   * @param {Window} window
   * @returns {boolean} whether there is anything to see
   */
  #show({ from, until, since, to }) {
    const length = Number(this.settings.values.length);
    const [first, last] = [Math.max(1, from), Math.min(length, to)];
    const [end, begin] = [Math.min(until, last), Math.max(since, first)];
    // Above the diagonal there is no path, and between two steps there is no step.
    if (first > end || begin > last) return false;
    this.settings.set({ from: given(first, 1), until: given(end, last), since: given(begin, first), to: given(last, length) });
    return true;
  }

  /** Offer only what leads somewhere. */
  #offer() {
    const { from, until, since, to } = this.window;
    const length = Number(this.settings.values.length);
    const whole = from === 1 && since === 1 && until === length && to === length;
    for (const button of this.buttons) {
      const way = button.dataset.zoom;
      const idle = way === "in" ? Math.min(until - from, to - since) < LEAST : whole;
      if (way === "whole") button.hidden = whole;
      else button.disabled = idle;
    }
  }
}

/** @param {number} value @param {number} standard what it is when left out */
function given(value, standard) {
  return value === standard ? "" : String(value);
}

/** @param {number} step @param {number} wanted how many steps @param {number} length @returns {[number, number]} */
function around(step, wanted, length) {
  const count = Math.min(length, Math.max(LEAST, Math.round(wanted)));
  const first = Math.min(Math.max(1, step - Math.floor(count / 2)), length - count + 1);
  return [first, first + count - 1];
}
