/** What the layers and units of the network are called. */

import * as store from "./store.js";

/** The features in use, by the titles of the schema. */
export function featureTitles() {
  const field = store.fields.value.find(({ type }) => type === "set");
  const used = /** @type {string[]} */ (store.spec.value?.features ?? []);
  return used.map((name) => field?.options.find(({ value }) => value === name)?.title ?? name);
}

/**
 * @param {number} layer 0 is the features
 * @param {number[]} units
 */
export function layerName(layer, units) {
  if (layer === 0) return "Features";
  return layer === units.length - 1 ? "Output" : `Layer ${layer}`;
}

/**
 * @param {number} layer
 * @param {number} unit
 * @param {number[]} units
 */
export function unitName(layer, unit, units) {
  if (layer === 0) return featureTitles()[unit] ?? `Feature ${unit + 1}`;
  if (layer < units.length - 1) return `Layer ${layer}, unit ${unit + 1}`;
  return units[layer] > 1 ? `Output, class ${unit}` : "Output";
}
