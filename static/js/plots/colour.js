// @ts-check
// The server's colour map, as it stands in a figure, for drawings that are not made by the plotting library.

import { message } from "../text/messages.js";
import { MINUS } from "../text/numbers.js";
import { typeset } from "../text/typeset.js";

/** @typedef {[number, string][]} Scale pairs of a position from 0 to 1 and a colour */

/** What the plotting library's grey is for an exact zero. */
const NOTHING = [150, 150, 150];
/** How opaque is what a truncation cuts off, out of 255: as faint as in the large picture. */
const FAINT = 71;

/** @param {string} colour #rrggbb or rgb(r, g, b) @returns {number[]} */
function channels(colour) {
  if (colour.startsWith("#")) return [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
  return (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
}

/**
 * Make a function from a position on the scale to red, green and blue.
 * @param {Scale} scale
 * @returns {(position: number) => number[]}
 */
function colourOf(scale) {
  const points = scale.map(([position, colour]) => ({ position, rgb: channels(colour) }));
  return (position) => {
    const place = Math.min(1, Math.max(0, position));
    let upper = points.findIndex((point) => point.position >= place);
    if (upper < 1) upper = 1;
    const low = points[upper - 1];
    const high = points[upper];
    const share = (place - low.position) / (high.position - low.position || 1);
    return low.rgb.map((channel, index) => channel + share * (high.rgb[index] - channel));
  };
}

/**
 * Paint a small triangle, one pixel a cell.
 * @param {HTMLCanvasElement} canvas
 * @param {(number | null)[][]} sizes log10, null where there is no path or exactly nothing
 * @param {Scale} scale
 * @param {[number, number]} range log10 at both ends of the scale
 * @param {number[]} nothing colour of an exact zero on or below the diagonal
 * @param {boolean[][]} [kept] what a truncation leaves; the rest is faint
 */
export function paintTriangle(canvas, sizes, scale, [low, high], nothing, kept) {
  const count = sizes.length;
  canvas.width = count;
  canvas.height = count;
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(count, count);
  const colour = colourOf(scale);
  sizes.forEach((row, t) => {
    for (let k = 0; k <= t; k += 1) {
      const size = row[k];
      const rgb = size === null || size === undefined ? nothing : colour((size - low) / (high - low));
      image.data.set([...rgb, kept && !kept[t][k] ? FAINT : 255], 4 * (t * count + k));
    }
  });
  context.putImageData(image, 0, 0);
}

/**
 * Paint what is left of a gradient, lag by lag: one pixel each.
 * @param {HTMLCanvasElement} canvas
 * @param {(number | null)[]} sizes log10; null for exactly zero
 * @param {Scale} scale
 * @param {[number, number]} range log10 at both ends of the scale
 */
export function paintFading(canvas, sizes, scale, [low, high]) {
  canvas.width = sizes.length;
  canvas.height = 1;
  const context = canvas.getContext("2d");
  if (!context) return;
  const colour = colourOf(scale);
  const image = context.createImageData(sizes.length, 1);
  sizes.forEach((size, x) => image.data.set([...(size === null ? NOTHING : colour((size - low) / (high - low))), 255], 4 * x));
  context.putImageData(image, 0, 0);
}

/**
 * Paint the legend: a bar of the whole scale and its marks.
 * @param {HTMLElement} box holds a canvas and a list
 * @param {Scale} scale
 * @param {[number, number]} range
 */
export function paintLegend(box, scale, [low, high]) {
  const canvas = box.querySelector("canvas");
  const context = canvas?.getContext("2d");
  if (!canvas || !context) return;
  const colour = colourOf(scale);
  const image = context.createImageData(canvas.width, 1);
  for (let x = 0; x < canvas.width; x += 1) image.data.set([...colour(x / (canvas.width - 1)), 255], 4 * x);
  context.putImageData(image, 0, 0);
  const marks = [low, low / 2, 0, high / 2, high];
  const forms = ["legend_low", "", "legend_middle", "", "legend_high"];
  const list = box.querySelector("ol");
  list?.replaceChildren(...marks.map((mark, index) => {
    const item = document.createElement("li");
    const words = document.createElement("span");
    const value = mark === 0 ? "1" : `10^${String(mark).replace("-", MINUS)}`;
    typeset(words, forms[index] ? message(forms[index], { value }) : value);
    item.append(words);
    return item;
  }));
}
