/**
 * Changes of which lanes there are, in which order, and of what is set in one by hand, as steps
 * that can be taken back: a lane is made again from what it began with and its changes since.
 */

import { batch } from "../vendor/preact.js";
import * as address from "./address.js";
import * as api from "./api.js";
import { sideOf } from "./lineup.js";
import { rearrange } from "./session.js";
import { lastOf, record } from "./steps.js";
import * as store from "./store.js";

/** @typedef {import("./lineup.js").Lineup} Lineup */

/** How lanes are. @returns {Lineup} */
function lineup({ runs, changes } = store.experiment.value ?? { runs: [], changes: [] }) {
  const { tones, hidden, selected } = store;
  return {
    open: tones.value[selected.value],
    lanes: runs.map(({ base, seeds }, index) => ({
      tone: tones.value[index],
      hidden: hidden.value.has(index),
      base,
      seeds,
      changes: changes.filter(({ run }) => (run ?? 0) === index),
    })),
  };
}

/**
 * Makes a change of lanes, and remembers it. Throws what the call throws; what it has done until
 * then is remembered.
 * @param {() => string} what
 * @param {() => Promise<api.Experiment>} call
 * @param {{touched?: number[], gesture?: unknown}} [more] touched: colours of lanes that stay and
 *   are other ones afterwards; changes of one gesture are one step
 */
export async function changing(what, call, { touched = [], gesture } = {}) {
  const id = store.experiment.value?.id;
  const before = lineup();
  let answer = store.experiment.value;
  try {
    answer = await call();
  } finally {
    if (answer && id === store.experiment.value?.id) {
      const after = lineup(answer);
      const [back, again] = [sideOf(before, after, touched), sideOf(after, before, touched)];
      if (back && again) {
        const first = lastOf(gesture)?.back ?? (() => arrange(back));
        record({ what, gesture, back: first, again: () => arrange(again) });
      }
    }
  }
}

/**
 * Has the lanes as they were. Those that nobody knew then stay behind the others.
 * @param {import("./lineup.js").Side} side
 */
async function arrange({ order, gone, made, open }) {
  const id = store.experiment.value?.id;
  if (!id) return;
  const now = store.tones.value;
  const known = order.filter((tone) => made.has(tone) || now.includes(tone));
  const others = now.filter((tone) => !order.includes(tone) && !gone.includes(tone));
  const tones = [...known, ...others];
  const lanes = tones.map((tone) => {
    const lane = made.get(tone);
    return lane ? { base: lane.base, seeds: lane.seeds } : { run: now.indexOf(tone) };
  });
  const changes = tones.flatMap((tone, run) =>
    (made.get(tone)?.changes ?? []).map((change) => ({ ...change, run })),
  );
  address.abandonGoal();
  await rearrange(tones, api.arrange(id, { lanes, changes }));
  batch(() => {
    const hidden = new Set(store.hidden.value);
    for (const [tone, lane] of made) if (lane.hidden) hidden.add(tones.indexOf(tone));
    store.hidden.value = hidden;
    if (made.has(open)) store.selected.value = tones.indexOf(open);
  });
}
