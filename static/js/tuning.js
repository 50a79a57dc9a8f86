/** Changes of the lanes' settings as steps that can be taken back. */

import * as address from "./address.js";
import * as api from "./api.js";
import { t } from "./i18n.js";
import { equal } from "./paths.js";
import { titleAt } from "./schema.js";
import { ask } from "./session.js";
import { joined, sideOf, sidesOf } from "./sides.js";
import { Gone, lastOf, record } from "./steps.js";
import * as store from "./store.js";

/** @typedef {import("./sides.js").Specs} Specs */
/** @typedef {import("./sides.js").Sides} Sides */
/** @typedef {import("./steps.js").Step & {lanes: Map<number, Sides>}} Tuning */

/**
 * The lanes' settings, by their colours.
 * @param {{spec: import("./paths.js").Plain}[]} [runs]
 */
export function specsOf(runs = store.runs.value) {
  return new Map(runs.map(({ spec }, index) => [store.tones.value[index], spec]));
}

/**
 * Settings in words, the first of many.
 * @param {string[]} paths
 */
export function titled(paths) {
  const titles = paths.map((path) => t(titleAt(store.fields.value, path)));
  return [...new Set(titles)].slice(0, 2).join(", ");
}

/**
 * Remembers a change of settings that has been made.
 * @param {() => string} what
 * @param {Specs} before
 * @param {api.Experiment} after what the server answered
 * @param {unknown} [gesture] whose changes are one step
 */
export function remember(what, before, { id, runs }, gesture) {
  if (id !== store.experiment.value?.id) return; // another one has been opened meanwhile
  const more = sidesOf(before, specsOf(runs));
  if (more.size === 0) return;
  const last = /** @type {Tuning | undefined} */ (lastOf(gesture));
  const lanes = last ? joined(last.lanes, more) : more;
  /** @type {Tuning} */
  const step = {
    what,
    gesture,
    lanes,
    back: () => patch(sideOf(lanes, "before")),
    again: () => patch(sideOf(lanes, "after")),
  };
  record(step);
}

/**
 * Gives lanes settings as they are, without looking at what lanes share.
 * @param {Specs} parts of the specs; lanes that are gone are left out
 */
async function patch(parts) {
  const id = store.experiment.value?.id;
  const trained = store.epoch.value > 0;
  const lanes = [...parts].flatMap(([tone, part]) => {
    const index = store.tones.value.indexOf(tone);
    return index < 0 ? [] : [{ index, part }];
  });
  if (!id || lanes.length === 0) throw new Gone(t("The lane is no longer there."));
  address.abandonGoal();
  const all = lanes.length === store.runs.value.length;
  const calls =
    all && lanes.every(({ part }) => equal(part, lanes[0].part))
      ? [{ index: null, part: lanes[0].part }]
      : lanes;
  /** @type {Set<string>} */
  const restarted = new Set();
  for (const { index, part } of calls) {
    const answer = await ask(api.patch(id, index, part));
    for (const path of answer.restarted) restarted.add(path);
  }
  store.restarted.value = trained ? [...restarted] : [];
}
