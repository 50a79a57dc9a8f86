/** Paints the maps of units and outputs: signed values to pixels, through a table. */

import { paintClassesFine, paintSigned, paintSignedFine } from "./colour.js";
import { firstMap } from "./wire.js";

/** @typedef {import("./wire.js").RunPicture} RunPicture */
/** @typedef {{signed: Uint32Array, rising: Uint32Array[]}} Tables */

const FAINT = 0.3; // maps that stay below this are shown as pale as they are

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} side
 * @param {(pixels: Uint32Array) => void} paint
 */
function put(context, side, paint) {
  const { canvas } = context;
  if (canvas.width !== side || canvas.height !== side) canvas.width = canvas.height = side;
  const image = context.createImageData(side, side);
  paint(new Uint32Array(image.data.buffer));
  context.putImageData(image, 0, 0);
}

/**
 * @param {number} scale
 */
function gainOf(scale) {
  return Math.min(1, scale / FAINT);
}

/**
 * A feature's or hidden unit's small map.
 * @param {CanvasRenderingContext2D} context
 * @param {RunPicture} run
 * @param {number} layer
 * @param {number} unit
 * @param {Tables} tables
 */
export function paintUnit(context, run, layer, unit, { signed }) {
  const { side, unitMaps, unitScales, units } = run;
  const index = firstMap(units, layer) + unit;
  const values = unitMaps.subarray(index * side * side, (index + 1) * side * side);
  put(context, side, (pixels) => paintSigned(pixels, values, signed, gainOf(unitScales[index])));
}

/**
 * A map at full resolution.
 * @param {CanvasRenderingContext2D} context
 * @param {Int8Array} values
 * @param {number} cells
 * @param {number} scale
 * @param {Tables} tables
 */
export function paintSharp(context, values, cells, scale, { signed }) {
  const gain = gainOf(scale);
  if (gain < 1) put(context, cells, (pixels) => paintSigned(pixels, values, signed, gain));
  else put(context, 2 * cells, (pixels) => paintSignedFine(pixels, values, cells, signed));
}

/**
 * What the network answers: for two classes and regression one signed map, otherwise all classes
 * together.
 * @param {CanvasRenderingContext2D} context
 * @param {RunPicture} run
 * @param {Tables} tables
 */
export function paintOutput(context, run, { signed, rising }) {
  const { boundary, cells } = run;
  put(context, 2 * cells, (pixels) =>
    outputs(run) > 1
      ? paintClassesFine(pixels, boundary, cells, rising)
      : paintSignedFine(pixels, boundary, cells, signed),
  );
}

/**
 * One output alone: of several classes, the probability of this one.
 * @param {CanvasRenderingContext2D} context
 * @param {RunPicture} run
 * @param {number} unit
 * @param {Tables} tables
 * @param {boolean} [small]
 */
export function paintOutputUnit(context, run, unit, { signed, rising }, small = false) {
  const { boundary, cells } = run;
  const values = boundary.subarray(unit * cells * cells, (unit + 1) * cells * cells);
  const table = outputs(run) > 1 ? rising[unit % rising.length] : signed;
  if (small) put(context, cells, (pixels) => paintSigned(pixels, values, table));
  else put(context, 2 * cells, (pixels) => paintSignedFine(pixels, values, cells, table));
}

/** @param {RunPicture} run */
function outputs({ units }) {
  return units[units.length - 1];
}
