/** Where the units of the network diagram stand, and the curves between them. */

/**
 * @typedef {Object} Column
 * @property {number} x centre
 * @property {number[]} y centres, one per unit
 *
 * @typedef {Object} Diagram
 * @property {boolean} compact layer heads in two lines
 * @property {number} width
 * @property {number} height
 * @property {number} tile side of a unit's map
 * @property {Column[]} columns
 */

const NAMES_WIDTH = 52; // of the features, left of their maps
const TILE = 46;
const LEAST_TILE = 20;
const GAP = 8;
const MARGIN = 16;
const ROOMY = 188; // what a layer head in one line needs
const LEAST_SPACING = 64;
const WIDEST_PITCH = 104;

export const HEAD = 48;
export const COMPACT_HEAD = 76;

/**
 * @param {number[]} units width of each layer: features, hidden, outputs
 * @param {number} width available
 * @param {number} height available
 * @returns {Diagram}
 */
export function arrange(units, width, height) {
  const left = NAMES_WIDTH + TILE / 2 + MARGIN / 2;
  const right = TILE / 2 + MARGIN + 5;
  const gaps = Math.max(1, units.length - 1);
  const spacing = Math.max(LEAST_SPACING, (width - left - right) / gaps);
  const compact = units.length > 2 && spacing < ROOMY;
  const head = compact ? COMPACT_HEAD : HEAD;
  const most = Math.max(1, ...units);
  const room = height - head - MARGIN;
  const widest = Math.min(TILE, Math.floor(spacing * 0.56));
  const tile = Math.min(widest, Math.max(LEAST_TILE, Math.floor(room / most) - GAP));
  const needed = Math.max(room, most * (tile + GAP));
  const columns = units.map((count, layer) => {
    const pitch = Math.min(WIDEST_PITCH, needed / count);
    const first = head + (needed - pitch * (count - 1)) / 2;
    return {
      x: left + layer * spacing,
      y: Array.from({ length: count }, (_, unit) => first + unit * pitch),
    };
  });
  return {
    compact,
    width: left + right + gaps * spacing,
    height: head + needed + MARGIN,
    tile,
    columns,
  };
}

/**
 * The unit-to-unit curve at a share of the way, as drawn by a Bézier curve with both control points
 * half way across.
 * @param {number} from
 * @param {number} to
 * @param {number} t
 */
export function ease(from, to, t) {
  return from + (to - from) * t * t * (3 - 2 * t);
}

/**
 * The parameter at which such a curve has crossed a share of the way in x.
 * @param {number} share
 */
export function parameterAt(share) {
  let low = 0;
  let high = 1;
  for (let k = 0; k < 20; k++) {
    const t = (low + high) / 2;
    const x = 1.5 * t * (1 - t) * (1 - t) + 1.5 * t * t * (1 - t) + t * t * t;
    if (x < share) low = t;
    else high = t;
  }
  return (low + high) / 2;
}

/**
 * @typedef {{layer: number, from: number, to: number}} Edge into `layer`, from a unit to a unit
 */

/**
 * The edge under a point, if one is near enough.
 * @param {Diagram} diagram
 * @param {number} x
 * @param {number} y
 * @returns {Edge | null}
 */
export function edgeAt({ columns, tile }, x, y) {
  for (let layer = 1; layer < columns.length; layer++) {
    const start = columns[layer - 1].x + tile / 2;
    const end = columns[layer].x - tile / 2;
    if (x < start || x > end) continue;
    const t = parameterAt((x - start) / (end - start));
    /** @type {Edge | null} */
    let nearest = null;
    let distance = 6;
    columns[layer].y.forEach((high, to) => {
      columns[layer - 1].y.forEach((low, from) => {
        const away = Math.abs(ease(low, high, t) - y);
        if (away < distance) {
          distance = away;
          nearest = { layer, from, to };
        }
      });
    });
    return nearest;
  }
  return null;
}
