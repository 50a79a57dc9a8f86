/**
 * Colours of fields: tables from a quantised value to a pixel, and painting with them.
 * Pixels are little-endian RGBA in one Uint32, as ImageData has them on every machine in use.
 */

/** @typedef {[red: number, green: number, blue: number]} Colour */

/**
 * @param {string} text `#rrggbb`
 * @returns {Colour}
 */
export function parse(text) {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim());
  if (!match) throw new Error(`Not a colour: ${text}`);
  return [
    Number.parseInt(match[1], 16),
    Number.parseInt(match[2], 16),
    Number.parseInt(match[3], 16),
  ];
}

/**
 * @param {Colour} from
 * @param {Colour} to
 * @param {number} share 0 gives `from`, 1 gives `to`
 * @returns {Colour}
 */
export function mix(from, to, share) {
  const at = (/** @type {number} */ k) => Math.round(from[k] + (to[k] - from[k]) * share);
  return [at(0), at(1), at(2)];
}

/** @param {Colour} colour */
export function pixel([red, green, blue]) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * Pixels for q = -128..127, at index q + 128: full negative, undecided middle, full positive.
 * @param {Colour} negative
 * @param {Colour} middle
 * @param {Colour} positive
 */
export function divergingTable(negative, middle, positive) {
  const table = new Uint32Array(256);
  for (let q = -128; q < 128; q++) {
    const share = Math.min(1, Math.abs(q) / 127);
    table[q + 128] = pixel(mix(middle, q < 0 ? negative : positive, share));
  }
  return table;
}

/**
 * Pixels for how sure a class is, 0..127: from the undecided middle to the class's own colour.
 * @param {Colour} middle
 * @param {Colour} full
 */
export function fadingTable(middle, full) {
  return Uint32Array.from({ length: 128 }, (_, q) => pixel(mix(middle, full, q / 127)));
}

/**
 * @param {Uint32Array} target
 * @param {Int8Array} values
 * @param {Uint32Array} table
 * @param {number} [gain] at most 1: what the values are worth against full colour
 */
export function paintSigned(target, values, table, gain = 1) {
  const length = Math.min(target.length, values.length);
  if (gain === 1) for (let k = 0; k < length; k++) target[k] = table[values[k] + 128];
  else for (let k = 0; k < length; k++) target[k] = table[Math.round(values[k] * gain) + 128];
}

/**
 * Paints a signed map twice as fine in each direction, interpolated before it is coloured, so that
 * a sharp boundary stays sharp and smooth.
 * @param {Uint32Array} target (2 side, 2 side)
 * @param {Int8Array} values (side, side)
 * @param {number} side
 * @param {Uint32Array} table
 */
export function paintSignedFine(target, values, side, table) {
  const width = 2 * side;
  for (let row = 0; row < width; row++) {
    const near = row >> 1;
    const far = Math.min(side - 1, Math.max(0, near + (row & 1 ? 1 : -1)));
    for (let column = 0; column < side; column++) {
      const left = Math.max(0, column - 1);
      const right = Math.min(side - 1, column + 1);
      const here = 3 * values[near * side + column] + values[far * side + column];
      const before = 3 * values[near * side + left] + values[far * side + left];
      const after = 3 * values[near * side + right] + values[far * side + right];
      const at = row * width + 2 * column;
      target[at] = table[((3 * here + before + 8) >> 4) + 128];
      target[at + 1] = table[((3 * here + after + 8) >> 4) + 128];
    }
  }
}

/**
 * The likeliest class of each cell, paler where the others come close.
 * @param {Uint32Array} target
 * @param {Int8Array} values (classes, cells): probabilities as 0..127
 * @param {Uint32Array[]} tables one fading table per class
 */
export function paintClasses(target, values, tables) {
  const classes = Math.round(values.length / target.length);
  for (let k = 0; k < target.length; k++) {
    let best = 0;
    let second = 0;
    let winner = 0;
    for (let c = 0; c < classes; c++) {
      const value = values[c * target.length + k];
      if (value > best) {
        second = best;
        best = value;
        winner = c;
      } else if (value > second) second = value;
    }
    target[k] = tables[winner % tables.length][best - second];
  }
}
