// @ts-check
// The inside of the chosen cell: its singular values, and the factors it is the product of.

import { theme } from "./theme.js";

/** @typedef {import("./plot.js").Figure} Figure */
/** @typedef {{log10_singular_values: (number | null)[], steps: {t: number, log10_norm: number | null, log10_product: number | null}[]}} Inside */

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
    layout: { xaxis: { title: { text: "singular value, largest first" } }, yaxis: { title: { text: "log\u2081\u2080 \u03c3" } } },
  };
}

/**
 * @param {Inside} inside
 * @returns {Figure}
 */
export function factors({ steps }) {
  const { accent, edge } = theme();
  const x = steps.map((step) => step.t);
  return {
    data: [
      { type: "scatter", mode: "markers", name: "one factor", x, y: steps.map((step) => step.log10_norm), marker: { color: edge, size: 6 }, hovertemplate: `J<sub>%{x}</sub>: 10<sup>%{y:.2f}</sup>${HOVER}` },
      { type: "scatter", mode: "lines", name: "product so far", x, y: steps.map((step) => step.log10_product), line: { color: accent, width: 2 }, hovertemplate: `product: 10<sup>%{y:.2f}</sup>${HOVER}` },
    ],
    layout: { xaxis: { title: { text: "step j" } }, yaxis: { title: { text: "log\u2081\u2080 of the norm" } }, showlegend: true, legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" } },
  };
}
