/** Paints what the output pane shows of the plane: all of it, or the part that is looked at. */

import { paintDecision, paintDoubt, paintPale } from "./fields.js";
import {
  paintDifference,
  paintOutput,
  paintOutputUnit,
  paintSharp,
  paintSpread,
  paintUnit,
} from "./maps.js";
import * as modes from "./modes.js";
import * as store from "./store.js";

/** @typedef {import("./store.js").Unit} Unit */
/** @typedef {import("./wire.js").RunPicture} RunPicture */
/** @typedef {import("./maps.js").Tables & {shade: Uint32Array, blank: number}} Tables */

/** @type {Partial<Record<store.Mode, typeof paintPale>>} */
const WAYS = {
  classes: paintDecision,
  uncertainty: paintDoubt,
  errors: paintPale,
  losses: paintPale,
};

/**
 * What is chosen to be shown; the output until there is a picture of that.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./wire.js").Picture} picture
 * @param {Tables} tables
 */
export function paintPlane(context, picture, tables) {
  const mode = modes.shown.value;
  const run = picture.runs[store.selected.value];
  const found = modes.subtracted.value;
  if (mode === "difference" && found) paintDifference(context, found, tables);
  else if (mode === "disagreement" && run?.spread) paintSpread(context, run, tables);
  else paintField(context, picture, store.inspected.value, tables);
}

/**
 * The output, or the inspected unit: at once from its small map, sharp when that has come.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./wire.js").Picture} picture
 * @param {Unit | null} unit
 * @param {Tables} tables
 */
function paintField(context, picture, unit, tables) {
  const index = store.selected.value;
  const run = picture.runs[index];
  if (!run) return;
  if (!unit || unit.layer >= run.units.length - 1) return paintAnswers(context, run, unit, tables);
  if (unit.unit >= run.units[unit.layer]) return;
  const sharp = picture.focus.find(
    (one) => one.run === index && one.layer === unit.layer && one.unit === unit.unit,
  );
  if (sharp?.map) paintSharp(context, sharp.map, sharp.cells, sharp.scale, tables);
  else if (run.opened) paintUnit(context, run.opened, unit.layer, unit.unit, tables);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {RunPicture} run
 * @param {Unit | null} unit of the output, if one is looked at
 * @param {Tables} tables
 */
function paintAnswers(context, run, unit, tables) {
  const last = run.units.length - 1;
  if (unit?.layer === last && unit.unit < run.units[last]) {
    return paintOutputUnit(context, run, unit.unit, tables);
  }
  (WAYS[modes.shown.value] ?? paintOutput)(context, run, tables);
}

/**
 * The open lane's answers in the part of the plane that was asked for, if that is shown now.
 * @param {RunPicture | undefined} run
 */
export function closerOf(run) {
  const unit = store.inspected.value;
  const mode = modes.shown.value;
  if (mode === "difference" || mode === "disagreement" || store.domain.value === null) return null;
  if (!run?.closer || (unit && unit.layer < run.units.length - 1)) return null;
  return run.closer;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {RunPicture} run
 * @param {import("./wire.js").Closer} closer
 * @param {Tables} tables
 */
export function paintCloser(context, run, closer, tables) {
  paintAnswers(context, { ...run, ...closer }, store.inspected.value, tables);
}
