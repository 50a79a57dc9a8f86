/** Undo and redo of every change that a person makes to the experiment. */

import { computed, signal } from "../vendor/preact.js";
import { Problem } from "./api.js";
import { t } from "./i18n.js";
import { fail } from "./session.js";
import { forget, inTurn } from "./settings.js";
import { future, Gone, past } from "./steps.js";
import * as store from "./store.js";

/** @typedef {import("./steps.js").Step} Step */
/** @typedef {import("../vendor/preact.js").Signal<Step[]>} Steps */

export const canUndo = computed(
  () => past.value.length > 0 || Object.keys(store.problems.value).length > 0,
);
export const canRedo = computed(() => future.value.length > 0);
/** A step is on its way: lanes may have to be trained for it. */
export const busy = signal(false);

/** Takes back the latest change; first what was typed and refused. */
export function undo() {
  const refused = Object.keys(store.problems.value);
  if (refused.length > 0) for (const path of refused) forget(path);
  else take(past, future, "back");
}

/** Makes again what was taken back last. */
export function redo() {
  take(future, past, "again");
}

/**
 * A step that can never be taken is left out, so that those behind it are reached.
 * @param {Steps} from
 * @param {Steps} to
 * @param {"back" | "again"} way
 */
function take(from, to, way) {
  inTurn(async () => {
    const step = from.value.at(-1);
    if (!step) return;
    const leave = () => {
      from.value = from.value.filter((one) => one !== step);
    };
    store.failure.value = "";
    busy.value = true;
    try {
      await step[way]();
      leave();
      to.value = [...to.value, step];
    } catch (error) {
      if (isFinal(error)) {
        leave();
        store.failure.value = lost(step.what(), error.message, way);
      } else fail(error);
    }
    busy.value = false;
  });
}

/**
 * Whether it would be refused another time too.
 * @param {unknown} error
 * @returns {error is Error}
 */
function isFinal(error) {
  if (error instanceof Problem) return error.status === 409 || error.status === 422;
  return error instanceof Gone;
}

/**
 * @param {string} change
 * @param {string} why
 * @param {"back" | "again"} way
 */
function lost(change, why, way) {
  return way === "back"
    ? t("“{change}” can no longer be undone. {why}", { change, why })
    : t("“{change}” can no longer be made again. {why}", { change, why });
}
