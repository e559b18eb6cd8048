// @ts-check
// Choosing a cell of the triangle by click and by key, and saying in words what stands there.

import { library } from "../plots/plot.js";
import { symbols } from "../state/symbols.js";
import { chosenOf, isInside, windowOf } from "../state/selection.js";
import { cellSentence } from "../text/cell.js";
import { message } from "../text/messages.js";
import { power } from "../text/numbers.js";
import { spoken, typeset } from "../text/typeset.js";

/** @typedef {import("../plots/triangle.js").Triangle} Triangle */
/** @typedef {import("../state/selection.js").Cell} Cell */
/** @typedef {import("../state/settings.js").Settings} Settings */

/** Rows and columns a key moves by. @type {Record<string, [number, number]>} */
const MOVES = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
  PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -Infinity], End: [Infinity, 0],
};

export class Chooser {
  /**
   * @param {Triangle} triangle
   * @param {Settings} settings
   * @param {{isCurrent: boolean}} picture whether it is there to choose in
   */
  constructor(triangle, settings, picture) {
    this.triangle = triangle;
    this.settings = settings;
    this.picture = picture;
    this.readout = document.getElementById("readout");
    this.announcement = document.getElementById("announce");
    this.attached = false;
    /** What was chosen before the last click: the first half of a double click chooses too. */
    this.before = { t: "", k: "" };
    this.doubled = false;
    /** The size of a chosen cell between two samples, as long as it is known. @type {() => number | null | undefined} */
    this.known = () => undefined;
    triangle.element.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Listen to the plot; once it is painted, for only then it has events. */
  attach() {
    if (this.attached) return;
    this.attached = true;
    const plot = /** @type {any} */ (this.triangle.element);
    plot.on("plotly_click", (/** @type {any} */ event) => {
      // The library tells of a double click before it tells of its second click.
      if (this.doubled) return;
      const { t, k } = this.settings.values;
      this.before = { t, k };
      this.#choose(cellOf(event));
    });
    plot.on("plotly_doubleclick", () => {
      this.doubled = true;
      setTimeout(() => { this.doubled = false; });
    });
    plot.on("plotly_hover", (/** @type {any} */ event) => this.say(cellOf(event)));
    plot.on("plotly_unhover", () => this.tell());
  }

  /** Take the size of the chosen cell from elsewhere: between two samples the picture has none. @param {number | null} size @param {() => boolean} holds whether it still is that size */
  learn(size, holds) {
    this.known = () => (holds() ? size : undefined);
    if (this.picture.isCurrent) this.tell();
  }

  /** Take back what the first half of a double click chose. */
  revert() {
    this.settings.set(this.before, { quiet: true });
  }

  /**
   * Put a cell's meaning under the plot.
   * @param {Cell} cell
   * @param {number | null | undefined} [size] undefined where it is not known
   */
  say(cell, size = this.triangle.size(cell)) {
    if (!this.readout) return;
    const [head, words] = [document.createElement("strong"), document.createElement("span")];
    const place = { t: String(cell.t), k: String(cell.k), lag: String(cell.t - cell.k) };
    typeset(head, size === undefined ? message("cell", place) : message("cell_sized", { ...place, size: power(size) }));
    typeset(words, this.#sentence(cell, size));
    this.readout.replaceChildren(head, " ", words);
  }

  /** Move the cross-hair to what is chosen, and say it. */
  follow() {
    this.triangle.mark(chosenOf(this.settings.values));
    this.tell();
  }

  /** Say what is chosen, under the plot and in its label. */
  tell() {
    const cell = chosenOf(this.settings.values);
    const size = this.triangle.size(cell);
    this.say(cell, size === undefined ? this.known() : size);
    const label = message(this.#outside(cell) ? "triangle_label_outside" : "triangle_label", { t: String(cell.t), k: String(cell.k) });
    this.triangle.element.setAttribute("aria-label", label);
  }

  /** @param {Cell} cell @param {number | null | undefined} size */
  #sentence(cell, size) {
    return [
      cellSentence(cell, size, this.settings.values.norm, symbols(this.settings)),
      this.triangle.isCutOff(cell) ? message("cell_cut") : "",
      this.#outside(cell) ? message("cell_outside") : "",
    ].filter(Boolean).join(" ");
  }

  /** @param {Cell} cell */
  #outside(cell) {
    return !isInside(cell, windowOf(this.settings.values));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const move = MOVES[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey || !this.triangle.rows.length) return;
    event.preventDefault();
    this.#choose(this.triangle.step(chosenOf(this.settings.values), ...move));
  }

  /** @param {Cell} cell */
  #choose(cell) {
    if (!this.picture.isCurrent) return;
    library().Fx?.unhover?.(this.triangle.element);
    this.settings.set({ t: String(cell.t), k: String(cell.k) }, { quiet: true });
    const size = this.triangle.size(cell);
    const said = { t: String(cell.t), k: String(cell.k), sentence: spoken(this.#sentence(cell, size)) };
    if (!this.announcement) return;
    this.announcement.textContent = size === undefined ? message("cell_aloud", said) : message("cell_sized_aloud", { ...said, size: power(size) });
  }
}

/** @param {any} event of the plot @returns {Cell} */
function cellOf({ points: [point] }) {
  return { t: Number(point.y), k: Number(point.x) };
}
