/** Activations over time as shades, in pixels. */

/** @typedef {import("../trail.js").Trail} Trail */

/**
 * @typedef {Object} Row
 * @property {number} layer
 * @property {[number, number]} extent of the activations, bottom and top of the row
 * @property {(number | null)[]} samples which sample of the trail each column of pixels shows
 */

/**
 * Which sample stands where: each from its place to that of the next one.
 * @param {number[]} places of the samples on the x axis, ascending
 * @param {[number, number]} range of the x axis
 * @param {number} width pixels
 * @returns {(number | null)[]}
 */
export function columns(places, [from, to], width) {
  let sample = -1;
  return Array.from({ length: width }, (_, column) => {
    const x = from + ((column + 0.5) / width) * (to - from);
    while (sample + 1 < places.length && places[sample + 1] <= x) sample++;
    const after = places[sample] + (places[sample] - (places[sample - 1] ?? places[sample]));
    const over = sample === places.length - 1 && x > after;
    return sample < 0 || over ? null : sample;
  });
}

/** Of the darkest shade: the line of the mean is seen before it. */
const FULL = 80;

/**
 * One layer's row: the darker a pixel, the denser the activations of that size are there; the
 * densest of each moment is full.
 * @param {Uint32Array} target (height, width)
 * @param {number} width
 * @param {Trail} trail
 * @param {Row} row
 * @param {Uint32Array} shade 128 blank to 255 full
 */
export function paintHeat(target, width, trail, { layer, extent: [low, high], samples }, shade) {
  const height = target.length / width;
  const tall = (high - low) / height;
  target.fill(shade[128]);
  samples.forEach((sample, column) => {
    if (sample === null) return;
    const bins = trail.histograms[sample].length / trail.means[sample].length;
    const shares = trail.histograms[sample].subarray(layer * bins, (layer + 1) * bins);
    const [first, last] = trail.ranges[sample].subarray(2 * layer, 2 * layer + 2);
    let most = 0;
    for (const share of shares) if (share > most) most = share;
    // At least one row of pixels, however alike the answers are.
    const top = Math.max(0, Math.min(height - 1, Math.floor((high - last) / tall)));
    const bottom = Math.min(height, Math.max(top + 1, Math.ceil((high - first) / tall)));
    for (let row = top; row < bottom; row++) {
      const value = high - (row + 0.5) * tall;
      const place = last > first ? ((value - first) / (last - first)) * bins : 0;
      const share = shares[Math.max(0, Math.min(bins - 1, Math.floor(place)))];
      // By the root, so that a full bin does not hide the others.
      const tone = most > 0 ? Math.sqrt(share / most) : 0;
      target[row * width + column] = shade[128 + Math.round(FULL * tone)];
    }
  });
}
