/** Draws what a layer sees: the plane's grid where the layer has put it, and the points on it. */

/** @typedef {import("./wire.js").Warp} Warp */
/** @typedef {import("./wire.js").RunPicture} RunPicture */
/** @typedef {{scale: number, across: number, up: number}} Frame pixels per unit, and of 0 */
/** @typedef {(u: number, v: number) => [x: number, y: number]} Place */

const EDGE = 14;
/** Every so-manieth line of the grid is drawn. */
const EVERY = 4;

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
 * @returns {Frame}
 */
export function framed({ grid, points }, side) {
  const [left, right] = extent(grid, points, 0);
  const [bottom, top] = extent(grid, points, 1);
  const size = Math.max(right - left, top - bottom) || 1;
  const scale = (side - 2 * EDGE) / size;
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
 * The cells of the grid in the colours of the answers there, and some of its lines.
 * @param {CanvasRenderingContext2D} context
 * @param {Warp} warp
 * @param {Place} place
 * @param {(across: number, down: number) => string} colourAt of a place of the plane, by shares
 * @param {string} ink
 */
export function paintGrid(context, { grid }, place, colourAt, ink) {
  const lines = Math.sqrt(grid.length / 2);
  const corners = Array.from({ length: lines * lines }, (_, k) =>
    place(grid[k], grid[lines * lines + k]),
  );
  const draw = (/** @type {number[]} */ through) => {
    context.beginPath();
    for (const [index, k] of through.entries()) {
      if (index === 0) context.moveTo(...corners[k]);
      else context.lineTo(...corners[k]);
    }
  };
  context.lineWidth = 1;
  context.lineJoin = "round";
  for (let row = 0; row + 1 < lines; row++) {
    for (let column = 0; column + 1 < lines; column++) {
      const k = row * lines + column;
      draw([k, k + 1, k + lines + 1, k + lines]);
      context.closePath();
      context.fillStyle = context.strokeStyle = colourAt(
        (column + 0.5) / (lines - 1),
        (row + 0.5) / (lines - 1),
      );
      context.fill();
      context.stroke(); // or the ground would show between the cells
    }
  }
  context.strokeStyle = ink;
  context.globalAlpha = 0.28;
  for (let one = 0; one < lines; one += EVERY) {
    for (const along of [lines, 1]) {
      const start = along === 1 ? one * lines : one;
      draw(Array.from({ length: lines }, (_, k) => start + k * along));
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
 * The colour of what a run answers at a place of the plane, as its map has it.
 * @param {RunPicture} run
 * @param {{signed: Uint32Array, rising: Uint32Array[]}} tables
 */
export function answerColours({ boundary, cells }, { signed, rising }) {
  const size = cells * cells;
  const classes = boundary.length / size;
  const within = (/** @type {number} */ share) => Math.min(cells - 1, Math.floor(share * cells));
  return (/** @type {number} */ across, /** @type {number} */ down) => {
    const cell = within(down) * cells + within(across);
    if (classes === 1) return css(signed[boundary[cell] + 128]);
    let [winner, second] = [0, 0];
    for (let one = 1; one < classes; one++) {
      if (boundary[one * size + cell] > boundary[winner * size + cell]) winner = one;
    }
    for (let one = 0; one < classes; one++) {
      if (one !== winner) second = Math.max(second, boundary[one * size + cell]);
    }
    return css(rising[winner % rising.length][128 + boundary[winner * size + cell] - second]);
  };
}

/** @param {number} pixel */
function css(pixel) {
  return `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
}
