// @ts-check
// The decay curves of all tiles in one plot: colour follows the row, dashes the column.

import { Plot } from "../plots/plot.js";
import { message } from "../text/messages.js";
import { theme } from "../theme/theme.js";

/** Okabe and Ito 2008, "Color universal design", in an order that keeps neighbours apart; the last is the ink of the page. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a6d3b"];
const DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "12px,3px,2px,3px,2px,3px", "2px,7px"];
const NARROW = 640;

export class Curves {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.plot = new Plot(element);
  }

  /** @param {any[]} tiles @param {any} head */
  async show(tiles, head) {
    const shown = [...tiles].filter((tile) => !tile.reason).sort((one, other) => one.row - other.row || one.column - other.column);
    await this.plot.paint(() => figure(shown, head, this.element.clientWidth < NARROW));
  }
}

/** @param {any[]} tiles @param {any} head @param {boolean} narrow @returns {import("../plots/plot.js").Figure} */
function figure(tiles, head, narrow) {
  const { ink, grid } = theme();
  const alone = head.rows.labels.length === 1;
  const isGrid = !alone && head.columns.labels.length > 1;
  const colours = [...COLOURS, ink];
  /** Where only one field runs it has the colours. @param {any} tile @returns {string} */
  const colourOf = (tile) => colours[alone ? tile.column : tile.row];
  const curves = tiles.map((tile) => ({
    type: "scatter",
    mode: tile.lag.length < 3 ? "lines+markers" : "lines",
    name: tile.name.replace(/([a-z])_(\w)/g, "$1<sub>$2</sub>"),
    x: tile.lag,
    y: tile.median,
    connectgaps: false,
    line: { color: colourOf(tile), dash: alone ? "solid" : DASHES[tile.column], width: 1.75 },
    hovertemplate: message("curves_hover"),
    showlegend: !isGrid,
  }));
  const bands = tiles.flatMap((tile) => band(tile, colourOf(tile)));
  // A grid has as many curves as tiles, but only so many colours and dashes.
  const keys = isGrid ? [...named(head.rows, (index) => ({ color: colours[index], dash: "solid" })), ...named(head.columns, (index) => ({ color: ink, dash: DASHES[index] }))] : [];
  const axis = { showgrid: true, gridcolor: grid, zeroline: true, ticks: "outside", ticklen: 4, automargin: true };
  return {
    data: [...bands, ...curves, ...keys],
    layout: {
      xaxis: { ...axis, title: { text: message("curves_lag") }, rangemode: "tozero", tickformat: "d", nticks: 9, showgrid: false },
      yaxis: { ...axis, title: { text: message("curves_size") }, nticks: 9 },
      hovermode: "closest",
      showlegend: tiles.length > 1,
      legend: narrow ? { orientation: "h", x: 0, y: -0.3, yanchor: "top" } : { orientation: "v", x: 1.02, y: 1, maxheight: 1 },
      margin: { l: 56, r: 12, t: 12, b: 44 },
    },
  };
}

/** The range over the seeds, one closed piece for each run of lags that have one. @param {any} tile @param {string} colour @returns {any[]} */
function band(tile, colour) {
  const [low, high] = tile.range?.median ?? [[], []];
  /** @type {number[][]} */
  const pieces = [[]];
  tile.lag.forEach((/** @type {number} */ _, /** @type {number} */ index) => {
    if (Number.isFinite(low[index]) && Number.isFinite(high[index])) pieces[pieces.length - 1].push(index);
    else if (pieces[pieces.length - 1].length) pieces.push([]);
  });
  return pieces.filter((piece) => piece.length > 1).map((piece) => {
    const back = piece.toReversed();
    return {
      type: "scatter",
      mode: "lines",
      x: [...piece, ...back].map((index) => tile.lag[index]),
      y: [...piece.map((index) => high[index]), ...back.map((index) => low[index])],
      fill: "toself",
      fillcolor: colour,
      opacity: 0.16,
      line: { width: 0, color: colour },
      hoverinfo: "skip",
      showlegend: false,
    };
  });
}

/** What a colour or a dash stands for. @param {any} axis @param {(index: number) => any} line @returns {any[]} */
function named(axis, line) {
  return axis.labels.map((/** @type {string} */ name, /** @type {number} */ index) => (
    { type: "scatter", mode: "lines", name, x: [null], y: [null], line: { ...line(index), width: 1.75 }, hoverinfo: "skip" }));
}
