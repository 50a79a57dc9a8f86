/**
 * The numbers of the epochs of every lane, in order; grows as rows arrive. Every epoch is kept up to
 * a bound; beyond, older ones are thinned as `thinning.js` says. What the server has thinned before
 * is never here.
 */

import { upTo } from "./ascending.js";
import { Extremes } from "./extremes.js";
import { Smoothed } from "./smoothed.js";
import { blockSize, pairToJoin, seriesLimit, survivors } from "./thinning.js";

/** @typedef {import("./wire.js").Frame} Frame */

/**
 * @typedef {"loss" | "accuracy" | "r2" | "mae"} Quantity
 * @typedef {`train_${Quantity}` | `test_${Quantity}`} Measure
 * @typedef {Measure | `${Measure}_low` | `${Measure}_high` | "learning_rate" | "milliseconds"
 *   | "updates" | "gradients"} Series of several seeds the median, with its quartiles;
 *   "milliseconds" are those since epoch 0
 */

const NONE = new Float64Array(0);
const LEAST = 1000;
/** Metrics whose extremes are kept; the first ones first, should it be too many lanes for all. */
const EXTREMES = [
  "test_loss",
  "train_loss",
  "test_accuracy",
  "train_accuracy",
  "test_r2",
  "train_r2",
];
/** What is drawn as curves: what it takes to draw them is kept up as rows come. */
const DRAWN = [...EXTREMES, ...EXTREMES.map((name) => `${name}_high`), "learning_rate"];

export class History {
  timeline = -1;
  /** The last epoch known, whether its row is kept or not. */
  epoch = -1;
  /** Number of rows. */
  length = 0;
  /** Number of lanes that the rows are of. */
  lanes = 1;
  /** @type {Float64Array} */
  #epochs = NONE;
  /** @type {Map<string, Float64Array[]>} per lane; NaN where nothing has been told */
  #columns = new Map();
  /** @type {Map<string, Extremes[]>} per lane, of what is drawn */
  #extremes = new Map();
  /** @type {Map<string, Smoothed[]>} per lane, of what has been asked for so far */
  #smoothed = new Map();
  #most = LEAST;
  #size = blockSize(LEAST);
  /** @type {number[]} of the blocks of epochs; the last one is not full */
  #levels = [];
  /** Where the last of them ends. */
  #end = 0;

  /**
   * @param {number} bound rows kept at most
   * @param {number} bytes fewer when they would take more memory than that
   */
  constructor(bound = 100_000, bytes = 2 ** 26) {
    this.bound = bound;
    this.bytes = bytes;
  }

  /** @param {number} timeline */
  restart(timeline) {
    this.timeline = timeline;
    this.epoch = -1;
    this.length = 0;
    this.lanes = 1;
    this.#levels = [];
    this.#end = 0;
    this.#epochs = NONE;
    this.#columns.clear();
    this.#extremes.clear();
    this.#smoothed.clear();
  }

  /** Whose rows are kept, ascending. */
  get epochs() {
    return this.#epochs.subarray(0, this.length);
  }

  /**
   * Takes the rows of a frame that are not here yet.
   * @param {Frame} frame
   * @returns {boolean} false when epochs are missing in between, and nothing was taken
   */
  append(frame) {
    if (frame.timeline < this.timeline) return true; // of a history that has been cut back
    if (frame.timeline > this.timeline) this.restart(frame.timeline);
    if (frame.firstEpoch > this.epoch + 1) return false;
    const { epochs } = frame;
    let row = 0;
    while (row < epochs.length && epochs[row] <= this.epoch) row++;
    if (row < epochs.length && this.length === 0) this.#measure(frame);
    while (row < epochs.length) {
      const room = this.#room(epochs[row]);
      let end = row + 1;
      while (end < epochs.length && end - row < room && epochs[end] < this.#end) end++;
      this.#add(frame, row, end);
      row = end;
    }
    this.epoch = Math.max(this.epoch, frame.epoch);
    return true;
  }

  /** @param {Series} name */
  column(name, lane = 0) {
    return this.#of(name, lane);
  }

  /** @param {string} name */
  #of(name, lane = 0) {
    return (this.#columns.get(name)?.[lane] ?? NONE).subarray(0, this.length);
  }

  /**
   * What is drawn of a series, with where it is least and largest. With another smoothing than the
   * last time all of its rows are gone through once, otherwise only new ones, when they come.
   * @param {Series} name
   * @param {number} lane
   * @param {number} smoothing what an epoch leaves of what has been, 0 to below 1
   * @returns {{values: Float64Array, extremes: Extremes}}
   */
  drawn(name, lane = 0, smoothing = 0) {
    const values = this.column(name, lane);
    if (smoothing === 0)
      return { values, extremes: this.#extremes.get(name)?.[lane] ?? new Extremes() };
    const lanes = this.#smoothed.get(name) ?? [];
    this.#smoothed.set(name, lanes);
    if (lanes[lane]?.keep !== smoothing) {
      lanes[lane] = new Smoothed(smoothing);
      lanes[lane].update(values, this.epochs);
    }
    return lanes[lane];
  }

  /**
   * The row of an epoch, or else of the last one before that is kept; -1 when there is none.
   * @param {number} epoch
   */
  row(epoch) {
    return upTo(this.#epochs, epoch, this.length) - 1;
  }

  /**
   * @param {Series} name
   * @returns {number} NaN while there is none
   */
  last(name, lane = 0) {
    return this.at(name, this.epoch, lane);
  }

  /**
   * @param {Series} name
   * @param {number} epoch the last one kept up to it counts
   * @returns {number} NaN while there is none
   */
  at(name, epoch, lane = 0) {
    return this.#columns.get(name)?.[lane]?.[this.row(epoch)] ?? Number.NaN;
  }

  /**
   * How many rows there may be of what a frame has.
   * @param {Frame} frame
   */
  #measure({ history, epochs }) {
    const numbers = Object.values(history).reduce((sum, values) => sum + values.length, 0);
    const row = 8 * (1 + numbers / epochs.length);
    this.#most = Math.max(LEAST, Math.min(this.bound, Math.floor(this.bytes / row)));
    this.#size = blockSize(this.#most);
  }

  /**
   * For how many rows from an epoch on there is room, once there is some.
   * @param {number} epoch
   */
  #room(epoch) {
    while (this.length >= this.#most && this.#thin());
    while (this.#end <= epoch) {
      // What has been passed over is one empty block, as large as can be.
      let level = 0;
      const fits = (/** @type {number} */ span) =>
        this.#end % span === 0 && this.#end + span <= epoch;
      while (fits(this.#size * 2 ** (level + 1))) level++;
      this.#levels.push(level);
      this.#end += this.#size * 2 ** level;
    }
    return this.#most - this.length;
  }

  /**
   * @param {Frame} frame
   * @param {number} from
   * @param {number} to
   */
  #add({ history, epochs, rows }, from, to) {
    const [begin, length] = [this.length, this.length + to - from];
    this.#epochs = this.#fitting(this.#epochs, length);
    this.#epochs.set(epochs.subarray(from, to), begin);
    for (const [name, values] of Object.entries(history)) {
      this.lanes = values.length / rows;
      for (let lane = 0; lane < this.lanes; lane++) {
        const column = this.#column(name, lane, length);
        column.set(values.subarray(lane * rows + from, lane * rows + to), begin);
        if (name === "milliseconds") accumulate(column, begin, length);
      }
    }
    this.length = length;
    this.epoch = epochs[to - 1];
    this.#follow();
  }

  /** What is drawn takes in the rows that have come. */
  #follow() {
    for (const name of DRAWN) {
      const extremes = this.#extremes.get(name) ?? [];
      this.#extremes.set(name, extremes);
      this.#columns.get(name)?.forEach((_, lane) => {
        extremes[lane] ??= new Extremes();
        extremes[lane].update(this.#of(name, lane));
      });
    }
    for (const [name, lanes] of this.#smoothed) {
      lanes.forEach((one, lane) => {
        one.update(this.#of(name, lane), this.epochs);
      });
    }
  }

  /** @returns {boolean} two blocks have been joined */
  #thin() {
    const found = pairToJoin(this.#levels, this.#size, this.epoch, this.#most);
    if (!found) return false;
    const { index, start } = found;
    const level = this.#levels[index] + 1;
    const [from, to] = [this.row(start - 1) + 1, this.row(start + this.#size * 2 ** level - 1) + 1];
    const series = EXTREMES.flatMap((name) => this.#columns.get(name) ?? [])
      .map((column) => column.subarray(from, to))
      .filter((values) => values.some(Number.isFinite))
      .slice(0, seriesLimit(this.#size));
    const kept = survivors(this.#epochs.subarray(from, to), level, series);
    this.#levels.splice(index, 2, level);
    const columns = [...this.#columns.values()].flat();
    const smoothed = [...this.#smoothed.values()].flat();
    for (const column of [this.#epochs, ...columns, ...smoothed.map(({ buffer }) => buffer)]) {
      kept.forEach((row, k) => {
        column[from + k] = column[from + row];
      });
      column.copyWithin(from + kept.length, to, this.length);
    }
    const length = this.length - (to - from) + kept.length;
    // A series that is not told of any more has no numbers.
    for (const column of columns) column.fill(Number.NaN, length, this.length);
    this.length = length;
    const gone = to - from - kept.length;
    for (const [name, lanes] of this.#extremes) {
      lanes.forEach((one, lane) => {
        one.thinned(this.#of(name, lane), from, to, gone);
      });
    }
    for (const one of smoothed) one.thinned(from, to, gone);
    return true;
  }

  /**
   * @param {string} name
   * @param {number} lane
   * @param {number} length that it must have room for
   */
  #column(name, lane, length) {
    const lanes = this.#columns.get(name) ?? [];
    this.#columns.set(name, lanes);
    lanes[lane] = this.#fitting(lanes[lane] ?? NONE, length);
    return lanes[lane];
  }

  /**
   * @param {Float64Array} known
   * @param {number} length
   */
  #fitting(known, length) {
    if (length <= known.length) return known;
    const capacity = Math.min(this.#most, Math.max(1024, length, 2 * known.length));
    const larger = new Float64Array(Math.max(length, capacity)).fill(Number.NaN);
    larger.set(known);
    return larger;
  }
}

/**
 * Makes running sums of new values; what is no number adds nothing.
 * @param {Float64Array} column
 * @param {number} begin
 * @param {number} end
 */
function accumulate(column, begin, end) {
  let sum = begin > 0 ? column[begin - 1] : 0;
  for (let row = begin; row < end; row++) {
    if (Number.isFinite(column[row])) sum += column[row];
    column[row] = sum;
  }
}
