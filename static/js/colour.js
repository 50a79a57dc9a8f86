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
  const between = new Int16Array(side);
  for (let row = 0; row < 2 * side; row++) {
    interpolateRow(between, values, 0, side, row);
    const start = 2 * side * row;
    for (let column = 0; column < side; column++) {
      const here = 3 * between[column] + 8;
      target[start + 2 * column] =
        table[((here + between[column - (column > 0 ? 1 : 0)]) >> 4) + 128];
      target[start + 2 * column + 1] =
        table[((here + between[column + (column < side - 1 ? 1 : 0)]) >> 4) + 128];
    }
  }
}

/**
 * Four times the values of a row of a map twice as fine, still as coarse across.
 * @param {Int16Array} row
 * @param {Int8Array} values
 * @param {number} start of the map among the values
 * @param {number} side
 * @param {number} index of the fine row
 */
function interpolateRow(row, values, start, side, index) {
  const near = index >> 1;
  const far = Math.min(side - 1, Math.max(0, near + (index & 1 ? 1 : -1)));
  const [here, there] = [start + near * side, start + far * side];
  for (let column = 0; column < side; column++) {
    row[column] = 3 * values[here + column] + values[there + column];
  }
}

/**
 * The likeliest class of each cell, paler where another comes close.
 * @param {Uint32Array} target
 * @param {Int8Array} values (classes, cells): probabilities as 0..127
 * @param {Uint32Array[]} tables per class, from undecided (128) to sure (255)
 */
export function paintClasses(target, values, tables) {
  const cells = target.length;
  const classes = values.length / cells;
  for (let cell = 0; cell < cells; cell++) {
    let [best, second, winner] = [0, 0, 0];
    for (let one = 0; one < classes; one++) {
      const value = values[one * cells + cell];
      if (value > best) {
        second = best;
        best = value;
        winner = one;
      } else if (value > second) second = value;
    }
    target[cell] = tables[winner % tables.length][128 + best - second];
  }
}

/**
 * The likeliest class of each cell, paler where another comes close, twice as fine in each
 * direction.
 * @param {Uint32Array} target (2 side, 2 side)
 * @param {Int8Array} values (classes, side, side): probabilities as 0..127
 * @param {number} side
 * @param {Uint32Array[]} tables per class, from undecided (128) to sure (255)
 */
export function paintClassesFine(target, values, side, tables) {
  const classes = values.length / (side * side);
  const rows = Array.from({ length: classes }, () => new Int16Array(side));
  for (let row = 0; row < 2 * side; row++) {
    rows.forEach((between, one) => {
      interpolateRow(between, values, one * side * side, side, row);
    });
    for (let column = 0; column < 2 * side; column++) {
      const near = column >> 1;
      const far = Math.min(side - 1, Math.max(0, near + (column & 1 ? 1 : -1)));
      let [best, second, winner] = [0, 0, 0];
      for (let one = 0; one < classes; one++) {
        const between = rows[one];
        const value = 3 * between[near] + between[far];
        if (value > best) {
          second = best;
          best = value;
          winner = one;
        } else if (value > second) second = value;
      }
      target[2 * side * row + column] =
        tables[winner % tables.length][128 + ((best - second + 8) >> 4)];
    }
  }
}
