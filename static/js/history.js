/** Every epoch's numbers of one run, in order and without gaps; grows as rows arrive. */

/** @typedef {import("./wire.js").Frame} Frame */

/**
 * @typedef {"loss" | "accuracy" | "r2" | "mae"} Quantity
 * @typedef {`train_${Quantity}` | `test_${Quantity}` | "learning_rate"} Series
 */

const NONE = new Float64Array(0);

export class History {
  timeline = -1;
  /** Number of rows, and so the epoch of the next one. */
  length = 0;
  /** @type {Map<string, Float64Array>} NaN where nothing has been told */
  #columns = new Map();

  /** @param {number} timeline */
  restart(timeline) {
    this.timeline = timeline;
    this.length = 0;
    this.#columns.clear();
  }

  /**
   * Takes the rows of a frame that are not here yet.
   * @param {Frame} frame
   * @returns {boolean} false when rows are missing in between, and nothing was taken
   */
  append(frame) {
    if (frame.timeline < this.timeline) return true; // of a history that has been cut back
    if (frame.timeline > this.timeline) this.restart(frame.timeline);
    if (frame.rows === 0) return true;
    if (frame.firstEpoch > this.length) return false;
    const known = this.length - frame.firstEpoch;
    if (known >= frame.rows) return true;
    const length = frame.firstEpoch + frame.rows;
    for (const [name, values] of Object.entries(frame.history)) {
      const rows = values.subarray(known, frame.rows); // the first run's
      this.#column(name, length).set(rows, this.length);
    }
    this.length = length;
    return true;
  }

  /** @param {Series} name */
  column(name) {
    return (this.#columns.get(name) ?? NONE).subarray(0, this.length);
  }

  /**
   * @param {Series} name
   * @returns {number} NaN while there is none
   */
  last(name) {
    return this.#columns.get(name)?.[this.length - 1] ?? Number.NaN;
  }

  /**
   * @param {string} name
   * @param {number} length that it must have room for
   */
  #column(name, length) {
    const known = this.#columns.get(name) ?? NONE;
    if (length <= known.length) return known;
    const larger = new Float64Array(Math.max(1024, length, 2 * known.length)).fill(Number.NaN);
    larger.set(known);
    this.#columns.set(name, larger);
    return larger;
  }
}
