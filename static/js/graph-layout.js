// @ts-check
// Where the nodes of the unrolled graph stand: time runs down, one row a step, input, pre-activation and state from left to right.

/** @typedef {{id: string, kind: string, t: number, label: string, log10_norm?: number | null, [more: string]: any}} Node */
/** @typedef {{x: number, y: number, r: number, w: number, node: Node}} Place half as high as r, half as wide as w */

export const COLUMNS = { input: 70, preactivation: 166, state: 266, fold: 266 };
const ROW = 50;
export const RADIUS = 16;
export const WIDTH = 412;
const TOP = 46;
/** A circle has room for so many digits, and grows by so much for each further one. */
const DIGITS = 3;
const DIGIT = 4;

/**
 * @param {Node[]} nodes
 * @returns {{places: Map<string, Place>, rows: {y: number, t: number, fold: boolean}[], height: number}}
 */
export function layOut(nodes) {
  const order = [...new Set(nodes.map(rowOf))].sort((one, other) => one - other);
  const places = new Map();
  /** @type {Map<number, {y: number, t: number, fold: boolean}>} */
  const rows = new Map();
  for (const node of nodes) {
    const row = rowOf(node);
    const y = TOP + order.indexOf(row) * ROW;
    const fold = node.kind === "fold";
    rows.set(row, { y, t: node.t, fold });
    places.set(node.id, { x: COLUMNS[/** @type {keyof typeof COLUMNS} */ (node.kind)], y, r: fold ? 14 : RADIUS, w: fold ? 62 : breadth(node.t), node });
  }
  return { places, rows: [...rows.values()], height: TOP + (order.length - 1) * ROW + RADIUS + 14 };
}

/** @param {number} step */
function breadth(step) {
  return RADIUS + DIGIT * Math.max(0, String(step).length - DIGITS);
}

/** How far it is from the middle of a place to its rim, in the direction of a unit vector: two half circles with a straight piece between. @param {Place} place @param {number} x @param {number} y */
function rim({ r, w }, x, y) {
  const straight = w - r;
  const [across, down] = [Math.abs(x), Math.abs(y)];
  if (r * across <= straight * down) return r / down;
  return straight * across + Math.sqrt(r ** 2 - (straight * down) ** 2);
}

/** @param {Node} node */
function rowOf(node) {
  return node.t;
}

/**
 * Draw the straight way from the rim of one node to the rim of the other.
 * @param {Place} from
 * @param {Place} to
 */
export function way(from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const [leave, arrive] = [rim(from, dx / length, dy / length) / length, 1 - (rim(to, dx / length, dy / length) + 6) / length];
  const at = (/** @type {number} */ share) => `${(from.x + share * dx).toFixed(1)},${(from.y + share * dy).toFixed(1)}`;
  return `M${at(leave)}L${at(arrive)}`;
}

/**
 * Thickness of a line on one fixed logarithmic scale: 4.5 for a factor of 1, 3 more or less for each power of ten.
 * @param {number | null | undefined} log10
 */
export function thickness(log10) {
  if (log10 === null || log10 === undefined) return 0.75;
  return Math.min(10, Math.max(1, 4.5 + 3 * log10));
}
