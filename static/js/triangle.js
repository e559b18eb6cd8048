// @ts-check
// The influence triangle: the heat map itself, its numbers, and the cross-hair on the chosen cell.

import { Plot, library } from "./plot.js";
import { theme } from "./theme.js";
import { matrix, vector } from "./typed.js";

/** Keep in step with .placeholder of instruments.css: the server's picture stands where the plot will. */
const MARGIN = { l: 52, r: 12, t: 12, b: 44 };

/** @typedef {{t: number, k: number}} Cell */

/** Fewer steps than this leave no room above the diagonal. */
const ROOM = 4;

export class Triangle extends Plot {
  /** @param {HTMLElement} element */
  constructor(element) {
    super(element, MARGIN);
    /** @type {number[]} */
    this.steps = [];
    /** @type {number[][]} */
    this.sizes = [];
    /** @type {Cell} */
    this.cell = { t: 1, k: 1 };
    this.watched = false;
  }

  /**
   * @param {import("./plot.js").Figure} figure
   * @param {Cell} cell
   */
  async show(figure, cell) {
    const [map] = figure.data;
    this.steps = vector(map.y);
    this.sizes = matrix(map.z);
    this.cell = cell;
    await this.paint(figure);
    if (!this.watched) /** @type {any} */ (this.element).on("plotly_relayout", () => this.#label());
    this.watched = true;
    this.#label();
  }

  /** The words above the diagonal need room there: none in a very short sequence, none when zoomed in. */
  #label() {
    const label = this.element.parentElement?.querySelector(".no-path");
    const range = /** @type {any} */ (this.element)._fullLayout?.xaxis?.range ?? [0, 0];
    const whole = (this.steps[this.steps.length - 1] ?? 1) - (this.steps[0] ?? 1);
    if (label instanceof HTMLElement) label.hidden = this.steps.length < ROOM || Math.abs(range[1] - range[0]) < whole;
  }

  /** @param {import("./plot.js").Figure} figure */
  prepare({ data, layout }) {
    const bare = data.map((trace) => (trace.type === "heatmap" ? { ...trace, showscale: false } : trace));
    const [xaxis, yaxis] = [{ ...layout.xaxis, showgrid: false, zeroline: false }, { ...layout.yaxis, showgrid: false, zeroline: false }];
    return { data: bare, layout: { ...layout, xaxis, yaxis, plot_bgcolor: theme().noPath, showlegend: false, shapes: this.#cross() } };
  }

  /** @param {Cell} cell */
  mark(cell) {
    this.cell = cell;
    if (this.figure) void library().relayout(this.element, { shapes: this.#cross() });
  }

  /**
   * Give the size at a cell as log10; null for exactly zero, undefined where the picture has no sample.
   * @param {Cell} cell
   * @returns {number | null | undefined}
   */
  size({ t, k }) {
    const value = this.sizes[this.steps.indexOf(t)]?.[this.steps.indexOf(k)];
    if (value === undefined) return undefined;
    return Number.isFinite(value) ? value : null;
  }

  /**
   * Move along the sampled steps.
   * @param {Cell} cell
   * @param {number} down rows to go down (later t)
   * @param {number} right columns to go right (later k)
   * @returns {Cell} a cell on or below the diagonal
   */
  step({ t, k }, down, right) {
    const { steps } = this;
    const last = steps.length - 1;
    const row = clamp(at(steps, t) + down, 0, last);
    const column = clamp(at(steps, k) + right, 0, last);
    if (down) return { t: steps[Math.max(row, at(steps, k))], k };
    return { t, k: steps[Math.min(column, at(steps, t))] };
  }

  #cross() {
    const { accent, raised } = theme();
    const { t, k } = this.cell;
    const stride = this.steps.length > 1 ? this.steps[this.steps.length - 1] - this.steps[this.steps.length - 2] : 1;
    const first = (this.steps[0] ?? 1) - stride / 2;
    const last = (this.steps[this.steps.length - 1] ?? 1) + stride / 2;
    const line = { color: accent, width: 1.25 };
    const halo = { color: raised, width: 3.5 };
    const ways = [{ x0: first, x1: k - stride / 2, y0: t, y1: t }, { x0: k, x1: k, y0: t + stride / 2, y1: last }];
    const box = { type: "rect", x0: k - stride / 2, x1: k + stride / 2, y0: t - stride / 2, y1: t + stride / 2 };
    return [
      ...ways.map((way) => ({ type: "line", ...way, line: halo, opacity: 0.7 })),
      ...ways.map((way) => ({ type: "line", ...way, line })),
      { ...box, line: { color: raised, width: 5 } },
      { ...box, line: { color: accent, width: 2.5 } },
    ];
  }
}

/** @param {number[]} steps @param {number} step */
function at(steps, step) {
  const index = steps.findIndex((value) => value >= step);
  return index < 0 ? steps.length - 1 : index;
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
