/** Where the units of the network diagram stand, and the curves between them. */

/**
 * @typedef {Object} Column
 * @property {number} x centre
 * @property {number[]} y centres, one per unit
 * @property {number} tile side of a unit's map
 * @property {number} pitch from one unit to the next
 *
 * @typedef {Object} Diagram
 * @property {boolean} compact layer heads in two lines
 * @property {number} width
 * @property {number} height
 * @property {number} names width of the features' names
 * @property {Column[]} columns
 */

const NAMES_WIDTH = 52; // of the features, left of their maps
const TILE = 46;
const GAP = 8;
const LEAST_PITCH = 7; // a long column shrinks to this before the diagram has to scroll
const MARGIN = 16;
const ROOMY = 188; // what a layer head in one line needs
const LEAST_SPACING = 64;
const WIDEST_PITCH = 104;

export const HEAD = 62;
export const COMPACT_HEAD = 92;

/**
 * @param {number[]} units width of each layer: features, hidden, outputs
 * @param {number} width available
 * @param {number} height available
 * @param {number} [longest] characters of the longest feature's name
 * @returns {Diagram}
 */
export function arrange(units, width, height, longest = 0) {
  const names = Math.max(NAMES_WIDTH, Math.min(longest * 7 + 6, 0.2 * width, 124));
  const left = names + TILE / 2 + MARGIN / 2;
  const right = TILE / 2 + MARGIN + 5;
  const gaps = Math.max(1, units.length - 1);
  const spacing = Math.max(LEAST_SPACING, (width - left - right) / gaps);
  const compact = units.length > 2 && spacing < ROOMY;
  const head = compact ? COMPACT_HEAD : HEAD;
  const room = Math.max(height - head - MARGIN, Math.max(1, ...units) * LEAST_PITCH);
  const widest = Math.min(TILE, Math.floor(spacing * 0.56));
  const columns = units.map((count, layer) => {
    const pitch = Math.min(WIDEST_PITCH, room / count);
    const gap = Math.min(GAP, Math.max(1, pitch / 5));
    const first = head + (room - pitch * (count - 1)) / 2;
    return {
      x: left + layer * spacing,
      y: Array.from({ length: count }, (_, unit) => first + unit * pitch),
      tile: Math.min(widest, Math.floor(pitch - gap)),
      pitch,
    };
  });
  return {
    compact,
    width: left + right + gaps * spacing,
    height: head + room + MARGIN,
    names,
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
export function edgeAt({ columns }, x, y) {
  for (let layer = 1; layer < columns.length; layer++) {
    const [start, end] = span(columns, layer);
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

/**
 * Where the edges into a layer begin and end.
 * @param {Column[]} columns
 * @param {number} layer
 */
export function span(columns, layer) {
  const [from, to] = [columns[layer - 1], columns[layer]];
  return [from.x + from.tile / 2, to.x - to.tile / 2];
}
