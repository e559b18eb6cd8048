// @ts-check
// The unrolled graph as a drawing, with the gradient's path from h_t back to h_k.

import { COLUMNS, RADIUS, WIDTH, layOut, thickness, way } from "./graph-layout.js";
import { powerMark, svg } from "./svg.js";
import { fixed, powerText } from "./words.js";

/** @typedef {import("./graph-layout.js").Place} Place */
/** @typedef {import("./graph-layout.js").Node} Node */
/** @typedef {{source: string, target: string, log10_norm: number | null, on_path: boolean, cut: boolean, log10_step?: number | null, log10_product?: number | null, log10_ratio?: number | null}} Edge */

/** About how wide a digit of a label is. */
const DIGIT_WIDTH = 6.3;

/**
 * Draw a graph.
 * @param {{nodes: Node[], edges: Edge[]}} graph
 * @param {{t: number, k: number}} cell
 * @param {(step: number) => void} choose called with the step of a state that was clicked
 * @param {import("./symbols.js").Symbols} symbols
 * @returns {SVGElement}
 */
export function draw({ nodes, edges }, cell, choose, symbols) {
  const { places, height } = layOut(nodes);
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "group", class: "graph", "aria-label": `Steps of the network; the path from ${symbols.of} ${cell.t} back to ${symbols.wrt} ${cell.k} is marked` });
  /** @param {Node} node @returns {string} */
  const letter = ({ kind, id, t }) => (kind !== "state" ? id[0] : t === cell.t ? symbols.of : t === cell.k && symbols.wrt !== "x" ? symbols.wrt : symbols.state);
  drawing.append(arrows(), heads());
  const resting = edges.filter((edge) => !edge.on_path);
  const path = edges.filter((edge) => edge.on_path);
  for (const edge of [...resting, ...path]) drawing.append(line(edge, places, letter));
  for (const place of places.values()) drawing.append(mark(place, cell, choose, path, letter(place.node)));
  for (const edge of path) drawing.append(...factors(edge, places));
  const start = places.get(`h${cell.t}`);
  if (start) drawing.append(product(start, 0));
  return drawing;
}

/** @param {Edge} edge @param {Map<string, Place>} places @param {(node: Node) => string} letter */
function line(edge, places, letter) {
  const [source, target] = [places.get(edge.source), places.get(edge.target)];
  if (!source || !target) return svg("g");
  const whole = edge.on_path ? edge.log10_step ?? edge.log10_norm : edge.log10_norm;
  // A fold stands for many factors: its line is as thick as one of them is on average.
  const size = whole === null ? null : whole / (target.node.hides ?? 1);
  const said = `${letter(source.node)} ${source.node.t} \u2192 ${letter(target.node)} ${target.node.t}: ${powerText(edge.log10_norm)}${edge.cut ? ", cut off by the truncation" : ""}`;
  // The gradient runs against the arrows of the forward pass: its lines are drawn from late to early.
  const d = edge.on_path ? way(target, source) : way(source, target);
  const kind = edge.on_path ? "edge edge-path" : edge.cut ? "edge edge-cut" : "edge";
  return svg("path", { class: kind, d, "stroke-width": thickness(size).toFixed(2), "marker-end": `url(#${edge.on_path ? "back" : "ahead"})` }, svg("title", {}, said));
}

/** @param {Place} place @param {{t: number, k: number}} cell @param {(step: number) => void} choose @param {Edge[]} path @param {string} letter */
function mark({ x, y, r, w, node }, cell, choose, path, letter) {
  const onPath = path.some((edge) => edge.source === node.id || edge.target === node.id);
  const group = svg("g", { class: `node node-${node.kind}${onPath ? " node-path" : ""}` });
  const body = svg("rect", { class: "body", x: x - w, y: y - r, width: 2 * w, height: 2 * r, rx: r });
  if (node.kind === "fold") {
    group.append(body, svg("text", { x, y: y + 4.5, class: "fold-text" }, node.label));
    return group;
  }
  const step = String(node.t);
  group.append(body, svg("text", { x, y: y + 4.5, class: "symbol" }, letter, svg("tspan", { class: "index", dy: 3.5 }, step)));
  if (node.kind === "input") group.append(svg("text", { x: x - w - 8, y: y + 4.5, class: "given", ...squeezed(node.label, x - w - 8) }, node.label));
  if (node.kind === "state" && node.t > 0) button(group, node.t, cell, choose, letter);
  group.append(svg("title", {}, about(node)));
  return group;
}

/** A time of many digits is made narrower rather than cut off. @param {string} label @param {number} room @returns {Record<string, string | number>} */
function squeezed(label, room) {
  return label.length * DIGIT_WIDTH > room ? { textLength: room - 1, lengthAdjust: "spacingAndGlyphs" } : {};
}

/** @param {Node} node */
function about(node) {
  const name = { input: "input", preactivation: "pre-activation", state: "state" }[node.kind] ?? node.kind;
  const size = node.log10_norm === undefined ? "" : `, size ${powerText(node.log10_norm)}`;
  return `${name} of step ${node.t}${size}`;
}

/** @param {SVGElement} group @param {number} step @param {{t: number, k: number}} cell @param {(step: number) => void} choose @param {string} letter */
function button(group, step, cell, choose, letter) {
  const role = step === cell.t ? ", chosen as t" : step === cell.k ? ", chosen as k" : "";
  group.setAttribute("role", "button");
  group.setAttribute("tabindex", "0");
  group.setAttribute("aria-label", `${letter} ${step}${role}`);
  group.dataset.step = String(step);
  if (role) group.classList.add("node-end");
  group.addEventListener("click", () => choose(step));
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose(step);
  });
}

/**
 * Print the factor of one step beside its line, and what is left beside the state it leads back to.
 * @param {Edge} edge
 * @param {Map<string, Place>} places
 */
function factors(edge, places) {
  const [source, target] = [places.get(edge.source), places.get(edge.target)];
  if (!source || !target || edge.log10_product === undefined) return [];
  const marks = [product(source, edge.log10_product)];
  const place = { x: COLUMNS.state + RADIUS + 12, y: (source.y + target.y) / 2 + 5, class: "step-factor" };
  // What the factor did to this product, so that the column multiplies up; its own norm may be larger.
  if (edge.log10_ratio === null) marks.push(svg("text", place, "\u00d7 0"));
  else if (edge.log10_ratio !== undefined) marks.push(powerMark(place, fixed(edge.log10_ratio), "\u00d7 "));
  return marks;
}

/** @param {Place} place @param {number | null} log10 */
function product({ y, w }, log10) {
  const x = COLUMNS.state + w + 12;
  if (log10 === null) return svg("text", { x, y: y + 5, class: "product" }, "exactly 0");
  if (log10 === 0) return svg("text", { x, y: y + 5, class: "product" }, "1");
  return powerMark({ x, y: y + 5, class: "product" }, fixed(log10));
}

function heads() {
  const text = { class: "head", y: 14 };
  return svg("g", {}, svg("text", { ...text, x: COLUMNS.input }, "input"), svg("text", { ...text, x: COLUMNS.preactivation }, "pre-activation"),
    svg("text", { ...text, x: COLUMNS.state }, "state"), svg("text", { ...text, x: COLUMNS.state + RADIUS + 12, class: "head head-start" }, "product so far"));
}

function arrows() {
  const shape = { viewBox: "0 0 8 8", refX: 2, refY: 4, markerUnits: "userSpaceOnUse", orient: "auto" };
  return svg("defs", {},
    svg("marker", { ...shape, id: "ahead", markerWidth: 7, markerHeight: 7, class: "arrow" }, svg("path", { d: "M0,0L8,4L0,8Z" })),
    svg("marker", { ...shape, id: "back", markerWidth: 12, markerHeight: 12, class: "arrow arrow-path" }, svg("path", { d: "M0,0L8,4L0,8Z" })));
}

