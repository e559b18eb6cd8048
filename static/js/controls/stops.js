// @ts-check
// Where a slider halts: fine steps while numbers are small, coarser ones as they grow, so that every key press matters.

const FINE = 32;
const OCTAVE = 16;

/**
 * List the values a slider offers.
 * @param {number} low
 * @param {number} high
 * @param {number} step the finest step
 * @returns {number[]} ascending, first low, last high
 */
export function stops(low, high, step) {
  const values = [];
  let size = step;
  let left = FINE;
  for (let value = low; value < high - size / 2; value = clean(value + size)) {
    values.push(value);
    left -= 1;
    if (left === 0) {
      size *= 2;
      left = OCTAVE;
      value = clean(Math.floor(clean(value / size)) * size);
    }
  }
  values.push(high);
  return values;
}

/**
 * @param {number[]} values
 * @param {number} value
 * @returns {number} index of the stop nearest to the value
 */
export function nearest(values, value) {
  let best = 0;
  values.forEach((stop, index) => {
    if (Math.abs(stop - value) < Math.abs(values[best] - value)) best = index;
  });
  return best;
}

/** @param {number} value a sum of decimal steps, freed of binary dust */
function clean(value) {
  return Number(value.toPrecision(10));
}
