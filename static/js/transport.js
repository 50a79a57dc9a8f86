/** Commands to the running experiment. */

import * as address from "./address.js";
import * as api from "./api.js";
import { aim, giveUp, goal, launched, showBatches } from "./goal.js";
import { t } from "./i18n.js";
import { ask, fail } from "./session.js";
import { inTurn } from "./settings.js";
import * as store from "./store.js";
import { remember, specsOf } from "./tuning.js";

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
    return await ask(api.command(id, name, body));
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

export function reset() {
  giveUp();
  store.restarted.value = [];
  return send("reset");
}

/** Back to epoch 0, with other seeds. */
export function newWeights() {
  giveUp();
  store.restarted.value = [];
  return inTurn(async () => {
    const before = specsOf();
    const answer = await send("reset", { new_weights: true });
    if (answer) remember(() => t("New weights"), before, answer);
  });
}

/** @param {number | null} speed epochs per second */
export function setSpeed(speed) {
  store.speed.value = speed;
  return store.playing.value ? run() : Promise.resolve();
}
