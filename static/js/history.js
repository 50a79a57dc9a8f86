/** Every epoch's numbers of every lane, in order and without gaps; grows as rows arrive. */

/** @typedef {import("./wire.js").Frame} Frame */

/**
 * @typedef {"loss" | "accuracy" | "r2" | "mae"} Quantity
 * @typedef {`train_${Quantity}` | `test_${Quantity}`} Measure
 * @typedef {Measure | `${Measure}_low` | `${Measure}_high` | "learning_rate" | "milliseconds"
 *   | "updates" | "gradients"} Series of several seeds the median, with its quartiles
 */

const NONE = new Float64Array(0);

export class History {
  timeline = -1;
  /** Number of rows, and so the epoch of the next one. */
  length = 0;
  /** Number of lanes that the rows are of. */
  lanes = 1;
  /** @type {Map<string, Float64Array[]>} per lane; NaN where nothing has been told */
  #columns = new Map();

  /** @param {number} timeline */
  restart(timeline) {
    this.timeline = timeline;
    this.length = 0;
    this.lanes = 1;
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
      this.lanes = values.length / frame.rows;
      for (let lane = 0; lane < this.lanes; lane++) {
        const rows = values.subarray(lane * frame.rows + known, (lane + 1) * frame.rows);
        this.#column(name, lane, length).set(rows, this.length);
      }
    }
    this.length = length;
    return true;
  }

  /** @param {Series} name */
  column(name, lane = 0) {
    return (this.#columns.get(name)?.[lane] ?? NONE).subarray(0, this.length);
  }

  /**
   * @param {Series} name
   * @returns {number} NaN while there is none
   */
  last(name, lane = 0) {
    return this.at(name, this.length - 1, lane);
  }

  /**
   * @param {Series} name
   * @param {number} epoch the last one known counts for what comes after it
   * @returns {number} NaN while there is none
   */
  at(name, epoch, lane = 0) {
    const row = Math.min(epoch, this.length - 1);
    return this.#columns.get(name)?.[lane]?.[row] ?? Number.NaN;
  }

  /**
   * @param {string} name
   * @param {number} lane
   * @param {number} length that it must have room for
   */
  #column(name, lane, length) {
    const lanes = this.#columns.get(name) ?? [];
    this.#columns.set(name, lanes);
    const known = lanes[lane] ?? NONE;
    if (length <= known.length) return known;
    const larger = new Float64Array(Math.max(1024, length, 2 * known.length)).fill(Number.NaN);
    larger.set(known);
    lanes[lane] = larger;
    return larger;
  }
}
