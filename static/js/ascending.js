/** Searching in numbers that ascend. */

/**
 * How many of the first `length` numbers are at most `value`: the index of the first one beyond.
 * @param {ArrayLike<number>} numbers ascending
 * @param {number} value
 */
export function upTo(numbers, value, length = numbers.length) {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
