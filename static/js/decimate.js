/** Largest-triangle-three-buckets (Steinarsson 2013): few points that keep the look of a curve. */

/**
 * @param {ArrayLike<number>} values
 * @param {number} count at most this many are kept, first and last among them
 * @param {(value: number) => number} [scale] how the axis shows a value, such as Math.log10
 * @param {ArrayLike<number>} [places] whole numbers, ascending: where the values are; one after the
 *   other when missing
 * @returns {number[]} indices of the values to draw, ascending
 */
export function decimate(values, count, scale = undefined, places = undefined) {
  const { length } = values;
  const all = () => Array.from({ length }, (_, index) => index);
  if (length <= count || count < 3) return all();
  const x = places ?? all();
  const y = scale ? Float64Array.from(values, scale) : values;
  const kept = [0];
  // Equally wide on the axis, not of equally many values.
  const width = (x[length - 1] - x[0] - 1) / (count - 2);
  const edge = (/** @type {number} */ bucket, /** @type {number} */ after) => {
    if (bucket > count - 2) return length;
    const bound = x[0] + Math.floor(bucket * width);
    let index = after;
    while (index < length && x[index] <= bound) index++;
    return index;
  };
  let previous = 0;
  let from = edge(0, 0);
  let to = edge(1, from);
  for (let bucket = 0; bucket < count - 2; bucket++) {
    const end = edge(bucket + 2, to);
    if (from < to) {
      previous = farthest(y, x, previous, from, to, end);
      kept.push(previous);
    }
    from = to;
    to = end;
  }
  kept.push(length - 1);
  return kept;
}

/**
 * The point of [from, to) that makes the largest triangle with the point kept before and the mean
 * of the bucket [to, end) after.
 * @param {ArrayLike<number>} y
 * @param {ArrayLike<number>} x
 * @param {number} previous
 * @param {number} from
 * @param {number} to
 * @param {number} end
 */
function farthest(y, x, previous, from, to, end) {
  let sum = 0;
  let finite = 0;
  for (let index = to; index < end; index++) {
    const value = y[index];
    if (Number.isFinite(value)) {
      sum += value;
      finite++;
    }
  }
  const y0 = Number.isFinite(y[previous]) ? y[previous] : 0;
  const next = (x[to] + x[Math.max(to, end - 1)]) / 2;
  const dx = next - x[previous];
  const dy = (finite > 0 ? sum / finite : y0) - y0;
  let best = from;
  let largest = -1;
  for (let index = from; index < to; index++) {
    const area = Math.abs(dx * (y[index] - y0) - (x[index] - x[previous]) * dy);
    if (area > largest) {
      largest = area;
      best = index;
    }
  }
  return best;
}
