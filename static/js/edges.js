/** Paints the weights of a network as curves: width by size, colour by sign. */

import { BIAS, biasMark, span } from "./geometry.js";
import { incoming } from "./wire.js";

/** @typedef {import("./geometry.js").Diagram} Diagram */
/** @typedef {import("./geometry.js").Edge} Edge */
/** @typedef {import("./store.js").Unit} Unit */

const LEVELS = 14; // widths told apart: each is one path, so that hundreds of edges stay cheap
const WIDEST = 7;
const HALF = 4; // the weight at half the widest
const MOST = 2400; // edges in all; of more only the strongest between two layers are drawn
const BINS = 1024;
const FADED = 0.25; // edges of other units than the one that is looked at
const DASH = [3, 4];

/** @param {number} weight */
export function strength(weight) {
  const size = Math.abs(weight);
  return size / (size + HALF);
}

/**
 * @typedef {Object} Looks what is shown beside the weights themselves
 * @property {[first: number, last: number]} range layers in view
 * @property {Unit | null} unit the one that is looked at: edges of others fade
 * @property {(layer: number, to: number, from: number) => boolean} frozen drawn dashed
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Diagram} diagram
 * @param {number[]} units
 * @param {Float32Array} weights
 * @param {{negative: string, positive: string}} tones
 * @param {Looks} looks
 */
export function paintEdges(context, diagram, units, weights, tones, { range, unit, frozen }) {
  const strokes = new Strokes([tones.negative, tones.positive]);
  const [first, last] = [Math.max(1, range[0]), Math.min(units.length - 1, range[1] + 1)];
  for (let layer = first; layer <= last; layer++) {
    const { fanIn, weights: own } = incoming(units, weights, layer);
    const [start, end] = span(diagram.columns, layer);
    const middle = (start + end) / 2;
    const from = diagram.columns[layer - 1].port;
    const to = diagram.columns[layer].port;
    const least = weakest(own, MOST / (last - first + 1));
    const target = unit?.layer === layer ? unit.unit : -1;
    const source = unit?.layer === layer - 1 ? unit.unit : -1;
    for (let k = 0; k < own.length; k++) {
      const [low, high] = [k % fanIn, Math.floor(k / fanIn)];
      const near = high === target || low === source;
      const size = strength(own[k]);
      if (size < least && !near) continue;
      const faded = unit !== null && !near;
      const path = strokes.path(own[k] < 0 ? 0 : 1, size, faded, frozen(layer, high, low));
      path.moveTo(start, from[low]);
      path.bezierCurveTo(middle, from[low], middle, to[high], end, to[high]);
    }
  }
  strokes.draw(context);
}

/** Curves that look the same are one path. */
class Strokes {
  /** @type {Map<number, Path2D>} */
  #paths = new Map();

  /** @param {string[]} tones */
  constructor(tones) {
    this.tones = tones;
  }

  /**
   * @param {0 | 1} tone
   * @param {number} size 0 to 1
   * @param {boolean} faded
   * @param {boolean} dashed
   */
  path(tone, size, faded, dashed) {
    const level = Math.min(LEVELS - 1, Math.floor(size * LEVELS));
    const key = ((faded ? 0 : LEVELS) + level) * 4 + tone * 2 + (dashed ? 1 : 0);
    let path = this.#paths.get(key);
    if (!path) {
      path = new Path2D();
      this.#paths.set(key, path);
    }
    return path;
  }

  /**
   * Faded ones first, then the thinnest.
   * @param {CanvasRenderingContext2D} context
   */
  draw(context) {
    const inOrder = [...this.#paths].sort(([one], [other]) => one - other);
    for (const [key, path] of inOrder) {
      const share = (((key >> 2) % LEVELS) + 0.5) / LEVELS;
      context.lineWidth = 0.4 + WIDEST * share;
      context.globalAlpha = Math.min(1, 0.35 + 1.1 * share) * (key >> 2 < LEVELS ? FADED : 1);
      context.strokeStyle = this.tones[(key >> 1) & 1];
      context.setLineDash(key & 1 ? DASH : []);
      context.stroke(path);
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
  }
}

/**
 * The strength from which on weights are drawn, about: counting is cheaper than sorting.
 * @param {Float32Array} weights
 * @param {number} most
 */
function weakest(weights, most) {
  if (weights.length <= most) return 0;
  const counts = new Uint32Array(BINS);
  for (const weight of weights) counts[Math.min(BINS - 1, Math.floor(strength(weight) * BINS))]++;
  let bin = BINS;
  for (let count = 0; bin > 0 && count < most; ) count += counts[--bin];
  return bin / BINS;
}

/**
 * A dot beside each unit: its bias, by size and sign. A frozen one is square.
 * @param {CanvasRenderingContext2D} context
 * @param {Diagram} diagram
 * @param {number[]} units
 * @param {Float32Array} weights
 * @param {{negative: string, positive: string}} tones
 * @param {Looks} looks
 */
export function paintBiases(context, diagram, units, weights, tones, { range, frozen }) {
  for (let layer = Math.max(1, range[0]); layer <= range[1]; layer++) {
    const { biases } = incoming(units, weights, layer);
    biases.forEach((bias, unit) => {
      const mark = biasMark(diagram.columns[layer], unit);
      if (!mark) return;
      const radius = 1.5 + 3 * Math.min(1, 2 * strength(bias));
      context.beginPath();
      if (frozen(layer, unit, BIAS)) {
        context.rect(mark.x - radius, mark.y - radius, 2 * radius, 2 * radius);
      } else context.arc(mark.x, mark.y, radius, 0, 2 * Math.PI);
      context.fillStyle = bias < 0 ? tones.negative : tones.positive;
      context.fill();
    });
  }
}

/**
 * One edge, or a bias, on top of the others, in ink.
 * @param {CanvasRenderingContext2D} context
 * @param {Diagram} diagram
 * @param {Edge} edge
 * @param {string} ink
 */
export function paintEdge(context, diagram, { layer, from, to }, ink) {
  context.lineWidth = 1.5;
  context.strokeStyle = ink;
  context.beginPath();
  if (from === BIAS) {
    const mark = biasMark(diagram.columns[layer], to);
    if (mark) context.arc(mark.x, mark.y, 6, 0, 2 * Math.PI);
  } else {
    const [start, end] = span(diagram.columns, layer);
    const low = diagram.columns[layer - 1].port[from];
    const high = diagram.columns[layer].port[to];
    const middle = (start + end) / 2;
    context.moveTo(start, low);
    context.bezierCurveTo(middle, low, middle, high, end, high);
  }
  context.stroke();
}

const BAR = 14; // of a normalization, left of the units
const ARC = 20; // height of a residual path
const PLUS = 4;

/**
 * What lies around the units of a layer: a bar before those whose sums are normalized over the
 * batch, and an arc over a layer that adds what came in to what goes out.
 * @param {CanvasRenderingContext2D} context
 * @param {Diagram} diagram
 * @param {{normalized: boolean, residual: boolean}[]} layers hidden ones
 * @param {{muted: string, panel: string}} tones
 */
export function paintStructure(context, diagram, layers, { muted, panel }) {
  context.strokeStyle = muted;
  layers.forEach(({ normalized, residual }, index) => {
    const [before, { x, width, at, tile }] = diagram.columns.slice(index, index + 2);
    if (!at) return;
    const top = at[0].y - tile / 2;
    if (normalized) {
      const bar = x - width / 2 - BAR;
      context.lineWidth = 3;
      context.beginPath();
      context.moveTo(bar, top);
      context.lineTo(bar, at[at.length - 1].y + tile / 2);
      context.stroke();
    }
    if (residual) {
      const [start, end] = [before.x, x];
      const [low, high] = [before.at[0].y - before.tile / 2 - 2, top - 2 - 2 * PLUS];
      const peak = Math.max(diagram.top - 12, Math.min(low, high) - ARC);
      context.lineWidth = 1.5;
      context.beginPath();
      context.moveTo(start, low);
      context.bezierCurveTo(start, peak, start, peak, (start + end) / 2, peak);
      context.bezierCurveTo(end, peak, end, peak, end, high);
      context.stroke();
      context.beginPath();
      context.arc(end, high + PLUS, PLUS, 0, 2 * Math.PI);
      context.fillStyle = panel;
      context.fill();
      context.moveTo(end - PLUS, high + PLUS);
      context.lineTo(end + PLUS, high + PLUS);
      context.moveTo(end, high);
      context.lineTo(end, high + 2 * PLUS);
      context.stroke();
    }
  });
}
