/** Opening runs that are ready to be compared: presets, and the winners of a race. */

import { batch } from "../vendor/preact.js";
import { lesson } from "./lesson.js";
import { differences } from "./schema.js";
import * as seeds from "./seeds.js";
import { open } from "./session.js";
import * as store from "./store.js";
import { apart, START } from "./url.js";

/** @typedef {import("./paths.js").Plain} Plain */
/** @typedef {import("./api.js").Preset} Preset */

/**
 * The state of a page that begins with these runs.
 * @param {import("./schema.js").Field[]} fields
 * @param {Plain[]} runs
 * @param {number[]} counts of seeds
 * @returns {import("./url.js").State}
 */
export function stateOf(fields, runs, counts) {
  const [main, ...others] = runs;
  return {
    ...START,
    entries: differences(fields, main),
    seeds: counts[0] ?? 1,
    lanes: others.map((run, index) => ({
      entries: apart(fields, run, main),
      seeds: counts[index + 1] ?? 1,
    })),
  };
}

/**
 * Begins anew with these runs; the browser's Back button returns to what was before.
 * @param {Plain[]} runs
 * @param {number[]} counts of seeds
 * @param {Partial<import("./url.js").State>} [more]
 */
export function begin(runs, counts, more = {}) {
  window.history.pushState(null, "", location.href);
  batch(() => {
    store.mode.value = "output";
    store.minuend.value = store.subtrahend.value = null;
    seeds.wanted.value = false;
  });
  const state = stateOf(store.fields.value, runs, counts);
  const [chart, log] = [store.chart.peek(), store.logarithmic.peek()];
  const looks = { chart, log, smoothing: store.smoothing.peek(), lesson: lesson.peek() };
  return open({ ...state, ...looks, ...more });
}

/** @param {Preset} preset */
export function beginPreset({ runs, seeds: counts, epochs_per_second: speed, shown }) {
  const { chart = "loss", log = false, axis = "epochs" } = shown;
  return begin(runs, counts, { speed, axis, chart, log });
}
