/** Other ways to paint what a network answers: its decision, its doubt, or pale behind the points. */

import { paintSignedFine } from "./colour.js";
import { paintOutput, put } from "./maps.js";

/** @typedef {import("./wire.js").RunPicture} RunPicture */
/** @typedef {import("./maps.js").Tables & {shade: Uint32Array}} Tables */

/** How strong a field is behind points that stand out. */
const PALE = 0.3;

/** @type {WeakMap<object, Record<"decided" | "pale" | "doubt", import("./maps.js").Tables>>} */
const derived = new WeakMap();

/**
 * Tables made from those of a theme: full colour on either side, pale colour, and doubt.
 * @param {Tables} tables
 */
function tablesOf(tables) {
  let found = derived.get(tables);
  if (!found) {
    const { signed, rising, shade } = tables;
    const turned = (/** @type {Uint32Array} */ table, /** @type {(q: number) => number} */ to) =>
      table.map((_, index) => table[to(index - 128) + 128]);
    const decide = (/** @type {number} */ q) => 127 * Math.sign(q);
    const fade = (/** @type {number} */ q) => Math.round(PALE * q);
    const doubt = (/** @type {number} */ q) => {
      const p = (1 + Math.min(1, Math.abs(q) / 127)) / 2;
      return Math.round(127 * entropy([p, 1 - p]));
    };
    found = {
      decided: {
        signed: turned(signed, decide),
        rising: rising.map((one) => turned(one, () => 127)),
      },
      pale: { signed: turned(signed, fade), rising: rising.map((one) => turned(one, fade)) },
      doubt: { signed: turned(shade, doubt), rising },
    };
    derived.set(tables, found);
  }
  return found;
}

/**
 * 0 where one is certain, 1 where all are as likely.
 * @param {ArrayLike<number>} probabilities
 */
export function entropy(probabilities) {
  let [sum, total] = [0, 0];
  for (let k = 0; k < probabilities.length; k++) sum += probabilities[k];
  for (let k = 0; k < probabilities.length; k++) {
    const p = probabilities[k] / sum;
    if (p > 0) total -= p * Math.log(p);
  }
  return sum > 0 ? total / Math.log(probabilities.length) : 0;
}

/**
 * Which class is chosen, without how sure.
 * @param {CanvasRenderingContext2D} context
 * @param {RunPicture} run
 * @param {Tables} tables
 */
export function paintDecision(context, run, tables) {
  paintOutput(context, run, tablesOf(tables).decided);
}

/**
 * The answers as a pale ground.
 * @param {CanvasRenderingContext2D} context
 * @param {RunPicture} run
 * @param {Tables} tables
 */
export function paintPale(context, run, tables) {
  paintOutput(context, run, tablesOf(tables).pale);
}

/**
 * The entropy of the probabilities: blank where one class is certain, dark where all are as likely.
 * @param {CanvasRenderingContext2D} context
 * @param {RunPicture} run of classes
 * @param {Tables} tables
 */
export function paintDoubt(context, run, tables) {
  const { boundary, cells } = run;
  const size = cells * cells;
  const classes = boundary.length / size;
  if (classes === 1) return paintOutput(context, run, tablesOf(tables).doubt);
  const values = new Int8Array(size);
  const here = new Float64Array(classes);
  for (let cell = 0; cell < size; cell++) {
    for (let one = 0; one < classes; one++) here[one] = boundary[one * size + cell];
    values[cell] = Math.round(127 * entropy(here));
  }
  put(context, 2 * cells, (pixels) => paintSignedFine(pixels, values, cells, tables.shade));
}
