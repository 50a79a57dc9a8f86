/** Undo and redo of every change of settings. */

import { computed, effect } from "../vendor/preact.js";
import { equal } from "./paths.js";
import { fail } from "./session.js";
import { forget, inTurn, patchLanes } from "./settings.js";
import { clear, future, keepLanes, past } from "./steps.js";
import * as store from "./store.js";

/** @typedef {import("./steps.js").Step} Step */
/** @typedef {import("../vendor/preact.js").Signal<Step[]>} Steps */

export const canUndo = computed(
  () => past.value.length > 0 || Object.keys(store.problems.value).length > 0,
);
export const canRedo = computed(() => future.value.length > 0);

/** Takes back the latest change; first what was typed and refused. */
export function undo() {
  const refused = Object.keys(store.problems.value);
  if (refused.length > 0) for (const path of refused) forget(path);
  else take(past, future, "before");
}

/** Makes again what was taken back last. */
export function redo() {
  take(future, past, "after");
}

/**
 * @param {Steps} from
 * @param {Steps} to
 * @param {"before" | "after"} side
 */
function take(from, to, side) {
  inTurn(async () => {
    const step = from.value.at(-1);
    if (!step) return;
    from.value = from.value.slice(0, -1);
    try {
      const parts = [...step.lanes].map(([lane, sides]) => [lane, sides[side]]);
      await patchLanes(new Map(/** @type {[number, import("./paths.js").Plain][]} */ (parts)));
      to.value = [...to.value, step];
    } catch (error) {
      from.value = [...from.value, step];
      fail(error);
    }
  });
}

effect(() => keepLanes(store.tones.value));

/** What is shown: steps are about this experiment, or one made again with the same settings. */
let known = { id: "", specs: /** @type {unknown[]} */ ([]) };
effect(() => {
  const experiment = store.experiment.value;
  if (!experiment) return;
  const specs = experiment.runs.map(({ spec }) => spec);
  if (experiment.id !== known.id && !equal(specs, known.specs)) clear();
  known = { id: experiment.id, specs };
});
