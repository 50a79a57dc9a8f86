/** Draws what a layer sees: the plane's grid where the layer has put it, and the points on it. */

import { paintClassesFine, paintSignedFine } from "./colour.js";

/** @typedef {import("./wire.js").Warp} Warp */
/** @typedef {import("./wire.js").RunPicture} RunPicture */
/** @typedef {{scale: number, across: number, up: number}} Frame pixels per unit, and of 0 */
/** @typedef {(u: number, v: number) => [x: number, y: number]} Place */

const EDGE = 14;
/** Every so-manieth line of the grid is drawn. */
const EVERY = 5;
/** Share of a triangle by which it may reach over its edges, so that none of the ground shows. */
const SEAM = 1e-6;

/**
 * The same with axes that point as they did before: the sign of a principal axis means nothing.
 * @param {Warp} warp
 * @param {Warp | null} before of the same layer
 * @returns {Warp}
 */
export function turned(warp, before) {
  if (!before || before.grid.length !== warp.grid.length) return warp;
  const half = warp.grid.length / 2;
  const signs = [0, 1].map((axis) => {
    let dot = 0;
    for (let k = axis * half; k < (axis + 1) * half; k++) dot += warp.grid[k] * before.grid[k];
    return dot < 0 ? -1 : 1;
  });
  if (signs[0] > 0 && signs[1] > 0) return warp;
  const flip = (/** @type {Float32Array} */ places) =>
    places.map((value, k) => value * signs[k < places.length / 2 ? 0 : 1]);
  const { line } = warp;
  return {
    ...warp,
    grid: flip(warp.grid),
    points: flip(warp.points),
    line: line && [line[0] * signs[0], line[1] * signs[1], line[2]],
  };
}

/**
 * Where everything has room, as large in both directions.
 * @param {Warp} warp
 * @param {number} side pixels
 * @param {number} [ratio] pixels in one of the page's
 * @returns {Frame}
 */
export function framed({ grid, points }, side, ratio = 1) {
  const [left, right] = extent(grid, points, 0);
  const [bottom, top] = extent(grid, points, 1);
  const size = Math.max(right - left, top - bottom) || 1;
  const scale = (side - 2 * EDGE * ratio) / size;
  return {
    scale,
    across: side / 2 - (scale * (left + right)) / 2,
    up: side / 2 + (scale * (bottom + top)) / 2,
  };
}

/**
 * @param {Float32Array} grid
 * @param {Float32Array} points
 * @param {number} axis
 */
function extent(grid, points, axis) {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const places of [grid, points]) {
    const half = places.length / 2;
    for (let k = axis * half; k < (axis + 1) * half; k++) {
      least = Math.min(least, places[k]);
      most = Math.max(most, places[k]);
    }
  }
  return [least, most];
}

/**
 * @param {Frame} frame
 * @returns {Place}
 */
export function placing({ scale, across, up }) {
  return (u, v) => [across + scale * u, up - scale * v];
}

/**
 * Where the grid's crossings are on the canvas: x and y in turn, row by row.
 * @param {Warp} warp
 * @param {Place} place
 */
export function corners({ grid }, place) {
  const count = grid.length / 2;
  const found = new Float64Array(2 * count);
  for (let k = 0; k < count; k++) found.set(place(grid[k], grid[count + k]), 2 * k);
  return found;
}

/**
 * Lays an image of the plane over the grid, as a cloth that is drawn and folded.
 * @param {Uint32Array} target (side, side) pixels
 * @param {number} side
 * @param {Float64Array} at corners in pixels of the target
 * @param {Uint32Array} cloth (wide, wide) pixels of the plane
 */
export function drape(target, side, at, cloth) {
  const lines = Math.sqrt(at.length / 2);
  const wide = Math.sqrt(cloth.length);
  const step = wide / (lines - 1);
  for (let row = 0; row + 1 < lines; row++) {
    for (let column = 0; column + 1 < lines; column++) {
      const k = row * lines + column;
      const [s, t] = [column * step, row * step];
      const corner = (/** @type {0 | 1} */ right, /** @type {0 | 1} */ down) => {
        const place = 2 * (k + right + down * lines);
        return { x: at[place], y: at[place + 1], s: s + right * step, t: t + down * step };
      };
      const [a, b, c, d] = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)];
      fillTriangle(target, side, a, b, c, cloth, wide);
      fillTriangle(target, side, a, c, d, cloth, wide);
    }
  }
}

/** @typedef {{x: number, y: number, s: number, t: number}} Corner on the target and on the cloth */

/**
 * @param {Uint32Array} target
 * @param {number} side
 * @param {Corner} a
 * @param {Corner} b
 * @param {Corner} c
 * @param {Uint32Array} cloth
 * @param {number} wide
 */
function fillTriangle(target, side, a, b, c, cloth, wide) {
  const area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
  if (area === 0 || !Number.isFinite(area)) return;
  const first = (/** @type {number} */ x) => Math.max(0, Math.ceil(x - 0.5));
  const last = (/** @type {number} */ x) => Math.min(side - 1, Math.floor(x - 0.5));
  const right = last(Math.max(a.x, b.x, c.x));
  const bottom = last(Math.max(a.y, b.y, c.y));
  const end = wide - 1;
  // Shares of b and c, which change evenly from pixel to pixel.
  const [bx, by] = [(c.y - a.y) / area, (a.x - c.x) / area];
  const [cx, cy] = [(a.y - b.y) / area, (b.x - a.x) / area];
  for (let y = first(Math.min(a.y, b.y, c.y)); y <= bottom; y++) {
    for (let x = first(Math.min(a.x, b.x, c.x)); x <= right; x++) {
      const [dx, dy] = [x + 0.5 - a.x, y + 0.5 - a.y];
      const ofB = dx * bx + dy * by;
      const ofC = dx * cx + dy * cy;
      if (ofB < -SEAM || ofC < -SEAM || ofB + ofC > 1 + SEAM) continue;
      const s = a.s + ofB * (b.s - a.s) + ofC * (c.s - a.s);
      const t = a.t + ofB * (b.t - a.t) + ofC * (c.t - a.t);
      const row = Math.min(end, Math.max(0, Math.floor(t)));
      target[y * side + x] = cloth[row * wide + Math.min(end, Math.max(0, Math.floor(s)))];
    }
  }
}

/**
 * Some of the grid's lines.
 * @param {CanvasRenderingContext2D} context
 * @param {Float64Array} at corners
 * @param {string} ink
 */
export function paintLines(context, at, ink) {
  const lines = Math.sqrt(at.length / 2);
  context.strokeStyle = ink;
  context.lineWidth = 1;
  context.lineJoin = "round";
  context.globalAlpha = 0.3;
  for (let one = 0; one < lines; one += EVERY) {
    for (const along of [lines, 1]) {
      const start = along === 1 ? one * lines : one;
      context.beginPath();
      for (let k = 0; k < lines; k++) {
        const place = 2 * (start + k * along);
        context.lineTo(at[place], at[place + 1]);
      }
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}

/**
 * Where the output changes sign.
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number, number]} line a u + b v + c = 0
 * @param {Frame} frame
 * @param {string} ink
 */
export function paintLine(context, [a, b, c], { scale, across, up }, ink) {
  // In pixels: a (x - across) / scale + b (up - y) / scale + c = 0.
  const [p, q, r] = [a / scale, -b / scale, c - (a * across) / scale + (b * up) / scale];
  const size = Math.hypot(p, q);
  if (!(size > 0)) return;
  const [nx, ny, distance] = [p / size, q / size, -r / size];
  const far = 4 * Math.max(context.canvas.width, context.canvas.height);
  context.beginPath();
  context.moveTo(nx * distance - ny * far, ny * distance + nx * far);
  context.lineTo(nx * distance + ny * far, ny * distance - nx * far);
  context.strokeStyle = ink;
  context.lineWidth = 2;
  context.stroke();
}

/**
 * What a run answers over the plane, as pixels.
 * @param {RunPicture} run
 * @param {{signed: Uint32Array, rising: Uint32Array[]}} tables
 */
export function clothOf({ boundary, cells }, { signed, rising }) {
  const cloth = new Uint32Array(4 * cells * cells);
  if (boundary.length > cells * cells) paintClassesFine(cloth, boundary, cells, rising);
  else paintSignedFine(cloth, boundary, cells, signed);
  return cloth;
}
