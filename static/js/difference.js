/** The answers of two lanes subtracted, place by place. */

/** @typedef {import("./wire.js").RunPicture} RunPicture */

/**
 * @typedef {Object} Difference
 * @property {Int8Array} values (cells, cells): A minus B, 127 for `scale`; of several classes 1
 *   where another class is the likeliest, and 0
 * @property {Int16Array | null} winners (2, cells, cells) likeliest classes of A and of B, if
 *   there are several
 * @property {number} scale the difference of probabilities, or of values, that 127 stands for
 * @property {number} cells
 * @property {number} decided share of the plane where the lanes decide differently: for another
 *   class, or for a value of the other sign
 */

/**
 * @param {RunPicture} a
 * @param {RunPicture} b
 * @returns {boolean} they are maps of the same kind
 */
export function comparable(a, b) {
  return a.cells === b.cells && a.boundary.length === b.boundary.length;
}

/**
 * @param {RunPicture} a
 * @param {RunPicture} b comparable to it
 * @param {boolean} regression the answers are values, not 2p - 1
 * @returns {Difference}
 */
export function difference(a, b, regression) {
  const { cells } = a;
  const size = cells * cells;
  if (a.boundary.length > size) return ofClasses(a, b);
  const values = new Int8Array(size);
  // A probability's difference is half that of 2p - 1.
  const scale = regression ? Math.max(a.boundaryScale, b.boundaryScale) : 1;
  const half = regression ? 1 : 0.5;
  const [gainA, gainB] = [(half * a.boundaryScale) / scale, (half * b.boundaryScale) / scale];
  let apart = 0;
  for (let cell = 0; cell < size; cell++) {
    const [one, other] = [a.boundary[cell], b.boundary[cell]];
    const value = Math.round(one * gainA - other * gainB);
    values[cell] = Math.max(-127, Math.min(127, value));
    if (one > 0 !== other > 0) apart++;
  }
  return { values, winners: null, scale, cells, decided: apart / size };
}

/**
 * @param {RunPicture} a
 * @param {RunPicture} b
 * @returns {Difference}
 */
function ofClasses(a, b) {
  const { cells } = a;
  const size = cells * cells;
  const winners = new Int16Array(2 * size);
  winnersOf(a.boundary, size, winners.subarray(0, size));
  winnersOf(b.boundary, size, winners.subarray(size));
  const values = new Int8Array(size);
  let apart = 0;
  for (let cell = 0; cell < size; cell++) {
    if (winners[cell] === winners[size + cell]) continue;
    values[cell] = 1;
    apart++;
  }
  return { values, winners, scale: 1, cells, decided: apart / size };
}

/**
 * The likeliest class of each cell; of equals the first.
 * @param {Int8Array} boundary (classes, size)
 * @param {number} size
 * @param {Int16Array} result
 */
function winnersOf(boundary, size, result) {
  const classes = boundary.length / size;
  for (let cell = 0; cell < size; cell++) {
    let best = 0;
    for (let one = 1; one < classes; one++) {
      if (boundary[one * size + cell] > boundary[best * size + cell]) best = one;
    }
    result[cell] = best;
  }
}

const STRIPE = 3;

/**
 * Cells that differ in stripes of both classes, the others blank; twice as fine in each direction.
 * @param {Uint32Array} target (2 cells, 2 cells)
 * @param {Difference} found of several classes
 * @param {Uint32Array[]} tables per class, as for maps of classes
 * @param {number} blank
 */
export function paintStripes(target, { values, winners, cells }, tables, blank) {
  if (!winners) throw new Error("Stripes are for several classes");
  const side = 2 * cells;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const cell = (row >> 1) * cells + (column >> 1);
      const which = Math.floor((row + column) / STRIPE) & 1;
      const winner = winners[which * cells * cells + cell];
      target[row * side + column] = values[cell] ? tables[winner % tables.length][255] : blank;
    }
  }
}
