/** Single weights and biases of the open lane: read from the picture, set on the server. */

import * as address from "./address.js";
import * as api from "./api.js";
import { BIAS } from "./geometry.js";
import { ask, fail } from "./session.js";
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

/** What was set last and is on its way, by place. */
/** @type {Map<string, {run: number, edge: Edge, value: number}>} */
const waiting = new Map();
let sending = false;

/**
 * Sets a weight of the open lane: one request at a time, and of each weight the latest value.
 * @param {Edge} edge
 * @param {number} value
 */
export function setWeight({ layer, from, to }, value) {
  const run = store.selected.value;
  waiting.set(`${run} ${layer} ${to} ${from}`, { run, edge: { layer, from, to }, value });
  send();
}

async function send() {
  if (sending) return;
  sending = true;
  while (waiting.size > 0) {
    const id = store.experiment.value?.id;
    const [first] = waiting.values();
    const edits = [...waiting.values()].filter(({ run }) => run === first.run);
    for (const [key, { run }] of waiting) if (run === first.run) waiting.delete(key);
    if (!id) continue;
    const weights = edits.map(({ edge: { layer, from, to }, value }) => ({
      layer,
      unit: to,
      input: from,
      value,
    }));
    address.abandonGoal();
    try {
      await ask(api.setWeights(id, first.run, weights));
    } catch (error) {
      fail(error);
    }
  }
  sending = false;
}
