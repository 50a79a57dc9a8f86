/** Single weights and biases of the open lane: read from the picture, set on the server. */

import * as address from "./address.js";
import * as api from "./api.js";
import { exchange } from "./arranging.js";
import { BIAS } from "./geometry.js";
import { t } from "./i18n.js";
import { only } from "./lineup.js";
import { ask, fail } from "./session.js";
import { inTurn } from "./settings.js";
import { lastOf, record } from "./steps.js";
import * as store from "./store.js";
import { incoming } from "./wire.js";

/** @typedef {import("./geometry.js").Edge} Edge */
/** @typedef {import("./wire.js").Opened} Opened */
/**
 * @typedef {import("./steps.js").Step & {before: import("./url.js").Change[]}} Setting
 *   before: the lane's changes before the gesture
 */

/**
 * @param {Opened} run
 * @param {Edge} edge
 */
export function weightOf({ units, weights }, { layer, from, to }) {
  const own = incoming(units, weights, layer);
  return from === BIAS ? own.biases[to] : own.weights[to * own.fanIn + from];
}

/**
 * What was set last and is on its way, by place.
 * @type {Map<string, {tone: number, edge: Edge, value: number, gesture: object}>}
 */
const waiting = new Map();
let asked = false;

/**
 * Sets a weight of the open lane: one request at a time, and of each weight the latest value.
 * @param {Edge} edge
 * @param {number} value
 * @param {object} [gesture] those set with the same one are taken back together
 */
export function setWeight({ layer, from, to }, value, gesture = {}) {
  const tone = store.tones.value[store.selected.value];
  const edge = { layer, from, to };
  waiting.set(`${tone} ${layer} ${to} ${from}`, { tone, edge, value, gesture });
  if (asked) return;
  asked = true;
  inTurn(send).catch(fail);
}

async function send() {
  asked = false;
  const all = [...waiting.values()];
  waiting.clear();
  for (const gesture of new Set(all.map((one) => one.gesture))) {
    const edits = all.filter((one) => one.gesture === gesture);
    const weights = edits.map(({ edge: { layer, from, to }, value }) => ({
      layer,
      unit: to,
      input: from,
      value,
    }));
    await put(edits[0].tone, weights, gesture);
  }
}

/**
 * Sets weights of a lane, and remembers which changes of its history these are.
 * @param {number} tone the lane's colour
 * @param {import("./url.js").WeightEdit[]} weights
 * @param {object} gesture
 */
async function put(tone, weights, gesture) {
  const experiment = store.experiment.value;
  const run = store.tones.value.indexOf(tone);
  if (!experiment || run < 0) return;
  const own = (/** @type {api.Experiment} */ { changes }) =>
    changes.filter((one) => (one.run ?? 0) === run);
  const last = /** @type {Setting | undefined} */ (lastOf(gesture));
  const before = last?.before ?? own(experiment);
  address.abandonGoal();
  const answer = await ask(api.setWeights(experiment.id, run, weights));
  if (answer.id !== store.experiment.value?.id) return;
  const [out, into] = [only(before, own(answer)), only(own(answer), before)];
  /** @type {Setting} */
  const step = {
    what: () => t("Weight"),
    gesture,
    before,
    back: () => exchange(tone, into, out),
    again: () => exchange(tone, out, into),
  };
  record(step);
}
