/** Which points of a long series are drawn: as few as a screen can show, its spikes among them. */

import { upTo } from "../ascending.js";
import { decimate } from "../decimate.js";

/** @typedef {import("../extremes.js").Extremes} Extremes */

/** Up to so many rows for each point to be drawn all of them are looked at. */
const ALL = 4;

/**
 * The rows of [from, to) to draw: the first and the last, where it is least and largest, and between
 * them what keeps the look. However long the series, some thousand values are looked at.
 * @param {{values: Float64Array, extremes: Extremes}} series
 * @param {Float64Array} epochs whose values they are
 * @param {{count: number, from?: number, to?: number, scale?: (value: number) => number}} how count:
 *   rows at most, at least 4
 * @returns {number[]} ascending
 */
export function sample({ values, extremes }, epochs, { count, from = 0, to, scale }) {
  const end = Math.min(to ?? values.length, values.length);
  if (end - from <= count) return Array.from({ length: end - from }, (_, k) => from + k);
  const all = end - from <= ALL * count;
  const rows = all ? null : extremes.within(from, end, (ALL / 2) * count);
  const at = (/** @type {Float64Array} */ of) =>
    rows ? Float64Array.from(rows, (row) => of[row]) : of.subarray(from, end);
  const shown = at(values);
  const kept = decimate(shown, count - 2, scale, at(epochs));
  for (const place of outermost(shown)) insert(kept, place);
  return kept.map((place) => rows?.[place] ?? from + place);
}

/**
 * @param {number[]} numbers ascending
 * @param {number} number to be among them
 */
function insert(numbers, number) {
  const place = upTo(numbers, number);
  if (numbers[place - 1] !== number) numbers.splice(place, 0, number);
}

/**
 * Where values are least and largest; missing ones do not count.
 * @param {Float64Array} values
 */
function outermost(values) {
  let [least, most] = [0, 0];
  for (let k = 1; k < values.length; k++) {
    if (values[k] < values[least] || Number.isNaN(values[least])) least = k;
    if (values[k] > values[most] || Number.isNaN(values[most])) most = k;
  }
  return [least, most];
}
