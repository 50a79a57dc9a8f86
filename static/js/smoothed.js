/** A running mean beside a series that grows. */

import { Extremes } from "./extremes.js";

/**
 * The exponential moving average, free of the bias of its beginning (Kingma and Ba 2015, section 3;
 * as TensorBoard smooths). Between epochs that are not kept it forgets as much as if they were.
 */
export class Smoothed {
  extremes = new Extremes();
  /** As many as the series has, with room for more behind. */
  buffer = new Float64Array(0);
  length = 0;
  #sum = 0;
  #weight = 0;
  #epoch = 0;

  /** @param {number} keep what an epoch leaves of what has been, above 0 and below 1 */
  constructor(keep) {
    this.keep = keep;
  }

  get values() {
    return this.buffer.subarray(0, this.length);
  }

  /**
   * Takes in the rows that have come.
   * @param {Float64Array} series
   * @param {Float64Array} epochs whose values they are
   */
  update(series, epochs) {
    if (series.length > this.buffer.length) {
      const larger = new Float64Array(Math.max(1024, 2 * series.length));
      larger.set(this.values);
      this.buffer = larger;
    }
    const { keep, buffer } = this;
    let [sum, weight, epoch] = [this.#sum, this.#weight, this.#epoch];
    for (let row = this.length; row < series.length; row++) {
      const value = series[row];
      if (Number.isFinite(value)) {
        const gap = epochs[row] - epoch;
        const kept = gap > 1 ? keep ** gap : keep;
        sum = kept * sum + (1 - kept) * value;
        weight = kept * weight + (1 - kept);
        epoch = epochs[row];
      }
      buffer[row] = Number.isFinite(value) ? sum / weight : Number.NaN;
    }
    [this.#sum, this.#weight, this.#epoch] = [sum, weight, epoch];
    this.length = series.length;
    this.extremes.update(this.values);
  }

  /**
   * Rows have gone from a part: the buffer has those that are left.
   * @param {number} from where it begins
   * @param {number} to where it ended
   * @param {number} gone how many
   */
  thinned(from, to, gone) {
    this.length -= gone;
    this.extremes.thinned(this.values, from, to, gone);
  }
}
