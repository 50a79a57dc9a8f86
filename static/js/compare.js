/** What is done to lanes: adding, naming, moving, removing them, and opening one. */

import { batch } from "../vendor/preact.js";
import * as address from "./address.js";
import * as api from "./api.js";
import { ask, fail, rearrange } from "./session.js";
import * as store from "./store.js";

/** @typedef {import("./api.js").Experiment} Experiment */
/** @typedef {import("./paths.js").Plain} Plain */

/**
 * Shows a lane's network, output and settings.
 * @param {number} index
 */
export function open(index) {
  if (index === store.selected.value) return;
  batch(() => {
    store.selected.value = index;
    store.pinned.value = null;
    // What was typed and refused was meant for the other lane.
    store.drafts.value = {};
    store.problems.value = {};
  });
}

/**
 * Adds copies of the open lane, each with its changes. Throws what the server refuses.
 * @param {Plain[]} changes
 */
export async function add(changes) {
  const id = store.experiment.value?.id;
  if (!id) return;
  address.abandonGoal();
  const run = store.selected.value;
  const { seeds } = store.runs.value[run];
  const lanes = changes.map((one) => ({ run, changes: one, seeds }));
  await ask(api.add(id, lanes));
}

/**
 * @param {(id: string) => Promise<unknown>} call
 */
async function attempt(call) {
  const id = store.experiment.value?.id;
  if (!id) return;
  store.failure.value = "";
  address.abandonGoal();
  try {
    await call(id);
  } catch (error) {
    fail(error);
  }
}

/**
 * @param {number} index
 * @param {string} name empty: called after what sets it apart
 */
export const rename = (index, name) =>
  attempt((id) => ask(api.patch(id, index, { name: name.trim() })));

/**
 * @param {number[]} lanes
 * @param {number} seeds
 */
export const setSeeds = (lanes, seeds) =>
  attempt(async (id) => {
    for (const index of lanes) await ask(api.setSeeds(id, index, seeds));
  });

/** @param {number} index */
export function remove(index) {
  const from = others(index);
  return attempt((id) => rearrange(from, api.removeRun(id, index)));
}

/**
 * Puts a lane at another place among the others; the first is the main one.
 * @param {number} index
 * @param {number} place
 */
export function move(index, place) {
  const from = others(index);
  from.splice(place, 0, index);
  return attempt((id) => rearrange(from, api.order(id, from)));
}

/** @param {number} index */
function others(index) {
  return store.runs.value.map((_, one) => one).filter((one) => one !== index);
}

/** @param {number} index */
export function toggleHidden(index) {
  const next = new Set(store.hidden.value);
  if (!next.delete(index)) next.add(index);
  store.hidden.value = next;
}
