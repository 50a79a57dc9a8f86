/** Largest-triangle-three-buckets (Steinarsson 2013): few points that keep the look of a curve. */

/**
 * @param {ArrayLike<number>} values
 * @param {number} count at most this many are kept, first and last among them
 * @param {(value: number) => number} [scale] how the axis shows a value, such as Math.log10
 * @returns {number[]} indices of the values to draw, ascending
 */
export function decimate(values, count, scale = (value) => value) {
  const length = values.length;
  if (length <= count || count < 3) return Array.from({ length }, (_, index) => index);
  const kept = [0];
  const width = (length - 2) / (count - 2);
  let previous = 0;
  for (let bucket = 0; bucket < count - 2; bucket++) {
    const from = Math.floor(bucket * width) + 1;
    const to = Math.floor((bucket + 1) * width) + 1;
    const end = Math.min(Math.floor((bucket + 2) * width) + 1, length);
    previous = farthest(values, scale, previous, from, to, end);
    kept.push(previous);
  }
  kept.push(length - 1);
  return kept;
}

/**
 * The point of [from, to) that makes the largest triangle with the point kept before and the mean
 * of the bucket [to, end) after.
 * @param {ArrayLike<number>} values
 * @param {(value: number) => number} scale
 * @param {number} previous
 * @param {number} from
 * @param {number} to
 * @param {number} end
 */
function farthest(values, scale, previous, from, to, end) {
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
  const dx = (to + end - 1) / 2 - previous;
  const dy = (finite > 0 ? sum / finite : y0) - y0;
  let best = from;
  let largest = -1;
  for (let index = from; index < to; index++) {
    const area = Math.abs(dx * (scale(values[index]) - y0) - (index - previous) * dy);
    if (area > largest) {
      largest = area;
      best = index;
    }
  }
  return best;
}
