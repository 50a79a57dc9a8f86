/** What the layers, units and classes of the network are called. */

import * as store from "./store.js";

/** The features in use, by the titles of the schema. */
export function featureTitles() {
  const field = store.fields.value.find(({ type }) => type === "set");
  const used = featuresOf(store.spec.value?.features, store.columns.value);
  return used.map((name) => field?.options.find(({ value }) => value === name)?.title ?? name);
}

/**
 * The features that a network sees. Functions of the plane mean every column of a table.
 * @param {unknown} listed
 * @param {string[] | null} columns
 */
export function featuresOf(listed, columns) {
  const names = /** @type {string[]} */ (Array.isArray(listed) ? listed : []);
  return columns && !names.every((name) => columns.includes(name)) ? columns : names;
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
  return units[layer] > 1 ? `Output, ${className(unit)}` : "Output";
}

/** @param {number} index */
export function className(index) {
  return classNameOf(store.data.value?.class_names ?? [], index);
}

/**
 * A bare number says little: of the digits, class 3 is "class 3".
 * @param {string[]} names
 * @param {number} index
 */
export function classNameOf(names, index) {
  const name = names[index] ?? String(index);
  return /^\d+$/.test(name) ? `class ${name}` : name;
}
