// @ts-check
// Choosing a cell of the triangle by click and by key, and saying in words what stands there.

import { library } from "./plot.js";
import { symbols } from "./symbols.js";
import { power, powerText, sentence, spoken } from "./words.js";

/** @typedef {import("./triangle.js").Triangle} Triangle */
/** @typedef {import("./triangle.js").Cell} Cell */
/** @typedef {import("./settings.js").Settings} Settings */

/** Rows and columns a key moves by. @type {Record<string, [number, number]>} */
const MOVES = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
  PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -Infinity], End: [Infinity, 0],
};

/**
 * @param {Settings} settings
 * @returns {Cell} the chosen cell; the last step against the first when none is chosen
 */
export function chosen({ values }) {
  return { t: Number(values.t || values.length) || 1, k: Number(values.k || 1) || 1 };
}

export class Chooser {
  /**
   * @param {Triangle} triangle
   * @param {Settings} settings
   */
  constructor(triangle, settings) {
    this.triangle = triangle;
    this.settings = settings;
    this.readout = document.getElementById("readout");
    this.announcement = document.getElementById("announce");
    triangle.element.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Listen to the plot; once it is painted, for only then it has events. */
  attach() {
    const plot = /** @type {any} */ (this.triangle.element);
    plot.on("plotly_click", (/** @type {any} */ event) => {
      const [point] = event.points;
      this.#choose({ t: Number(point.y), k: Number(point.x) });
    });
    plot.on("plotly_hover", (/** @type {any} */ event) => {
      const [point] = event.points;
      this.say({ t: Number(point.y), k: Number(point.x) });
    });
    plot.on("plotly_unhover", () => this.say(this.triangle.cell));
  }

  /**
   * Put a cell's meaning under the plot.
   * @param {Cell} cell
   * @param {number | null} [size] its size when the picture has no sample there
   */
  say(cell, size = this.triangle.size(cell)) {
    if (!this.readout) return;
    const { t, k } = cell;
    const value = size === undefined ? "" : `: ${power(size)}`;
    this.readout.innerHTML = `<strong>t = ${t}, k = ${k}, lag ${t - k}${value}.</strong> ${sentence(t, k, size, this.settings.values.norm, symbols(this.settings))}`;
  }

  /** Move the cross-hair to what is chosen, and say it. */
  follow() {
    this.triangle.mark(chosen(this.settings));
    this.tell();
  }

  /** Say what is chosen, under the plot and in its label. */
  tell() {
    const cell = chosen(this.settings);
    this.say(cell);
    this.triangle.element.setAttribute("aria-label", `Influence triangle. Chosen: t ${cell.t}, k ${cell.k}.`);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const move = MOVES[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey || !this.triangle.rows.length) return;
    event.preventDefault();
    this.#choose(this.triangle.step(chosen(this.settings), ...move));
  }

  /** @param {Cell} cell */
  #choose(cell) {
    library().Fx?.unhover?.(this.triangle.element);
    this.settings.set({ t: String(cell.t), k: String(cell.k) }, { quiet: true });
    const size = this.triangle.size(cell);
    const value = size === undefined ? "" : `${powerText(size)}. `;
    if (this.announcement) this.announcement.textContent = `t ${cell.t}, k ${cell.k}: ${value}${spoken(sentence(cell.t, cell.k, size, this.settings.values.norm, symbols(this.settings)))}`;
  }
}
