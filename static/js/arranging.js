/**
 * Which lanes there are, and in which order, as steps that can be taken back. A lane is made again
 * from what it began with and its changes since: it trains to the same bits.
 */

import { batch } from "../vendor/preact.js";
import * as address from "./address.js";
import * as api from "./api.js";
import { t } from "./i18n.js";
import { exchanged, sideOf } from "./lineup.js";
import { rearrange } from "./session.js";
import { Gone, record } from "./steps.js";
import * as store from "./store.js";

/** @typedef {import("./lineup.js").Lineup} Lineup */
/** @typedef {import("./lineup.js").Side} Side */
/** @typedef {import("./lineup.js").Lane} Lane */
/** @typedef {import("./lineup.js").Change} Change */

/** @returns {Lineup} what there is now */
function lineup({ runs, changes } = store.experiment.value ?? { runs: [], changes: [] }) {
  const { tones, hidden, selected } = store;
  return {
    open: tones.value[selected.value],
    lanes: runs.map(({ base, seeds, forked }, index) => ({
      tone: tones.value[index],
      hidden: hidden.value.has(index),
      base,
      seeds,
      forked,
      changes: changes.filter(({ run }) => (run ?? 0) === index),
    })),
  };
}

/**
 * Adds, removes or moves lanes, and remembers it. Throws what the call throws.
 * @param {() => string} what
 * @param {() => Promise<api.Experiment>} call
 */
export async function changing(what, call) {
  const before = lineup();
  const answer = await call();
  if (answer.id !== store.experiment.value?.id) return; // another one has been opened meanwhile
  let other = sideOf(before, lineup(answer));
  if (!other) return;
  // Lanes that go are remembered as they are then, however they were when they came.
  const change = async () => {
    const now = lineup();
    await arrange(/** @type {Side} */ (other));
    other = sideOf(now, lineup()) ?? other;
  };
  record({ what, back: change, again: change });
}

/**
 * Makes a lane again as if some of its changes had been others. Throws Gone where these are no
 * longer in its history.
 * @param {number} tone the lane's colour
 * @param {Change[]} out
 * @param {Change[]} put in their place
 */
export async function exchange(tone, out, put) {
  const { lanes } = lineup();
  const lane = lanes.find((one) => one.tone === tone);
  if (!lane) throw new Gone(t("The lane is no longer there."));
  const changes = exchanged(lane.changes, out, put, store.position.value);
  if (!changes) throw new Gone(t("The training has begun anew since then."));
  const order = lanes.map((one) => one.tone);
  await arrange({ order, gone: [], made: new Map([[tone, { ...lane, changes }]]), open: tone });
}

/**
 * Has the lanes as they were. Those that nobody knew then stay behind the others.
 * @param {Side} side
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
    if (!lane) return { run: now.indexOf(tone) };
    const { base, seeds, forked } = lane;
    return { base, seeds, forked };
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
