/** Single weights and biases of the open lane: read from the picture, set on the server. */

import * as address from "./address.js";
import * as api from "./api.js";
import { changing } from "./bench.js";
import { BIAS } from "./geometry.js";
import { t } from "./i18n.js";
import { ask, fail } from "./session.js";
import { inTurn } from "./settings.js";
import * as store from "./store.js";
import { incoming } from "./wire.js";

/** @typedef {import("./geometry.js").Edge} Edge */
/** @typedef {import("./wire.js").Opened} Opened */

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
    const id = store.experiment.value?.id;
    const run = store.tones.value.indexOf(edits[0].tone);
    if (!id || run < 0) continue;
    const weights = edits.map(({ edge: { layer, from, to }, value }) => ({
      layer,
      unit: to,
      input: from,
      value,
    }));
    address.abandonGoal();
    await changing(
      () => t("Weight"),
      () => ask(api.setWeights(id, run, weights)),
      { touched: [edits[0].tone], gesture },
    );
  }
}
