/** Which point is meant: the nearest to a place, or the next in a direction. */

import { equal } from "./paths.js";

/** @typedef {import("./api.js").Data} Data */
/** @typedef {import("./store.js").Domain} Domain */
/** @typedef {import("./store.js").PointAt} PointAt */
/** @typedef {import("./probe.js").Place} Place */

/**
 * @param {Data} data
 * @param {boolean} withTest
 * @param {(point: PointAt, x: [number, number]) => void} visit
 */
function each(data, withTest, visit) {
  data.train.x.forEach((x, index) => {
    visit({ part: "train", index }, x);
  });
  if (!withTest) return;
  data.test.x.forEach((x, index) => {
    visit({ part: "test", index }, x);
  });
}

/**
 * The nearest point, if it is near enough.
 * @param {Data} data
 * @param {boolean} withTest
 * @param {Place} place
 * @param {number} reach in units of the plane
 * @returns {PointAt | null}
 */
export function nearest(data, withTest, place, reach) {
  /** @type {PointAt | null} */
  let found = null;
  let least = reach * reach;
  each(data, withTest, (point, [x1, x2]) => {
    const distance = (x1 - place.x1) ** 2 + (x2 - place.x2) ** 2;
    if (distance > least) return;
    least = distance;
    found = point;
  });
  return found;
}

/**
 * The next point along an axis within a part of the plane; the first without a point to start from.
 * Of points at one place their order decides, so that all are reached.
 * @param {Data} data
 * @param {boolean} withTest
 * @param {Domain} seen
 * @param {PointAt | null} from
 * @param {0 | 1} axis
 * @param {1 | -1} direction
 * @returns {PointAt | null} where there is none further, the same
 */
export function next(data, withTest, [left, right, bottom, top], from, axis, direction) {
  /** @type {{point: PointAt, at: number}[]} */
  const sorted = [];
  each(data, withTest, (point, x) => {
    if (x[0] < left || x[0] > right || x[1] < bottom || x[1] > top) return;
    sorted.push({ point, at: x[axis] });
  });
  if (!from) return sorted[0]?.point ?? null;
  sorted.sort((one, other) => one.at - other.at);
  const here = sorted.findIndex(({ point }) => equal(point, from));
  return here < 0 ? (sorted[0]?.point ?? null) : (sorted[here + direction]?.point ?? from);
}
