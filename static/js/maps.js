/** Paints the maps of units and outputs: signed values to pixels, through a table. */

import { paintClasses, paintClassesFine, paintSigned, paintSignedFine } from "./colour.js";
import { paintStripes } from "./difference.js";
import { firstMap } from "./wire.js";

/** @typedef {import("./wire.js").Opened} Opened */
/** @typedef {import("./wire.js").RunPicture} RunPicture */
/** @typedef {{signed: Uint32Array, rising: Uint32Array[]}} Tables */

const FAINT = 0.3; // maps that stay below this are shown as pale as they are

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} side
 * @param {(pixels: Uint32Array) => void} paint
 */
export function put(context, side, paint) {
  const { canvas } = context;
  if (canvas.width !== side || canvas.height !== side) canvas.width = canvas.height = side;
  const image = imageOf(context, side);
  paint(new Uint32Array(image.data.buffer));
  context.putImageData(image, 0, 0);
}

/** @type {WeakMap<CanvasRenderingContext2D, ImageData>} */
const images = new WeakMap();

/**
 * One image for each canvas: a new one per picture would be garbage by the megabyte.
 * @param {CanvasRenderingContext2D} context
 * @param {number} side
 */
function imageOf(context, side) {
  let image = images.get(context);
  if (image?.width !== side) {
    image = context.createImageData(side, side);
    images.set(context, image);
  }
  return image;
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
 * @param {Opened} run
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
 * The same as coarse as it comes, for many small maps at once.
 * @param {CanvasRenderingContext2D} context
 * @param {RunPicture} run
 * @param {Tables} tables
 */
export function paintOutputSmall(context, run, { signed, rising }) {
  const { boundary, cells } = run;
  put(context, cells, (pixels) =>
    outputs(run) > 1
      ? paintClasses(pixels, boundary, rising)
      : paintSigned(pixels, boundary, signed),
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

/**
 * Two lanes subtracted: signed, or of several classes in stripes where they differ.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./difference.js").Difference} found
 * @param {Tables & {blank: number}} tables
 */
export function paintDifference(context, found, { signed, rising, blank }) {
  const { values, winners, cells } = found;
  put(context, 2 * cells, (pixels) =>
    winners
      ? paintStripes(pixels, found, rising, blank)
      : paintSignedFine(pixels, values, cells, signed),
  );
}

/**
 * How far the seeds of a lane disagree, from blank to dark.
 * @param {CanvasRenderingContext2D} context
 * @param {RunPicture} run
 * @param {{shade: Uint32Array}} tables
 */
export function paintSpread(context, { spread, spreadCells }, { shade }) {
  if (!spread) return;
  put(context, 2 * spreadCells, (pixels) => paintSignedFine(pixels, spread, spreadCells, shade));
}

/** @param {RunPicture} run */
function outputs({ units }) {
  return units[units.length - 1];
}
