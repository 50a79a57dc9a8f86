/** Where the units of the network diagram stand, and the curves between them. */

/**
 * @typedef {Object} Column
 * @property {number} x centre
 * @property {number} width of all its maps
 * @property {{x: number, y: number}[]} at centres, one per unit; several side by side where one
 *   below the other would be too small
 * @property {number[]} port heights at which edges come and go, one per unit
 * @property {number} tile side of a unit's map
 * @property {number} pitch from one row of units to the next
 *
 * @typedef {Object} Diagram
 * @property {boolean} compact layer heads in two lines
 * @property {number} width
 * @property {number} height
 * @property {number} top where the units begin
 * @property {number} names width of the features' names; 0 where they are too many for names
 * @property {Column[]} columns
 */

const NAMES_WIDTH = 52; // of the features, left of their maps
const PHONE = 400; // narrower, and three layers go without scrolling only if names are short
const SHORT_NAMES_WIDTH = 32;
const TILE = 46;
const GAP = 8;
const MARGIN = 16;
const ARCS = 16; // what residual paths need above the units
const ROOMY = 188; // what a layer head in one line needs
const LEAST_SPACING = 64;
const WIDEST_PITCH = 104;
const LEAST_PITCH = 22; // a lower one, and units stand side by side
const BLOCK_PITCHES = [40, 34, 28, 24, 20, 18];
const FILL = 4; // more, to use the height
const LEAST_ROOM = 160;
const GUTTER = 28; // between neighbouring layers, for their edges
const BLOCK_GUTTER = 44;
const LEAST_MARKED = 20; // smaller maps are without the mark of their bias

export const HEAD = 62;
export const COMPACT_HEAD = 92;

/**
 * @param {number[]} units width of each layer: features, hidden, outputs
 * @param {number} width available
 * @param {number} height available
 * @param {{longest?: number, arcs?: boolean}} [how] characters of the longest feature's name;
 *   whether residual paths are drawn above the units
 * @returns {Diagram}
 */
export function arrange(units, width, height, { longest = 0, arcs = false } = {}) {
  const named = units[0] * LEAST_PITCH <= height - COMPACT_HEAD - MARGIN;
  const least = width < PHONE ? SHORT_NAMES_WIDTH : NAMES_WIDTH;
  const names = named ? Math.max(least, Math.min(longest * 7 + 6, 0.2 * width, 124)) : 0;
  const left = names + TILE / 2 + MARGIN / 2;
  const right = TILE / 2 + MARGIN + 5;
  const across = Math.max(LEAST_SPACING, (width - left - right) / Math.max(1, units.length - 1));
  const head = (units.length > 2 && across < ROOMY ? COMPACT_HEAD : HEAD) + (arcs ? ARCS : 0);
  const room = Math.max(height - head - MARGIN, LEAST_ROOM);
  const widest = Math.min(TILE, Math.floor(across * 0.56));

  const attempts = BLOCK_PITCHES.map((pitch) => {
    const blocks = units.map((count) => block(count, room, widest, pitch));
    const spacings = blocks.slice(1).map((one, index) => {
      const before = blocks[index];
      const gutter = one.side > 1 || before.side > 1 ? BLOCK_GUTTER : GUTTER;
      return Math.max(LEAST_SPACING, (before.width + one.width) / 2 + gutter);
    });
    const first = names + MARGIN / 2 + Math.max(TILE, blocks[0].width) / 2;
    const last = blocks[blocks.length - 1].width;
    const end = Math.max(right, last / 2 + MARGIN);
    const needed = spacings.reduce((sum, one) => sum + one, first + end);
    return { blocks, spacings, first, needed };
  });
  const { blocks, spacings, first, needed } =
    attempts.find((one) => one.needed <= width) ?? attempts[attempts.length - 1];
  const extra = Math.max(0, width - needed) / Math.max(1, spacings.length);
  let x = first;
  const columns = units.map((count, layer) => {
    if (layer > 0) x += spacings[layer - 1] + extra;
    return column(count, x, head + room / 2, blocks[layer]);
  });
  const hidden = columns.slice(1, -1);
  const crowded = hidden.some((one, index) => one.x - columns[index].x < ROOMY);
  return {
    compact: units.length > 2 && (crowded || across < ROOMY),
    width: Math.max(width, needed),
    height: head + room + MARGIN,
    top: head,
    names,
    columns,
  };
}

/** @typedef {{side: number, rows: number, pitch: number, tile: number, width: number}} Block */

/**
 * How a layer's units stand: one below the other as long as they are large enough.
 * @param {number} count
 * @param {number} room
 * @param {number} widest
 * @param {number} small pitch of units that stand side by side
 * @returns {Block}
 */
function block(count, room, widest, small) {
  const single = room / count;
  if (single >= LEAST_PITCH || count === 1) {
    const pitch = Math.min(WIDEST_PITCH, single);
    const tile = Math.min(widest, Math.floor(pitch - Math.min(GAP, pitch / 5)));
    return { side: 1, rows: count, pitch, tile, width: tile };
  }
  const side = Math.ceil(count / Math.floor(room / small));
  const rows = Math.ceil(count / side);
  const pitch = Math.floor(Math.min(room / rows, small + FILL)); // as high as there is room
  const tile = pitch - (pitch < 24 ? 2 : 4);
  return { side, rows, pitch, tile, width: side * pitch - (pitch - tile) };
}

/**
 * @param {number} count
 * @param {number} x
 * @param {number} middle
 * @param {Block} block
 * @returns {Column}
 */
function column(count, x, middle, { side, rows, pitch, tile, width }) {
  const first = middle - (pitch * (rows - 1)) / 2;
  const at = Array.from({ length: count }, (_, unit) => ({
    x: x + ((unit % side) - (side - 1) / 2) * pitch,
    y: first + Math.floor(unit / side) * pitch,
  }));
  const port = at.map(({ y }, unit) => y + (((unit % side) + 0.5) / side - 0.5) * 0.8 * pitch);
  return { x, width, at, port, tile, pitch };
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

/** What stands for the bias where a unit below is asked for. */
export const BIAS = -1;

/**
 * @typedef {{layer: number, from: number, to: number}} Edge into `layer`, from a unit, or from
 *   BIAS, to a unit
 */

/**
 * The edge or the bias under a point, if one is near enough.
 * @param {Diagram} diagram
 * @param {number} x
 * @param {number} y
 * @param {number} [reach]
 * @returns {Edge | null}
 */
export function edgeAt({ columns }, x, y, reach = 6) {
  for (let layer = 1; layer < columns.length; layer++) {
    const [start, end] = span(columns, layer);
    if (x > end) continue;
    if (x < start) return null;
    const unit = columns[layer].at.findIndex((_, to) => {
      const mark = biasMark(columns[layer], to);
      return mark !== null && Math.hypot(mark.x - x, mark.y - y) < reach + 2;
    });
    if (unit >= 0) return { layer, from: BIAS, to: unit };
    const t = parameterAt((x - start) / (end - start));
    /** @type {Edge | null} */
    let nearest = null;
    let distance = reach;
    columns[layer].port.forEach((high, to) => {
      columns[layer - 1].port.forEach((low, from) => {
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
  return [from.x + from.width / 2, to.x - to.width / 2];
}

/**
 * Where a unit's bias is marked: at the lower left of its map. Null where there is no room.
 * @param {Column} column
 * @param {number} unit
 */
export function biasMark({ at, tile, width }, unit) {
  if (tile < LEAST_MARKED || width > tile) return null;
  const { x, y } = at[unit];
  return { x: x - tile / 2 - 6, y: y + tile / 2 - 4 };
}
