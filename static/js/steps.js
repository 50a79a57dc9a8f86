/** What was changed in the settings, step by step, to be taken back and made again. */

import { signal } from "../vendor/preact.js";
import { equal } from "./paths.js";

/** @typedef {import("./paths.js").Plain} Plain */
/** @typedef {{before: Plain, after: Plain}} Sides what of a spec differs, by its uppermost keys */

/**
 * @typedef {Object} Step
 * @property {string[]} paths that were changed
 * @property {number} gesture changes of one gesture, such as a drag, are one step
 * @property {Map<number, Sides>} lanes by their colours, which they keep when they are moved
 */

export const MOST = 200;

/** The latest last. */
export const past = signal(/** @type {Step[]} */ ([]));
/** What was taken back, the next one to be made again last. */
export const future = signal(/** @type {Step[]} */ ([]));

/**
 * Remembers a change. What had been taken back before it is forgotten.
 * @param {string[]} paths
 * @param {number} gesture
 * @param {Map<number, Plain>} before specs of the lanes
 * @param {Map<number, Plain>} after
 */
export function record(paths, gesture, before, after) {
  const lanes = apart(before, after);
  if (lanes.size === 0) return;
  const last = past.value.at(-1);
  const merges = last !== undefined && last.gesture === gesture;
  const step = { paths, gesture, lanes };
  past.value = merges
    ? [...past.value.slice(0, -1), merged(last, step)]
    : [...past.value, step].slice(-MOST);
  future.value = [];
}

/**
 * @param {Map<number, Plain>} before
 * @param {Map<number, Plain>} after
 * @returns {Map<number, Sides>}
 */
function apart(before, after) {
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
 * @param {Step} first
 * @param {Step} next
 * @returns {Step}
 */
function merged(first, next) {
  const lanes = new Map(first.lanes);
  for (const [lane, { before, after }] of next.lanes) {
    const old = lanes.get(lane);
    lanes.set(lane, {
      before: { ...before, ...old?.before },
      after: { ...old?.after, ...after },
    });
  }
  return { ...next, paths: [...new Set([...first.paths, ...next.paths])], lanes };
}

/**
 * Forgets lanes that are gone: another one may get their colour.
 * @param {number[]} tones of those that are left
 */
export function keepLanes(tones) {
  for (const steps of [past, future]) {
    const left = steps.value.map((step) => ({
      ...step,
      lanes: new Map([...step.lanes].filter(([lane]) => tones.includes(lane))),
    }));
    const changed = left.some(({ lanes }, index) => lanes.size < steps.value[index].lanes.size);
    if (changed) steps.value = left.filter(({ lanes }) => lanes.size > 0);
  }
}

export function clear() {
  past.value = [];
  future.value = [];
}
