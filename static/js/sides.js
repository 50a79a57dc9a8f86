/** What differs between the settings of lanes before and after a change. */

import { equal } from "./paths.js";

/** @typedef {import("./paths.js").Plain} Plain */
/** @typedef {Map<number, Plain>} Specs of lanes, by their colours, which they keep when moved */
/** @typedef {{before: Plain, after: Plain}} Sides what of a spec differs, by its uppermost keys */

/**
 * @param {Specs} before
 * @param {Specs} after
 * @returns {Map<number, Sides>} of the lanes that are in both and differ
 */
export function sidesOf(before, after) {
  /** @type {Map<number, Sides>} */
  const lanes = new Map();
  for (const [lane, old] of before) {
    const now = after.get(lane);
    if (!now) continue;
    const keys = Object.keys(now).filter((key) => !equal(old[key], now[key]));
    const side = (/** @type {Plain} */ spec) =>
      Object.fromEntries(keys.map((key) => [key, spec[key]]));
    if (keys.length > 0) lanes.set(lane, { before: side(old), after: side(now) });
  }
  return lanes;
}

/**
 * Two changes, one after the other, as one.
 * @param {Map<number, Sides>} first
 * @param {Map<number, Sides>} next
 */
export function joined(first, next) {
  const lanes = new Map(first);
  for (const [lane, { before, after }] of next) {
    const old = lanes.get(lane);
    lanes.set(lane, {
      before: { ...before, ...old?.before },
      after: { ...old?.after, ...after },
    });
  }
  return lanes;
}

/**
 * @param {Map<number, Sides>} lanes
 * @param {"before" | "after"} side
 * @returns {Specs} parts of them
 */
export function sideOf(lanes, side) {
  return new Map([...lanes].map(([lane, sides]) => [lane, sides[side]]));
}
