/** Largest-triangle-three-buckets (Steinarsson 2013): few points that keep the look of a curve. */

import { upTo } from "./ascending.js";

/**
 * @param {ArrayLike<number>} values
 * @param {number} count at most this many are kept, first and last among them
 * @param {(value: number) => number} [scale] how the axis shows a value, such as Math.log10
 * @param {ArrayLike<number>} [places] whole numbers, ascending: where the values are; one after the
 *   other when missing
 * @returns {number[]} indices of the values to draw, ascending
 */
export function decimate(values, count, scale = (value) => value, places = undefined) {
  const length = values.length;
  const all = () => Array.from({ length }, (_, index) => index);
  if (length <= count || count < 3) return all();
  const x = places ?? all();
  const kept = [0];
  // Equally wide on the axis, not of equally many values.
  const width = (x[length - 1] - x[0] - 1) / (count - 2);
  const edge = (/** @type {number} */ bucket) =>
    bucket > count - 2 ? length : upTo(x, x[0] + Math.floor(bucket * width), length);
  let previous = 0;
  let [from, to] = [edge(0), edge(1)];
  for (let bucket = 0; bucket < count - 2; bucket++) {
    const end = edge(bucket + 2);
    if (from < to) {
      previous = farthest(values, scale, x, previous, from, to, end);
      kept.push(previous);
    }
    [from, to] = [to, end];
  }
  kept.push(length - 1);
  return kept;
}

/**
 * The point of [from, to) that makes the largest triangle with the point kept before and the mean
 * of the bucket [to, end) after.
 * @param {ArrayLike<number>} values
 * @param {(value: number) => number} scale
 * @param {ArrayLike<number>} x
 * @param {number} previous
 * @param {number} from
 * @param {number} to
 * @param {number} end
 */
function farthest(values, scale, x, previous, from, to, end) {
  let sum = 0;
  let finite = 0;
  for (let index = to; index < end; index++) {
    const value = scale(values[index]);
    if (Number.isFinite(value)) {
      sum += value;
      finite++;
    }
  }
  const start = scale(values[previous]);
  const y0 = Number.isFinite(start) ? start : 0;
  const next = (x[to] + x[Math.max(to, end - 1)]) / 2;
  const dx = next - x[previous];
  const dy = (finite > 0 ? sum / finite : y0) - y0;
  let best = from;
  let largest = -1;
  for (let index = from; index < to; index++) {
    const area = Math.abs(dx * (scale(values[index]) - y0) - (x[index] - x[previous]) * dy);
    if (area > largest) {
      largest = area;
      best = index;
    }
  }
  return best;
}
