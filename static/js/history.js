/** Every epoch's numbers of one run, in order and without gaps; grows as rows arrive. */

/** @typedef {import("./wire.js").Frame} Frame */
/** @typedef {import("./wire.js").Series} Series */

const SERIES = /** @type {const} */ ([
  "train_loss",
  "test_loss",
  "train_accuracy",
  "test_accuracy",
]);

export class History {
  timeline = -1;
  /** Number of rows, and so the epoch of the next one. */
  length = 0;
  #columns = {
    train_loss: new Float64Array(1024),
    test_loss: new Float64Array(1024),
    train_accuracy: new Float64Array(1024),
    test_accuracy: new Float64Array(1024),
  };

  /** @param {number} timeline */
  restart(timeline) {
    this.timeline = timeline;
    this.length = 0;
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
    for (const name of SERIES) {
      const rows = frame.history[name].subarray(known, frame.rows); // the first run's
      if (length > this.#columns[name].length) this.#grow(name, length);
      this.#columns[name].set(rows, this.length);
    }
    this.length = length;
    return true;
  }

  /** @param {Series} name */
  column(name) {
    return this.#columns[name].subarray(0, this.length);
  }

  /**
   * @param {Series} name
   * @returns {number} NaN while there is none
   */
  last(name) {
    return this.length > 0 ? this.#columns[name][this.length - 1] : Number.NaN;
  }

  /**
   * @param {Series} name
   * @param {number} length
   */
  #grow(name, length) {
    const larger = new Float64Array(Math.max(length, 2 * this.#columns[name].length));
    larger.set(this.#columns[name]);
    this.#columns[name] = larger;
  }
}
