/** What the output pane shows: the answers in several ways, what a layer sees, lanes subtracted, ... */

import { computed, effect, signal } from "../vendor/preact.js";
import { comparable, difference } from "./difference.js";
import { equal } from "./paths.js";
import * as store from "./store.js";

/** @typedef {import("./store.js").Mode} Mode */

/** Points of each part that have exact answers. */
const MOST_EXACT = 2000;

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

/** @type {Mode[]} */
const CLASSES = ["output", "classes", "uncertainty", "errors", "losses", "layer"];
/** @type {Mode[]} */
const VALUES = ["output", "errors", "losses", "layer", "surface"];
/** In these a unit that is looked at changes nothing. */
/** @type {Mode[]} */
const OWN_SPACE = ["layer", "surface"];

/** The modes that mean something now. */
export const offered = computed(() => {
  const modes = /** @type {Mode[]} */ ([...(store.task.value === "regression" ? VALUES : CLASSES)]);
  if (rivals.value) modes.push("difference");
  if ((store.lane.value?.seeds ?? 1) > 1) modes.push("disagreement");
  return modes;
});

/** The one that is shown; while a unit is looked at, its map is. */
export const shown = computed(() => {
  const { value: mode } = store.mode;
  if (!offered.value.includes(mode)) return "output";
  return store.inspected.value === null || OWN_SPACE.includes(mode) ? mode : "output";
});

export const ownSpace = computed(() => OWN_SPACE.includes(shown.value));

/** The layer whose view is shown, as chosen; null: the last hidden one. */
export const chosenLayer = signal(/** @type {number | null} */ (null));
/** Along which of its units; null: as it lies flat, or as its points spread most. */
export const chosenUnits = signal(/** @type {[number, number] | "principal" | null} */ (null));

/** The layer and units whose view is shown. */
export const layerView = computed(() => {
  const { value: units } = store.units;
  if (units.length === 0) return null;
  const last = units.length - 1;
  const layer = Math.min(chosenLayer.value ?? last - 1, last);
  const { value: chosen } = chosenUnits;
  const flat = /** @type {[number, number]} */ ([0, 1]);
  const pair = chosen ?? (units[layer] === 2 ? flat : "principal");
  const there = pair !== "principal" && pair.every((unit) => unit < units[layer]);
  return { layer, units: there ? pair : null };
});

/**
 * Which point of the data, in the order of the exact answers: training points, then test points.
 * @param {import("./api.js").Data} data
 * @param {import("./store.js").PointAt} point
 */
export function answerIndex(data, { part, index }) {
  const train = Math.min(MOST_EXACT, data.train.x.length);
  if (index >= MOST_EXACT) return -1;
  return part === "train" ? index : train + index;
}

/** The two lanes' pictures subtracted, while that is looked at. */
export const subtracted = computed(() => {
  const picture = store.picture.value;
  if (shown.value !== "difference" || !picture || !rivals.value) return null;
  const [a, b] = [picture.runs[rivals.value.a], picture.runs[rivals.value.b]];
  if (!a || !b || !comparable(a, b)) return null;
  return difference(a, b, store.task.value === "regression");
});

/**
 * The exact answers at the points of the open lane, once they are here.
 * @param {import("./api.js").Data} data of it
 */
export function answersFor(data) {
  const answers = store.picture.value?.runs[store.selected.value]?.answers;
  const most = (/** @type {import("./api.js").Points} */ { y }) => Math.min(MOST_EXACT, y.length);
  const fits = answers?.values.length === most(data.train) + most(data.test);
  return fits ? answers : null;
}

effect(() => {
  const { value: mode } = shown;
  store.spread.value = mode === "disagreement";
  store.exact.value = mode === "errors" || mode === "losses" || store.pointAt.value !== null;
  const view = mode === "layer" ? layerView.value : null;
  if (!equal(view, store.warp.peek())) store.warp.value = view;
});
