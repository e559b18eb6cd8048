// @ts-check
// Painting a figure of the server in the colours of the page.

import { onThemeChange, theme } from "../theme/theme.js";

/** @typedef {{data: any[], layout: any}} Figure */

/** Nothing of a plot leaves this page: no upload, no logo. */
const CONFIG = {
  showTips: false,
  showSendToCloud: false,
  plotlyServerURL: "",
  displaylogo: false,
  modeBarButtons: [["zoom2d", "pan2d", "resetScale2d"]],
};
/** Pixels that the name of a tick needs. */
const TICK = 46;
const FINGERS = matchMedia("(pointer: coarse)");

/** @returns {any} the drawing library, loaded as a classic script before the modules run */
export function library() {
  return /** @type {any} */ (window).Plotly;
}

/**
 * Give a figure the colours and the face of the page; what it says is not touched.
 * @param {Figure} figure
 * @param {any} [margin]
 * @returns {Figure}
 */
export function dress({ data, layout }, margin) {
  const colours = theme();
  const clear = "rgba(0,0,0,0)";
  const dressed = {
    ...layout,
    autosize: true,
    uirevision: "unrolled",
    dragmode: FINGERS.matches ? false : "zoom",
    paper_bgcolor: clear,
    plot_bgcolor: clear,
    margin: margin ?? layout.margin ?? { l: 56, r: 16, t: 12, b: 48 },
    font: { ...layout.font, family: colours.sans, size: 0.75 * colours.size, color: colours.quiet },
    hoverlabel: { ...layout.hoverlabel, bgcolor: colours.raised, bordercolor: colours.edge, font: { family: colours.sans, size: 0.8125 * colours.size, color: colours.ink } },
    legend: { ...layout.legend, bgcolor: clear, font: { color: colours.ink } },
  };
  delete dressed.width;
  delete dressed.height;
  for (const name of Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key)).concat("xaxis", "yaxis")) {
    const title = { ...layout[name]?.title, font: { ...layout[name]?.title?.font, size: 0.75 * colours.size } };
    // The library writes what a reader zooms to into the range it was given.
    const range = layout[name]?.range && { range: [...layout[name].range] };
    dressed[name] = { ...layout[name], ...range, title, gridcolor: colours.grid, zerolinecolor: colours.rule, linecolor: colours.edge, tickcolor: colours.edge };
  }
  return { data, layout: dressed };
}

/** Names of ticks stand side by side: a narrow plot has room for fewer than the server planned. @param {any} layout @param {number} width */
function thin({ xaxis, margin }, width) {
  if (xaxis.nticks && width) xaxis.nticks = Math.max(2, Math.min(xaxis.nticks, Math.floor((width - margin.l - margin.r) / TICK)));
}

/** One drawing: keeps its figure, so that it can be painted again when the theme changes. */
export class Plot {
  /**
   * @param {HTMLElement} element
   * @param {any} [margin]
   * @param {any} [config] what differs from the configuration of every plot
   */
  constructor(element, margin, config) {
    this.config = { ...CONFIG, ...config };
    this.element = element;
    this.margin = margin;
    /** @type {Figure | null} */
    this.figure = null;
    /** @type {Figure | (() => Figure)} */
    this.source = { data: [], layout: {} };
    onThemeChange(() => {
      if (this.figure) void this.paint(this.source);
    });
    // Not the window alone changes the size: a panel that was hidden comes back, a fold opens.
    new ResizeObserver(() => this.#fit()).observe(element);
  }

  /** @param {Figure | (() => Figure)} source a figure, or what makes one in the colours of the moment */
  async paint(source) {
    this.source = source;
    const figure = typeof source === "function" ? source() : source;
    this.figure = figure;
    const { data, layout } = this.prepare(dress(figure, this.margin));
    thin(layout, this.element.clientWidth);
    await library().react(this.element, data, layout, this.config);
    this.element.closest(".frame")?.classList.add("painted");
    this.#fit();
  }

  /** Fill the frame, where it is shown and of another size than the drawing. */
  #fit() {
    const { clientWidth: width, clientHeight: height } = this.element;
    const { width: drawn, height: tall } = /** @type {any} */ (this.element)._fullLayout ?? {};
    if (width && drawn && (Math.abs(width - drawn) > 1 || Math.abs(height - tall) > 1)) void library().Plots.resize(this.element).catch(() => {});
  }

  /**
   * A last change before painting; a place for subclasses.
   * @param {Figure} figure
   * @returns {Figure}
   */
  prepare(figure) {
    return figure;
  }
}
