// @ts-check
// Numbers inside a figure travel as base64 of a typed array; this reads them.

const KINDS = {
  f4: Float32Array, f8: Float64Array, i1: Int8Array, i2: Int16Array, i4: Int32Array, u1: Uint8Array, u2: Uint16Array, u4: Uint32Array,
};

/**
 * Read a vector.
 * @param {any} given numbers, or {dtype, bdata}
 * @returns {number[]}
 */
export function vector(given) {
  if (!given?.bdata) return Array.from(given ?? []);
  const bytes = Uint8Array.from(atob(given.bdata), (character) => character.charCodeAt(0));
  const Kind = KINDS[/** @type {keyof typeof KINDS} */ (given.dtype)];
  return Array.from(new Kind(bytes.buffer));
}

/**
 * Read a matrix.
 * @param {any} given rows of numbers, or {dtype, bdata, shape: "rows, columns"}
 * @returns {number[][]}
 */
export function matrix(given) {
  if (!given?.bdata) return (given ?? []).map(vector);
  const [rows, columns] = String(given.shape).split(",").map(Number);
  const flat = vector(given);
  return Array.from({ length: rows }, (_, row) => flat.slice(row * columns, (row + 1) * columns));
}
