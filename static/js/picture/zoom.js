// @ts-check
// Looking closer: a window of the triangle, chosen by dragging, by key or by button; the settings hold it, so that Back leads out again.

import { WHOLE, chosenOf, isInside, windowOf } from "../state/selection.js";

/** @typedef {import("../state/settings.js").Settings} Settings */
/** @typedef {import("../plots/triangle.js").Triangle} Triangle */
/** @typedef {import("../state/selection.js").Window} Window */
/** @typedef {"in" | "out" | "whole"} Way */

/** A window of fewer steps shows nothing closer. */
const LEAST = 4;
/** @type {Record<string, Way>} */
const KEYS = { "+": "in", "=": "in", "-": "out", "0": "whole" };

export class Zoom {
  /**
   * @param {Triangle} triangle
   * @param {Settings} settings
   * @param {import("./picture.js").Picture} picture what is cut out of it must be what is set
   */
  constructor(triangle, settings, picture) {
    this.triangle = triangle;
    this.settings = settings;
    this.picture = picture;
    this.attached = false;
    this.buttons = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll("[data-zoom]")]);
    for (const button of this.buttons) button.addEventListener("click", () => this.#go(/** @type {Way} */ (button.dataset.zoom)));
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
    if (this.attached) return;
    this.attached = true;
    const plot = /** @type {any} */ (this.triangle.element);
    plot.on("plotly_doubleclick", () => {
      if (!this.#leads("whole")) return;
      this.picture.chooser?.revert();
      this.#go("whole");
    });
    plot.on("plotly_relayout", (/** @type {any} */ change) => {
      if (!this.triangle.isCut || !Object.keys(change).some((name) => /^[xy]axis\.range/.test(name))) return;
      if (!this.picture.isCurrent || !this.#show(this.#cut())) this.triangle.restore();
    });
  }

  /** Read off the plot what was dragged. @returns {Window} */
  #cut() {
    const { from, until, since, to } = windowOf(this.settings.values);
    const [k, t] = [this.triangle.cut("xaxis", from, until), this.triangle.cut("yaxis", since, to)];
    return { from: k[0], until: k[1], since: t[0], to: t[1] };
  }

  /** @param {Way} way */
  #go(way) {
    if (!this.#leads(way)) return;
    if (way === "whole") this.settings.set(WHOLE);
    else this.#scale(way === "in" ? 0.5 : 2);
  }

  /** Show more or less of what surrounds the chosen cell, or the middle when it is not in sight. @param {number} scale */
  #scale(scale) {
    const window = windowOf(this.settings.values);
    const { from, until, since, to } = window;
    const cell = chosenOf(this.settings.values);
    const length = Number(this.settings.values.length);
    const [k, t] = isInside(cell, window) ? [cell.k, cell.t] : [Math.round((from + until) / 2), Math.round((since + to) / 2)];
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

  /** @param {Way} way @returns {boolean} whether it shows anything else */
  #leads(way) {
    const { from, until, since, to } = windowOf(this.settings.values);
    const length = Number(this.settings.values.length);
    if (way === "in") return Math.min(until - from, to - since) >= LEAST;
    return Number.isFinite(length) && !(from === 1 && since === 1 && until === length && to === length);
  }

  /** Offer only what leads somewhere. */
  #offer() {
    for (const button of this.buttons) {
      const way = /** @type {Way} */ (button.dataset.zoom);
      const idle = !this.#leads(way);
      // A button that goes must not take the keyboard's place on the page with it.
      if (idle && button === document.activeElement) this.triangle.element.focus({ preventScroll: true });
      if (way === "whole") button.hidden = idle;
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
