// @ts-check
// The inside of the chosen cell: its singular values, and the factors it is the product of.

import { message } from "../text/messages.js";
import { theme } from "../theme/theme.js";

/** @typedef {import("./plot.js").Figure} Figure */
/** @typedef {{log10_singular_values: (number | null)[], steps: {t: number, log10_norm: number | null, log10_product: number | null}[], of: string}} Inside */

const HOVER = "<extra></extra>";

/**
 * @param {Inside} inside
 * @returns {Figure}
 */
export function singularValues({ log10_singular_values: values }) {
  const { ink } = theme();
  return {
    data: [{
      type: "scatter", mode: "markers", x: values.map((_, index) => index + 1), y: values, marker: { color: ink, size: 7 },
      hovertemplate: `\u03c3<sub>%{x}</sub> = 10<sup>%{y:.2f}</sup>${HOVER}`,
    }],
    layout: {
      xaxis: { title: { text: message("values_axis") }, ...whole(values.length) },
      yaxis: { title: { text: message("values_size") }, automargin: true },
      annotations: nothing(values),
    },
  };
}

/**
 * @param {Inside} inside
 * @returns {Figure}
 */
export function factors({ steps, of }) {
  const { accent, edge } = theme();
  const x = steps.map((step) => step.t);
  return {
    data: [
      { type: "scatter", mode: "markers", name: message("factors_one"), x, y: steps.map((step) => step.log10_norm), marker: { color: edge, size: 6 }, hovertemplate: `J<sub>%{x}</sub>: 10<sup>%{y:.2f}</sup>${HOVER}` },
      { type: "scatter", mode: "lines", name: message("factors_product"), x, y: steps.map((step) => step.log10_product), line: { color: accent, width: 2 }, hovertemplate: message("factors_hover", { size: "10<sup>%{y:.2f}</sup>" }) + HOVER },
    ],
    layout: { xaxis: { title: { text: message("factors_axis") }, ...whole(steps.length) }, yaxis: { title: { text: message("factors_size") }, automargin: true }, annotations: nothing(steps.map((step) => step.log10_product), message(of === "o" ? "plot_hop" : "plot_diagonal")), showlegend: true, legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" } },
  };
}

/**
 * Few values need every whole number as a tick: Plotly would put fractions between them.
 * @param {number} count
 */
function whole(count) {
  return count < 8 ? { dtick: 1, tick0: 0 } : {};
}

/**
 * Say why a plot is empty.
 * @param {(number | null)[]} values
 * @param {string} [none] what it means that there are no values
 */
function nothing(values, none = message("plot_empty")) {
  if (values.some((value) => value !== null)) return [];
  const text = values.length ? message("plot_zero") : none;
  return [{ text, xref: "paper", yref: "paper", x: 0.5, y: 0.5, showarrow: false }];
}
