/** What the layers, units and classes of the network are called. */

import { BIAS } from "./geometry.js";
import { t } from "./i18n.js";
import * as store from "./store.js";

/** The features in use, by the titles of the schema. */
export function featureTitles() {
  const field = store.fields.value.find(({ type }) => type === "set");
  const used = featuresOf(store.spec.value?.features, store.columns.value);
  return used.map((name) => t(field?.options.find(({ value }) => value === name)?.title ?? name));
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
  if (layer === 0) return t("Features");
  return layer === units.length - 1 ? t("Output") : t("Layer {layer}", { layer });
}

/**
 * @param {number} layer
 * @param {number} unit
 * @param {number[]} units
 */
export function unitName(layer, unit, units) {
  if (layer === 0) return shortName(layer, unit);
  if (layer < units.length - 1) return t("Layer {layer}, unit {unit}", { layer, unit: unit + 1 });
  return units[layer] > 1 ? t("Output, {name}", { name: className(unit) }) : t("Output");
}

/**
 * A unit where its layer is known.
 * @param {number} layer
 * @param {number} unit
 */
export function shortName(layer, unit) {
  if (layer === 0) return featureTitles()[unit] ?? t("Feature {unit}", { unit: unit + 1 });
  return t("Unit {unit}", { unit: unit + 1 });
}

/**
 * @param {import("./geometry.js").Edge} edge
 * @param {number[]} units
 */
export function edgeName({ layer, from, to }, units) {
  const unit = unitName(layer, to, units);
  if (from === BIAS) return t("Bias of {unit}", { unit });
  return `${unitName(layer - 1, from, units)} → ${unit}`;
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
  const number = /^(?:class[ _])?(\d+)$/.exec(name)?.[1];
  return number === undefined ? t(name) : t("class {name}", { name: number });
}
