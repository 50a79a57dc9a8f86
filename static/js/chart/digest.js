/**
 * What the chart needs to know of long series: every row is looked at once when it comes, so that
 * drawing costs the same however many there are.
 */

import { upTo } from "../ascending.js";
import { decimate } from "../decimate.js";

/** @typedef {import("../history.js").History} History */
/** @typedef {import("../history.js").Series} Series */

/** Rows that are stood for by the first, the least and the largest of them. */
const BLOCKS = [8, 32, 128, 512];

/** The extremes of each block of a series that grows. */
class Digest {
  /** @type {number[]} rows, ascending */
  #rows = [];
  #looked = 0;

  /** @param {number} block rows */
  constructor(block) {
    this.block = block;
  }

  /** @param {ArrayLike<number>} values */
  update(values) {
    const { block } = this;
    for (; this.#looked + block <= values.length; this.#looked += block) {
      const from = this.#looked;
      let [least, most] = [from, from];
      for (let row = from + 1; row < from + block; row++) {
        if (values[row] < values[least] || Number.isNaN(values[least])) least = row;
        if (values[row] > values[most] || Number.isNaN(values[most])) most = row;
      }
      const [first, second] = least < most ? [least, most] : [most, least];
      this.#rows.push(from);
      if (first > from) this.#rows.push(first);
      if (second > first) this.#rows.push(second);
    }
  }

  /**
   * The rows of [from, to) that may be seen.
   * @param {number} from
   * @param {number} to
   */
  within(from, to) {
    const rows = [from];
    const end = upTo(this.#rows, to - 1);
    for (let k = upTo(this.#rows, from); k < end; k++) rows.push(this.#rows[k]);
    for (let row = Math.max(from + 1, this.#looked); row < to - 1; row++) rows.push(row);
    if (rows[rows.length - 1] < to - 1) rows.push(to - 1);
    return rows;
  }
}

/**
 * The exponential moving average of a series that grows, free of the bias of its beginning (Kingma
 * and Ba 2015, section 3; as TensorBoard smooths). Between epochs that are not kept it forgets as
 * much as if they were.
 */
class Smoothed {
  #values = new Float64Array(0);
  #length = 0;
  #sum = 0;
  #weight = 0;
  #epoch = 0;

  /** @param {number} keep what an epoch leaves of what has been, 0 to below 1 */
  constructor(keep) {
    this.keep = keep;
  }

  /**
   * @param {ArrayLike<number>} values
   * @param {ArrayLike<number>} epochs whose values they are
   */
  update(values, epochs) {
    if (values.length > this.#values.length) {
      const larger = new Float64Array(Math.max(1024, 2 * values.length));
      larger.set(this.#values.subarray(0, this.#length));
      this.#values = larger;
    }
    for (let row = this.#length; row < values.length; row++) {
      const value = values[row];
      if (Number.isFinite(value)) {
        const kept = this.keep ** Math.max(1, epochs[row] - this.#epoch);
        this.#sum = kept * this.#sum + (1 - kept) * value;
        this.#weight = kept * this.#weight + (1 - kept);
        this.#epoch = epochs[row];
      }
      this.#values[row] = Number.isFinite(value) ? this.#sum / this.#weight : Number.NaN;
    }
    this.#length = values.length;
    return this.#values.subarray(0, this.#length);
  }
}

/** The least finite value of a series that grows. */
class Least {
  row = -1;
  #looked = 0;

  /** @param {ArrayLike<number>} values */
  update(values) {
    for (; this.#looked < values.length; this.#looked++) {
      const value = values[this.#looked];
      if (Number.isFinite(value) && !(value >= values[this.row])) this.row = this.#looked;
    }
    return this.row;
  }
}

/** @type {WeakMap<History, {revision: number, found: Map<string, any>}>} */
const known = new WeakMap();

/**
 * What has been made of a history's rows, as long as they stand where they stood.
 * @template T
 * @param {History} history
 * @param {string} name
 * @param {() => T} make
 * @returns {T}
 */
function kept(history, name, make) {
  let own = known.get(history);
  if (own?.revision !== history.revision) {
    own = { revision: history.revision, found: new Map() };
    known.set(history, own);
  }
  if (!own.found.has(name)) own.found.set(name, make());
  return own.found.get(name);
}

/**
 * A lane's series, smoothed.
 * @param {History} history
 * @param {Series} name
 * @param {number} lane
 * @param {number} smoothing 0 to 0.99
 */
export function smoothed(history, name, lane, smoothing) {
  const values = history.column(name, lane);
  if (smoothing === 0) return values;
  const key = `smoothed ${name} ${lane}`;
  let average = kept(history, key, () => new Smoothed(smoothing));
  if (average.keep !== smoothing) {
    const { found } = /** @type {{found: Map<string, any>}} */ (known.get(history));
    average = new Smoothed(smoothing);
    found.set(key, average);
    for (const block of BLOCKS) found.delete(`${block} of ${key}`);
  }
  return average.update(values, history.epochs);
}

/**
 * The rows of [from, to) to draw of a lane's series.
 * @param {History} history
 * @param {Series} name
 * @param {number} lane
 * @param {{
 *   smoothing?: number, from?: number, to?: number, count: number,
 *   scale?: (value: number) => number,
 * }} how
 */
export function seen(history, name, lane, { smoothing = 0, from = 0, to, count, scale }) {
  const values = smoothed(history, name, lane, smoothing);
  const { epochs } = history;
  const end = Math.min(to ?? values.length, values.length);
  const block = BLOCKS.findLast((size) => end - from >= size * count);
  if (block === undefined) {
    const part = decimate(values.subarray(from, end), count, scale, epochs.subarray(from, end));
    return { values, rows: part.map((row) => from + row) };
  }
  const key = `${smoothing === 0 ? "" : "smoothed "}${name} ${lane}`;
  const digest = kept(history, `${block} of ${key}`, () => new Digest(block));
  digest.update(values);
  const rows = digest.within(from, end);
  const at = (/** @type {ArrayLike<number>} */ all) => Float64Array.from(rows, (row) => all[row]);
  return { values, rows: decimate(at(values), count, scale, at(epochs)).map((k) => rows[k]) };
}

/**
 * The row of the least value of a lane's series.
 * @param {History} history
 * @param {Series} name
 * @param {number} lane
 * @returns {number} -1 when there is none
 */
export function leastRow(history, name, lane) {
  const least = kept(history, `least ${name} ${lane}`, () => new Least());
  return least.update(history.column(name, lane));
}
