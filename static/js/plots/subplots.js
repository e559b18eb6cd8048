// @ts-check
// Two plots in one drawing: beside each other where there is room, one above the other where there is not.

import { Plot } from "./plot.js";

/** @typedef {import("./plot.js").Figure} Figure */

/** Pixels from which two stand beside each other; the style sheet has the same number. */
const ROOM = 620;
/** Where each stands, one above the other, and pixels that are left below for what both have in common. */
const UPPER = [0.57, 1];
const LOWER = [0, 0.43];

export class Beside extends Plot {
  /** @param {HTMLElement} element */
  constructor(element) {
    super(element);
    this.stacked = this.#isNarrow;
    new ResizeObserver(() => {
      if (this.figure && this.element.clientWidth && this.stacked !== this.#isNarrow) void this.paint(this.source);
    }).observe(element);
  }

  get #isNarrow() {
    return this.element.clientWidth < ROOM;
  }

  /**
   * @param {Figure} figure
   * @returns {Figure}
   */
  prepare({ data, layout }) {
    this.stacked = this.#isNarrow;
    if (!this.stacked || !layout.xaxis2) return { data, layout };
    const { xaxis, xaxis2, yaxis, yaxis2 } = layout;
    return {
      data,
      layout: {
        ...layout,
        // Entries as narrow as their words stand in one row.
        legend: { ...layout.legend, entrywidth: 0 },
        xaxis: { ...xaxis, domain: [0, 1] },
        xaxis2: { ...xaxis2, domain: [0, 1] },
        yaxis: { ...yaxis, domain: UPPER },
        yaxis2: { ...yaxis2, domain: LOWER, ...(yaxis2.title?.text ? {} : { title: yaxis.title }) },
      },
    };
  }
}
