/** Settings changed while training, in words and at their places on the x axis. */

/** @typedef {import("../paths.js").Plain} Plain */
/** @typedef {{layer: number, unit: number, input: number, value: number}} WeightEdit */
/** @typedef {{epoch: number, run?: number, changes: Plain, weights?: WeightEdit[]}} Change */

import { setting } from "../format.js";
import { t, tn } from "../i18n.js";

/** Weights set at one moment. */
const MOST_NAMED = 2;

/**
 * One mark for each moment of each kind of change: the same one of several lanes is named once.
 * @param {Change[]} changes
 * @param {string[]} names of the lanes
 * @returns {{epoch: number, lane: number, text: string}[]}
 */
export function marksOf(changes, names) {
  /** @type {Map<string, {epoch: number, lane: number, words: string, lanes: string[]}>} */
  const found = new Map();
  for (const { epoch, run = 0, changes: made, weights = [] } of changes) {
    const words = [wordsOf(made), ...wordsOfEdits(weights)].filter(Boolean).join(", ");
    const key = `${epoch} ${words}`;
    const mark = found.get(key) ?? { epoch, lane: run, words, lanes: [] };
    mark.lanes.push(names[run] ?? `lane ${run + 1}`);
    found.set(key, mark);
  }
  return [...found.values()].map(({ epoch, lane, words, lanes }) => {
    const who =
      names.length === 1 ? "" : lanes.length === names.length ? "all: " : `${lanes.join(", ")}: `;
    return { epoch, lane, text: `${who}${words}` };
  });
}

/**
 * "learning rate 0.1, optimizer adam"
 * @param {Plain} changes
 */
export function wordsOf(changes) {
  return leaves(changes, "").join(", ");
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

/**
 * @param {Plain} node
 * @param {string} above
 * @returns {string[]}
 */
function leaves(node, above) {
  return Object.entries(node).flatMap(([key, value]) => {
    const title = (key === "kind" ? above : key).replaceAll("_", " ");
    if (Array.isArray(value)) return [title];
    if (typeof value === "object" && value !== null) {
      return leaves(/** @type {Plain} */ (value), key);
    }
    return [`${title} ${setting(value)}`];
  });
}
