/**
 * Which epochs a history keeps of too many: the same rule as `app/thinning.py`, where it is told.
 * A block of level L is `size * 2 ** L` epochs long and begins at a multiple of its length.
 */

const BLOCKS = 128;
const BEGINNING = 8;

/**
 * Epochs of a block of level 0: a power of two.
 * @param {number} most rows
 */
export const blockSize = (most) =>
  2 ** Math.max(2, Math.floor(Math.log2(Math.floor(most / BLOCKS))));

/**
 * Of so many series the extremes are kept.
 * @param {number} size
 */
export const seriesLimit = (size) => Math.max(1, Math.floor(size / 8));

/**
 * The first of the two blocks to be joined next.
 * @param {number[]} levels
 * @param {number} size
 * @param {number} epoch the last one
 * @param {number} most
 * @returns {{index: number, start: number} | null} with the epoch where it begins
 */
export function pairToJoin(levels, size, epoch, most) {
  return (
    pair(levels, size, BEGINNING * size, epoch + 1 - Math.floor(most / 2)) ??
    pair(levels, size, 0, epoch + 1)
  );
}

/**
 * @param {number[]} levels
 * @param {number} size
 * @param {number} begin
 * @param {number} end
 */
function pair(levels, size, begin, end) {
  let found = null;
  // The last one is not full.
  for (let [index, start] = [0, 0]; index < levels.length - 2 && start < end; index++) {
    const level = levels[index];
    const span = size * 2 ** level;
    const within = start >= begin && start + 2 * span <= end;
    const joins = levels[index + 1] === level && start % (2 * span) === 0;
    if (within && joins && (found === null || level < levels[found.index]))
      found = { index, start };
    start += span;
  }
  return found;
}

/**
 * Which rows of a block stay.
 * @param {ArrayLike<number>} epochs
 * @param {number} level
 * @param {ArrayLike<number>[]} series whose extremes are kept, each as long as `epochs`
 * @returns {number[]} indices, ascending
 */
export function survivors(epochs, level, series) {
  const kept = new Set();
  for (const values of series) {
    let [low, high] = [-1, -1];
    for (let row = 0; row < values.length; row++) {
      if (!Number.isFinite(values[row])) continue;
      if (low < 0 || values[row] < values[low]) low = row;
      if (high < 0 || values[row] > values[high]) high = row;
    }
    if (low >= 0) kept.add(low).add(high);
  }
  const step = 2 ** level;
  return Array.from({ length: epochs.length }, (_, row) => row).filter(
    (row) => epochs[row] % step === 0 || kept.has(row),
  );
}
