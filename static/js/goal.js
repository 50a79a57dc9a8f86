/** Running until something is reached, and the batch that was stepped last: what the transport watches. */

import { effect, signal } from "../vendor/preact.js";
import * as api from "./api.js";
import { percent, setting, whole } from "./format.js";
import { message, t } from "./i18n.js";
import * as store from "./store.js";

/** @typedef {"epoch" | "train_loss" | "test_loss" | "train_accuracy" | "test_accuracy"} Measure */
/** @typedef {{measure: Measure, value: number, run: number}} Goal */

/** @type {Record<Measure, {title: string, text: string}>} */
export const MEASURES = {
  epoch: { title: message("epoch"), text: message("epoch {value}") },
  test_loss: { title: message("test loss"), text: message("test loss ≤ {value}") },
  train_loss: { title: message("train loss"), text: message("train loss ≤ {value}") },
  test_accuracy: { title: message("test accuracy"), text: message("test accuracy ≥ {value}") },
  train_accuracy: { title: message("train accuracy"), text: message("train accuracy ≥ {value}") },
};

/** What the training runs to now; null when it runs on. */
export const goal = signal(/** @type {Goal | null} */ (null));
/** The goal that has been reached last, for as long as nothing else was asked for. */
export const reached = signal(/** @type {{goal: Goal, epoch: number} | null} */ (null));
/** The server has been asked to run to it. */
let begun = false;

/** @param {Goal} one */
export function aim(one) {
  begun = false;
  goal.value = one;
  reached.value = null;
}

/** The server is running to the goal, or has been. */
export function launched() {
  begun = true;
  judge();
}

export function giveUp() {
  goal.value = null;
  reached.value = null;
  steppingBatches = false;
  store.lastBatch.value = null;
}

/** @param {Goal} goal */
export function wordsOf({ measure, value }) {
  const share = measure.endsWith("accuracy");
  const shown = share ? percent(value) : measure === "epoch" ? whole(value) : setting(value);
  return t(MEASURES[measure].text, { value: shown });
}

/** Whether it has stopped there, once the numbers of its last epoch are here. */
function judge() {
  const aimed = goal.value;
  const { value: experiment } = store.experiment;
  const known = store.known.value;
  if (!aimed || !begun || !experiment || experiment.status === "playing") return;
  const { epoch } = experiment;
  if (known < epoch) return;
  goal.value = null;
  if (meets(aimed, epoch)) reached.value = { goal: aimed, epoch };
}

/**
 * @param {Goal} goal
 * @param {number} epoch
 */
export function meets({ measure, value, run }, epoch) {
  if (measure === "epoch") return epoch >= value;
  const number = store.history.at(measure, epoch, run);
  return measure.endsWith("loss") ? number <= value : number >= value;
}

effect(judge);

let steppingBatches = false;

/** From now on each batch that is learned from is shown. */
export function showBatches() {
  steppingBatches = true;
}

effect(() => {
  const { epoch, batch } = store.position.value;
  const run = store.selected.value;
  const id = store.experiment.value?.id;
  const shown = store.lastBatch.peek();
  if (!steppingBatches) {
    if (shown && (shown.epoch !== epoch || shown.batch !== batch)) store.lastBatch.value = null;
    return;
  }
  if (!id || epoch + batch === 0) {
    store.lastBatch.value = null;
    return;
  }
  api
    .lastBatch(id, run)
    .then((told) => {
      const now = store.position.peek();
      const there = told.epoch === now.epoch && told.batch === now.batch;
      if (steppingBatches && there && run === store.selected.peek()) store.lastBatch.value = told;
    })
    .catch(() => undefined); // the next step asks again
});
