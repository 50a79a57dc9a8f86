/**
 * Where a series that grows is least and largest, in blocks of 4, 8, 16, ... rows: any part of it is
 * seen with its spikes by looking at a few of its rows, however many there are.
 */

const SMALLEST = 4;
/** Rows of a segment, which has blocks of its own: rows that go elsewhere leave them as they are. */
const SEGMENT = 2048;
const LEVELS = Math.log2(SEGMENT / SMALLEST) + 1;

/** Some rows that follow each other. */
class Segment {
  length = 0;
  /** Places within the segment, level after level, the smallest blocks first. */
  least = new Uint16Array((2 * SEGMENT) / SMALLEST);
  most = new Uint16Array((2 * SEGMENT) / SMALLEST);

  /** @param {number} begin its first row */
  constructor(begin) {
    this.begin = begin;
  }

  get end() {
    return this.begin + this.length;
  }

  /**
   * Takes in rows behind those that it has.
   * @param {ArrayLike<number>} values of the whole series
   * @param {number} end of the segment then
   */
  extend(values, end) {
    const { begin, least, most } = this;
    let known = Math.floor(this.length / SMALLEST);
    this.length = end - begin;
    let blocks = Math.floor(this.length / SMALLEST);
    for (let block = known; block < blocks; block++) {
      const from = block * SMALLEST;
      let [low, high] = [from, from];
      for (let row = from + 1; row < from + SMALLEST; row++) {
        const value = values[begin + row];
        if (isLess(value, values[begin + low])) low = row;
        if (isLess(-value, -values[begin + high])) high = row;
      }
      least[block] = low;
      most[block] = high;
    }
    // Each larger block is made of two of the level below.
    for (let level = 1; level < LEVELS; level++) {
      const [below, here] = [place(level - 1), place(level)];
      known >>= 1;
      blocks >>= 1;
      for (let block = known; block < blocks; block++) {
        const [left, right] = [below + 2 * block, below + 2 * block + 1];
        const lower = isLess(values[begin + least[right]], values[begin + least[left]]);
        const higher = isLess(-values[begin + most[right]], -values[begin + most[left]]);
        least[here + block] = least[lower ? right : left];
        most[here + block] = most[higher ? right : left];
      }
    }
  }

  /**
   * The largest block that begins at a row and ends within a part: its level, -1 when there is none.
   * @param {number} row counted from the beginning of the segment
   * @param {number} to likewise
   * @param {number} top the largest level that is wanted
   */
  level(row, to, top) {
    let level = top;
    while (level >= 0 && (row % size(level) !== 0 || row + size(level) > to)) level--;
    return level;
  }
}

/** @param {number} level */
const size = (level) => SMALLEST << level;

/**
 * Where a level begins in the arrays of a segment.
 * @param {number} level
 */
const place = (level) => (2 * SEGMENT) / SMALLEST - (2 * SEGMENT) / size(level);

/**
 * Less, or the first number after none.
 * @param {number} value
 * @param {number} than
 */
// biome-ignore lint/suspicious/noSelfCompare: quicker than Number.isNaN, and asked for each value
const isLess = (value, than) => value < than || (than !== than && value === value);

/** The series itself is given with each call: what it holds may have moved, but not changed. */
export class Extremes {
  /** @type {Segment[]} one after the other; only the last one grows */
  #segments = [];

  /**
   * Takes in the rows that have come. Each costs the same, however many there are.
   * @param {ArrayLike<number>} values
   */
  update(values) {
    this.#fill(values, this.#segments, values.length);
  }

  /**
   * Rows have gone from a part of the series. Only what has been known around it is looked at again.
   * @param {ArrayLike<number>} values those that are left
   * @param {number} from where the part begins
   * @param {number} to where it ended
   * @param {number} gone how many of its rows are no more
   */
  thinned(values, from, to, gone) {
    const all = this.#segments;
    let first = all.findIndex(({ end }) => end > from);
    if (first < 0) return;
    let last = all.findLastIndex(({ begin }) => begin < to);
    let rows = all[last].end - all[first].begin - gone;
    // Small ones become one, so that there are few.
    while (first > 0 && rows + all[first - 1].length <= SEGMENT) rows += all[--first].length;
    while (last < all.length - 1 && rows + all[last + 1].length <= SEGMENT)
      rows += all[++last].length;
    /** @type {Segment[]} */
    const again = [];
    const { begin } = all[first];
    this.#fill(values, again, begin + rows, begin);
    for (const one of all.slice(last + 1)) one.begin -= gone;
    all.splice(first, last - first + 1, ...again);
  }

  /**
   * @param {ArrayLike<number>} values
   * @param {Segment[]} segments to which rows are added
   * @param {number} end up to which
   * @param {number} begin where the first one begins
   */
  #fill(values, segments, end, begin = 0) {
    let known = segments.at(-1)?.end ?? begin;
    while (known < end) {
      const before = segments.at(-1);
      const last = before && before.length < SEGMENT ? before : new Segment(known);
      if (last !== before) segments.push(last);
      known = Math.min(end, last.begin + SEGMENT);
      last.extend(values, known);
    }
  }

  /**
   * Rows of [from, to), ascending: the first, the last, and where it is least and largest in each of
   * at most `most` parts and in what lies between them.
   * @param {number} from
   * @param {number} to
   * @param {number} most
   */
  within(from, to, most) {
    const rows = [from];
    const take = (/** @type {number} */ row) => {
      if (row > rows[rows.length - 1]) rows.push(row);
    };
    let top = 0;
    while (top < LEVELS - 1 && to - from > size(top) * most) top++;
    for (const segment of this.#segments) {
      const { begin, least, most: largest } = segment;
      const end = Math.min(to, segment.end) - begin;
      for (let row = Math.max(0, from - begin); row < end; ) {
        const level = segment.level(row, end, top);
        if (level < 0) {
          take(begin + row++);
          continue;
        }
        const at = place(level) + row / size(level);
        take(begin + Math.min(least[at], largest[at]));
        take(begin + Math.max(least[at], largest[at]));
        row += size(level);
      }
    }
    if (to > from) take(to - 1);
    return rows;
  }

  /**
   * The row of the least finite value of the first ones, the first of several. No series of ours
   * falls to minus infinity.
   * @param {ArrayLike<number>} values
   * @param {number} [to] rows that count
   * @returns {number} -1 when there is none
   */
  least(values, to = values.length) {
    let found = -1;
    for (const segment of this.#segments) {
      const end = Math.min(to, segment.end) - segment.begin;
      for (let row = 0; row < end; ) {
        const level = segment.level(row, end, LEVELS - 1);
        const at = level < 0 ? row : segment.least[place(level) + row / size(level)];
        const value = values[segment.begin + at];
        if (Number.isFinite(value) && !(value >= values[found])) found = segment.begin + at;
        row += level < 0 ? 1 : size(level);
      }
    }
    return found;
  }
}
