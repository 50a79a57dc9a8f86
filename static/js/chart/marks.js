/** What happened on the way, in words: settings changed, places gone back to, lanes forked. */

/** @typedef {import("../paths.js").Plain} Plain */
/** @typedef {import("../schema.js").Field} Field */
/** @typedef {{layer: number, unit: number, input: number, value: number}} WeightEdit */
/** @typedef {{epoch: number, run?: number, changes: Plain, weights?: WeightEdit[]}} Change */

import { setting, whole } from "../format.js";
import { listed, t, tn } from "../i18n.js";
import { partInWords } from "../lanes.js";

/** Weights set at one moment. */
const MOST_NAMED = 2;

/**
 * One mark for each moment of each kind of change: the same one of several lanes is named once.
 * @param {Change[]} changes
 * @param {string[]} names of the lanes
 * @param {Field[]} fields
 * @returns {{epoch: number, lane: number, text: string}[]}
 */
export function marksOf(changes, names, fields) {
  /** @type {Map<string, {epoch: number, lane: number, words: string, lanes: string[]}>} */
  const found = new Map();
  for (const change of changes) {
    const { epoch, run = 0 } = change;
    const words = wordsOf(change, fields);
    const key = `${epoch} ${words}`;
    const mark = found.get(key) ?? { epoch, lane: run, words, lanes: [] };
    mark.lanes.push(names[run] ?? t("lane {number}", { number: run + 1 }));
    found.set(key, mark);
  }
  return [...found.values()].map(({ epoch, lane, words, lanes }) => {
    if (names.length === 1) return { epoch, lane, text: words };
    const all = lanes.length === names.length;
    const text = all
      ? t("all: {words}", { words })
      : t("{lanes}: {words}", { lanes: listed(lanes), words });
    return { epoch, lane, text };
  });
}

/**
 * Places gone back to, and those where lanes were forked.
 * @param {{
 *   rewinds: {epoch: number, before: number}[], runs: {forked: {epoch: number} | null}[]
 * }} experiment
 * @param {string[]} names of the lanes
 * @returns {{epoch: number, lane: number | null, text: string}[]} lane: the one that was forked
 */
export function travelsOf({ rewinds, runs }, names) {
  const back = rewinds.map(({ epoch, before }) => {
    const text = t("went back here from epoch {epoch}", { epoch: whole(before) });
    return { epoch, lane: null, text };
  });
  const forks = runs.flatMap(({ forked }, lane) =>
    forked
      ? [{ epoch: forked.epoch, lane, text: t("{lane} forked here", { lane: names[lane] }) }]
      : [],
  );
  return [...back, ...forks];
}

/**
 * @param {Change} change
 * @param {Field[]} fields
 */
export function wordsOf({ changes, weights = [] }, fields) {
  return [partInWords(fields, changes), ...wordsOfEdits(weights)].filter(Boolean).join(", ");
}

/** @param {WeightEdit[]} weights */
function wordsOfEdits(weights) {
  if (weights.length > MOST_NAMED)
    return [tn("{count} weight set", "{count} weights set", weights.length)];
  return weights.map(wordsOfEdit);
}

/** @param {WeightEdit} edit */
function wordsOfEdit({ layer, unit, input, value }) {
  const places = { layer, unit: unit + 1, input: input + 1, value: setting(value) };
  return input < 0
    ? t("bias of layer {layer}, unit {unit} → {value}", places)
    : t("weight of layer {layer}, unit {unit}, input {input} → {value}", places);
}
