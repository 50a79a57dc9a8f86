/** Commands to the running experiment. */

import * as address from "./address.js";
import * as api from "./api.js";
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

export const play = () => send("play", { epochs_per_second: store.speed.value });
export const pause = () => send("pause");
export const step = () => send("step", { epochs: 1 });
export const toggle = () => (store.playing.value ? pause() : play());

/** @param {{newWeights?: boolean}} [how] */
export function reset({ newWeights = false } = {}) {
  store.restarted.value = [];
  return send("reset", { new_weights: newWeights });
}

/** @param {number | null} speed epochs per second */
export function setSpeed(speed) {
  store.speed.value = speed;
  return store.playing.value ? play() : Promise.resolve();
}
