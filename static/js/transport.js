/** Commands to the running experiment. */

import * as address from "./address.js";
import * as api from "./api.js";
import { aim, giveUp, goal, launched, showBatches } from "./goal.js";
import { ask, fail } from "./session.js";
import * as store from "./store.js";

/** @typedef {import("./paths.js").Plain} Plain */

/**
 * @param {"play" | "pause" | "step" | "reset"} name
 * @param {Plain} [body]
 */
async function send(name, body) {
  const id = store.experiment.value?.id;
  if (!id) return;
  store.failure.value = "";
  address.abandonGoal();
  try {
    await ask(api.command(id, name, body));
  } catch (error) {
    fail(error);
  }
}

export const play = () => {
  giveUp();
  return run();
};
export const pause = () => send("pause");
export const step = () => {
  giveUp();
  return send("step", { epochs: 1 });
};
export const toggle = () => (store.playing.value ? pause() : play());

/** One mini-batch; its points, and the units it left out, are shown. */
export function stepBatch() {
  giveUp();
  showBatches();
  return send("step", { batches: 1 });
}

/**
 * Plays until the open lane is there.
 * @param {import("./goal.js").Measure} measure
 * @param {number} value the epoch, the loss at most, the accuracy at least
 */
export async function runUntil(measure, value) {
  giveUp();
  aim({ measure, value, run: store.selected.value });
  await run();
  launched();
}

/** Plays, to the goal if there is one. */
function run() {
  const aimed = goal.peek();
  const until = aimed && { [aimed.measure]: aimed.value, run: aimed.run };
  return send("play", { epochs_per_second: store.speed.value, until });
}

/** @param {{newWeights?: boolean}} [how] */
export function reset({ newWeights = false } = {}) {
  giveUp();
  store.restarted.value = [];
  return send("reset", { new_weights: newWeights });
}

/** @param {number | null} speed epochs per second */
export function setSpeed(speed) {
  store.speed.value = speed;
  return store.playing.value ? run() : Promise.resolve();
}
