/** What the output pane shows: the output, two lanes subtracted, or how far seeds disagree. */

import { computed, effect } from "../vendor/preact.js";
import { comparable, difference } from "./difference.js";
import { equal } from "./paths.js";
import * as store from "./store.js";

/** @typedef {import("./store.js").Mode} Mode */

/**
 * The points of a lane.
 * @param {number} lane
 */
export function dataOf(lane) {
  const run = store.runs.value[lane];
  return (run && store.points.value[store.pointsKey(run)]) ?? null;
}

/**
 * Two lanes answer the same question about the same plane.
 * @param {number} one
 * @param {number} other
 */
export function samePlane(one, other) {
  const [a, b] = [dataOf(one), dataOf(other)];
  if (!a || !b) return false;
  return a.task === b.task && a.classes === b.classes && equal(a.domain, b.domain);
}

/** Lanes whose answers can be subtracted from some other's. */
export const subtractable = computed(() => {
  const all = store.runs.value.map((_, lane) => lane);
  return all.filter((one) => all.some((other) => other !== one && samePlane(one, other)));
});

/** The lanes that are subtracted: if nothing else is chosen the open one and the main one. */
export const rivals = computed(() => {
  const lanes = subtractable.value;
  const chosen = store.minuend.value ?? store.selected.value;
  const a = lanes.includes(chosen) ? chosen : lanes[0];
  const others = lanes.filter((one) => one !== a && samePlane(a, one));
  const { value: against } = store.subtrahend;
  const b = against !== null && others.includes(against) ? against : others[0];
  return a === undefined || b === undefined ? null : { a, b, others };
});

/** The modes that mean something now. */
export const offered = computed(() => {
  const modes = /** @type {Mode[]} */ (["output"]);
  if (rivals.value) modes.push("difference");
  if ((store.lane.value?.seeds ?? 1) > 1) modes.push("disagreement");
  return modes;
});

/** The one that is shown; while a unit is looked at, its map is. */
export const shown = computed(() => {
  const { value: mode } = store.mode;
  return store.inspected.value === null && offered.value.includes(mode) ? mode : "output";
});

/** The two lanes' pictures subtracted, while that is looked at. */
export const subtracted = computed(() => {
  const picture = store.picture.value;
  if (shown.value !== "difference" || !picture || !rivals.value) return null;
  const [a, b] = [picture.runs[rivals.value.a], picture.runs[rivals.value.b]];
  if (!a || !b || !comparable(a, b)) return null;
  return difference(a, b, store.task.value === "regression");
});

effect(() => {
  store.spread.value = shown.value === "disagreement";
});
