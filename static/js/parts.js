/** Parts of a network that are frozen, and units that are dropped, as lists in the settings. */

/** @typedef {import("./paths.js").Plain} Plain */
/** @typedef {import("./store.js").Unit} Unit */
/**
 * @typedef {{layer: number, unit?: number | null, input?: number | null}} Part a layer from 1 on,
 *   what leads into one of its units, or one weight of these (-1: the bias)
 */

/**
 * @param {Plain | null} spec
 * @returns {Part[]}
 */
export const frozenParts = (spec) => /** @type {Part[]} */ (spec?.frozen ?? []);

/**
 * @param {Plain | null} spec
 * @returns {Unit[]}
 */
export const ablatedUnits = (spec) => /** @type {Unit[]} */ (spec?.ablated ?? []);

/**
 * Whether the first holds the second, or is the same.
 * @param {Part} outer
 * @param {Part} part
 */
function holds(outer, part) {
  if (outer.layer !== part.layer) return false;
  if ((outer.unit ?? null) === null) return true;
  if (outer.unit !== part.unit) return false;
  return (outer.input ?? null) === null || outer.input === part.input;
}

/**
 * Whether a part is frozen by itself or inside a larger one.
 * @param {Part[]} frozen
 * @param {Part} part
 */
export function isFrozen(frozen, part) {
  return frozen.some((outer) => holds(outer, part));
}

const EACH = 1e5; // more than units in a layer

/**
 * The same for many weights: what tells whether one is frozen.
 * @param {Part[]} frozen
 * @returns {(layer: number, unit: number, input: number) => boolean}
 */
export function frozenTest(frozen) {
  if (frozen.length === 0) return () => false;
  const known = new Set(frozen.map(({ layer, unit, input }) => key(layer, unit, input)));
  return (layer, unit, input) =>
    known.has(key(layer)) || known.has(key(layer, unit)) || known.has(key(layer, unit, input));
}

/**
 * @param {number} layer
 * @param {number | null} [unit]
 * @param {number | null} [input]
 */
function key(layer, unit, input) {
  return (layer * EACH + (unit ?? -1) + 1) * EACH + (input ?? -2) + 2;
}

/**
 * Whether a larger part is frozen, so that this one cannot be thawed alone.
 * @param {Part[]} frozen
 * @param {Part} part
 */
export function isFrozenWith(frozen, part) {
  return frozen.some((outer) => holds(outer, part) && !holds(part, outer));
}

/**
 * With one part more, and without what it holds; or without it.
 * @param {Part[]} frozen
 * @param {Part} part
 * @param {boolean} freeze
 */
export function withFrozen(frozen, part, freeze) {
  const others = frozen.filter((one) => !holds(part, one));
  return freeze ? [...others, part] : others;
}

/**
 * @param {Unit[]} units
 * @param {Unit} unit
 */
export function includes(units, { layer, unit }) {
  return units.some((one) => one.layer === layer && one.unit === unit);
}

/**
 * @param {Unit[]} units
 * @param {Unit} unit
 * @param {boolean} drop
 */
export function withUnit(units, { layer, unit }, drop) {
  const others = units.filter((one) => one.layer !== layer || one.unit !== unit);
  return drop ? [...others, { layer, unit }] : others;
}
