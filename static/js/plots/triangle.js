// @ts-check
// The influence triangle: the heat map itself, its numbers, and the cross-hair on the chosen cell.

import { matrix, vector } from "../net/typed-arrays.js";
import { theme } from "../theme/theme.js";
import { Plot, library } from "./plot.js";

/** Keep in step with --margin-left of instruments.css: the server's picture stands where the plot will. */
const MARGIN = { l: 52, r: 12, t: 12, b: 44 };
/** From here on the name of an axis needs more room beside its digits; the template has the same number. */
const LONG = 1000;
/** So many characters stand beside the name of an axis; a time has more. */
const WIDE = 5;
const LONG_LEFT = 80;
/** There a time of so many characters has room, and each further one needs so much more. */
const TIME = 7;
const CHARACTER = 7.5;

/** @typedef {import("../state/selection.js").Cell} Cell */

/** Of the ends of an axis, in steps. */
const NEAR = 1e-6;

/** Fewer steps than this leave no room above the diagonal. */
const ROOM = 4;

export class Triangle extends Plot {
  /** @param {HTMLElement} element */
  constructor(element) {
    // Zooming has buttons of its own, and a double click leads back to the whole sequence (zoom.js).
    super(element, MARGIN, { displayModeBar: false, doubleClick: false });
    /** @type {number[]} the sampled t */
    this.rows = [];
    /** @type {number[]} the sampled k */
    this.columns = [];
    /** @type {number[][]} */
    this.sizes = [];
    /** What a truncation cuts off. @type {number[][]} */
    this.cutSizes = [];
    /** @type {Cell} */
    this.cell = { t: 1, k: 1 };
    this.watched = false;
  }

  /**
   * @param {import("./plot.js").Figure} figure
   * @param {Cell} cell
   */
  async show(figure, cell) {
    const { data } = figure;
    const [map] = data;
    this.rows = vector(map.y);
    this.columns = vector(map.x);
    this.sizes = matrix(map.z);
    const cut = data.find((trace) => trace.name === "cut");
    this.cutSizes = cut ? matrix(cut.z) : [];
    this.cell = cell;
    const widest = Math.max(...figure.layout.yaxis.ticktext.map((/** @type {string} */ text) => text.length));
    const long = last(this.rows) >= LONG || widest > WIDE;
    this.margin = long ? { ...MARGIN, l: LONG_LEFT + CHARACTER * Math.max(0, widest - TIME) } : MARGIN;
    const hero = /** @type {HTMLElement | null} */ (this.element.closest(".hero"));
    hero?.classList.toggle("long", long);
    hero?.style.setProperty("--margin-left", `${this.margin.l}px`);
    await this.paint(figure);
    if (!this.watched) /** @type {any} */ (this.element).on("plotly_relayout", () => this.#label());
    this.watched = true;
    this.#label();
  }

  /**
   * Read off the plot what was cut out of it; an end that was not moved stays the one it stands for.
   * @param {"xaxis" | "yaxis"} axis
   * @param {number} first
   * @param {number} end
   * @returns {[number, number]}
   */
  cut(axis, first, end) {
    const [low, high] = sorted(/** @type {any} */ (this.element)._fullLayout[axis].range);
    const [least, most] = sorted(this.figure?.layout[axis].range);
    return [low <= least + NEAR ? first : Math.ceil(low), high >= most - NEAR ? end : Math.floor(high)];
  }

  /** Whether the plot shows another part than its figure. */
  get isCut() {
    return /** @type {const} */ (["xaxis", "yaxis"]).some((axis) => {
      const shown = sorted(/** @type {any} */ (this.element)._fullLayout[axis].range);
      return sorted(this.figure?.layout[axis].range).some((end, index) => Math.abs(end - shown[index]) > NEAR);
    });
  }

  /** Undo a cut that shows nothing. */
  restore() {
    const { xaxis, yaxis } = this.figure?.layout ?? {};
    if (xaxis) void library().relayout(this.element, { "xaxis.range": [...xaxis.range], "yaxis.range": [...yaxis.range] });
  }

  /** The words above the diagonal need room there: none in a very short sequence, none in a window away from the diagonal. */
  #label() {
    const label = this.element.parentElement?.querySelector(".no-path");
    const range = /** @type {any} */ (this.element)._fullLayout?.xaxis?.range ?? [0, 0];
    const { rows, columns } = this;
    const square = rows[0] === columns[0] && last(rows) === last(columns);
    if (label instanceof HTMLElement) label.hidden = !square || rows.length < ROOM || Math.abs(range[1] - range[0]) < last(columns) - columns[0];
  }

  /** @param {import("./plot.js").Figure} figure */
  prepare({ data, layout }) {
    const bare = data.map((trace) => (trace.type === "heatmap" ? { ...trace, showscale: false } : trace));
    const quiet = { showgrid: false, zeroline: false, uirevision: `${this.rows[0]} ${last(this.rows)} ${this.columns[0]} ${last(this.columns)}` };
    const [xaxis, yaxis] = [{ ...layout.xaxis, ...quiet }, { ...layout.yaxis, ...quiet }];
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
    const [row, column] = [this.rows.indexOf(t), this.columns.indexOf(k)];
    const value = this.sizes[row]?.[column];
    if (value === undefined) return undefined;
    if (Number.isFinite(value)) return value;
    const whole = this.cutSizes[row]?.[column];
    return whole !== undefined && Number.isFinite(whole) ? whole : null;
  }

  /** Tell whether a truncation cuts a cell off, though it has a size. @param {Cell} cell */
  isCutOff({ t, k }) {
    return Number.isFinite(this.cutSizes[this.rows.indexOf(t)]?.[this.columns.indexOf(k)]);
  }

  /**
   * Move along the sampled steps; from a cell that is out of sight, to the nearest one that is not.
   * @param {Cell} cell
   * @param {number} down rows to go down (later t)
   * @param {number} right columns to go right (later k)
   * @returns {Cell} a cell on or below the diagonal
   */
  step({ t, k }, down, right) {
    const { rows, columns } = this;
    if (t < rows[0] || t > last(rows) || k < columns[0] || k > last(columns)) return this.#nearest(t, k);
    const row = clamp(at(rows, t) + down, 0, rows.length - 1);
    const column = clamp(at(columns, k) + right, 0, columns.length - 1);
    if (down) return { t: rows[Math.max(row, at(rows, k))], k };
    return { t, k: columns[columns[column] > t ? before(columns, t) : column] };
  }

  /** @param {number} t @param {number} k @returns {Cell} */
  #nearest(t, k) {
    const row = this.rows[Math.max(at(this.rows, t), at(this.rows, this.columns[0]))];
    return { t: row, k: this.columns[Math.min(at(this.columns, k), before(this.columns, row))] };
  }

  #cross() {
    const { accent, raised } = theme();
    const { t, k } = this.cell;
    const [tall, wide] = [stride(this.rows), stride(this.columns)];
    const [first, end] = [(this.columns[0] ?? 1) - wide / 2, (last(this.rows) ?? 1) + tall / 2];
    const line = { color: accent, width: 1.25 };
    const halo = { color: raised, width: 3.5 };
    const ways = [{ x0: first, x1: k - wide / 2, y0: t, y1: t }, { x0: k, x1: k, y0: t + tall / 2, y1: end }];
    const box = { type: "rect", x0: k - wide / 2, x1: k + wide / 2, y0: t - tall / 2, y1: t + tall / 2 };
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

/** @param {number[]} steps @param {number} step @returns {number} index of the last that is not after the step */
function before(steps, step) {
  return Math.max(0, steps.findLastIndex((value) => value <= step));
}

/** @param {[number, number]} range */
function sorted([one, other]) {
  return one < other ? [one, other] : [other, one];
}

/** @param {number[]} steps how far apart the last two are */
function stride(steps) {
  return steps.length > 1 ? last(steps) - steps[steps.length - 2] : 1;
}

/** @param {number[]} steps */
function last(steps) {
  return steps[steps.length - 1];
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
