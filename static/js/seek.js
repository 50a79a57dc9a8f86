/** Going to past epochs: one request at a time, the latest wish wins. */

import * as address from "./address.js";
import * as api from "./api.js";
import { giveUp } from "./goal.js";
import { ask, fail } from "./session.js";
import * as store from "./store.js";

/** @type {number | null} */
let wanted = null;
let going = false;

/**
 * Goes there as soon as the way is free; until then the scrubber stays where it was put.
 * @param {number} epoch
 */
export async function seek(epoch) {
  giveUp();
  wanted = epoch;
  store.scrubbed.value = epoch;
  if (going) return;
  going = true;
  store.failure.value = "";
  address.abandonGoal();
  while (wanted !== null && store.experiment.value) {
    const next = wanted;
    wanted = null;
    try {
      await ask(api.seek(store.experiment.value.id, next));
    } catch (error) {
      fail(error);
    }
  }
  going = false;
  store.scrubbed.value = null;
}

/** One epoch back; from within an epoch, to its beginning. */
export function back() {
  const { epoch, batch } = store.position.value;
  const from = store.scrubbed.value ?? (batch > 0 ? epoch + 1 : epoch);
  if (from > 0) seek(from - 1);
}
