/** What is done to lanes: adding, naming, moving, removing them, and opening one. */

import { batch } from "../vendor/preact.js";
import * as address from "./address.js";
import * as api from "./api.js";
import { changing } from "./arranging.js";
import { t, tn } from "./i18n.js";
import { equal } from "./paths.js";
import { ask, fail, rearrange } from "./session.js";
import { inTurn } from "./settings.js";
import { record } from "./steps.js";
import * as store from "./store.js";
import { remember, specsOf } from "./tuning.js";

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
export const add = (changes) =>
  inLane(store.selected.value, (id, run) => {
    const { seeds } = store.runs.value[run];
    const lanes = changes.map((one) => ({ run, changes: one, seeds }));
    const what = () => tn("Lane added", "{count} lanes added", lanes.length);
    return changing(what, () => ask(api.add(id, lanes)));
  });

/**
 * Adds a lane that goes on from the open lane's very state, with changed settings. Throws what the
 * server refuses.
 * @param {Plain} changes
 */
export const fork = (changes) =>
  inLane(store.selected.value, (id, run) => {
    const how = { run, ...store.position.value, changes };
    return changing(
      () => t("Lane forked"),
      () => ask(api.fork(id, how)),
    );
  });

/**
 * Does something in a lane once what is on its way is done, if the lane is still there then.
 * @param {number} index now
 * @param {(id: string, index: number) => Promise<void>} act
 */
function inLane(index, act) {
  const tone = store.tones.value[index];
  return inTurn(async () => {
    const id = store.experiment.value?.id;
    const place = store.tones.value.indexOf(tone);
    if (!id || place < 0) return;
    address.abandonGoal();
    await act(id, place);
  });
}

/**
 * The same, and tells why it failed.
 * @type {typeof inLane}
 */
async function attempt(index, act) {
  store.failure.value = "";
  try {
    await inLane(index, act);
  } catch (error) {
    fail(error);
  }
}

/**
 * @param {number} index
 * @param {string} name empty: called after what sets it apart
 */
export const rename = (index, name) =>
  attempt(index, async (id, run) => {
    const before = specsOf();
    const answer = await ask(api.patch(id, run, { name: name.trim() }));
    remember(() => t("Lane renamed"), before, answer);
  });

/**
 * @param {number[]} lanes
 * @param {number} seeds
 */
export function setSeeds(lanes, seeds) {
  const tones = lanes.map((index) => store.tones.value[index]);
  return attempt(lanes[0], async () => {
    const before = seedsOf(tones);
    const after = new Map(tones.map((tone) => [tone, seeds]));
    try {
      await putSeeds(after);
    } finally {
      // Of several lanes, some may have got theirs.
      if (!equal([...before], [...seedsOf(tones)])) {
        record({
          what: () => t("Number of seeds"),
          back: () => putSeeds(before),
          again: () => putSeeds(after),
        });
      }
    }
  });
}

/**
 * How many seeds lanes have.
 * @param {number[]} tones
 */
function seedsOf(tones) {
  const lanes = store.lanes.value.filter(({ tone }) => tones.includes(tone));
  return new Map(lanes.map(({ tone, run }) => [tone, run.seeds]));
}

/** @param {Map<number, number>} seeds by the lanes' colours */
async function putSeeds(seeds) {
  const id = store.experiment.value?.id;
  for (const [tone, count] of seeds) {
    const run = store.tones.value.indexOf(tone);
    if (id && run >= 0) await ask(api.setSeeds(id, run, count));
  }
}

/** @param {number} index */
export const remove = (index) =>
  attempt(index, (id, run) => {
    const left = store.tones.value.filter((_, one) => one !== run);
    return changing(
      () => t("Lane removed"),
      () => rearrange(left, api.removeRun(id, run)),
    );
  });

/**
 * Puts a lane at another place among the others; the first is the main one.
 * @param {number} index
 * @param {number} place
 */
export const move = (index, place) =>
  attempt(index, (id, run) => {
    const order = store.runs.value.map((_, one) => one).filter((one) => one !== run);
    order.splice(place, 0, run);
    const tones = order.map((one) => store.tones.value[one]);
    return changing(
      () => t("Lane moved"),
      () => rearrange(tones, api.order(id, order)),
    );
  });

/** @param {number} index */
export function toggleHidden(index) {
  const next = new Set(store.hidden.value);
  if (!next.delete(index)) next.add(index);
  store.hidden.value = next;
}
