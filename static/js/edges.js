/** Paints the weights of a network as curves: width by size, colour by sign. */

import { span } from "./geometry.js";
import { incoming } from "./wire.js";

/** @typedef {import("./geometry.js").Diagram} Diagram */
/** @typedef {import("./geometry.js").Edge} Edge */

const LEVELS = 14; // widths told apart: each is one path, so that hundreds of edges stay cheap
const WIDEST = 7;
const HALF = 4; // the weight at half the widest
const MOST = 1200; // edges between two layers; beyond that only the strongest are drawn

/** @param {number} weight */
export function strength(weight) {
  const size = Math.abs(weight);
  return size / (size + HALF);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Diagram} diagram
 * @param {number[]} units
 * @param {Float32Array} weights
 * @param {{negative: string, positive: string}} tones
 */
export function paintEdges(context, diagram, units, weights, tones) {
  const paths = [tones.negative, tones.positive].map((tone) => ({
    tone,
    levels: /** @type {(Path2D | undefined)[]} */ (new Array(LEVELS)),
  }));
  for (let layer = 1; layer < units.length; layer++) {
    const { fanIn, weights: own } = incoming(units, weights, layer);
    const [start, end] = span(diagram.columns, layer);
    const middle = (start + end) / 2;
    const from = diagram.columns[layer - 1].y;
    const to = diagram.columns[layer].y;
    const least = weakest(own);
    for (let k = 0; k < own.length; k++) {
      if (Math.abs(own[k]) < least) continue;
      const level = Math.min(LEVELS - 1, Math.floor(strength(own[k]) * LEVELS));
      const { levels } = paths[own[k] < 0 ? 0 : 1];
      levels[level] ??= new Path2D();
      const low = from[k % fanIn];
      const high = to[Math.floor(k / fanIn)];
      levels[level].moveTo(start, low);
      levels[level].bezierCurveTo(middle, low, middle, high, end, high);
    }
  }
  for (let level = 0; level < LEVELS; level++) {
    const share = (level + 0.5) / LEVELS;
    context.lineWidth = 0.4 + WIDEST * share;
    context.globalAlpha = Math.min(1, 0.35 + 1.1 * share);
    for (const { tone, levels } of paths) {
      const path = levels[level];
      if (!path) continue;
      context.strokeStyle = tone;
      context.stroke(path);
    }
  }
  context.globalAlpha = 1;
}

/**
 * The size from which on weights are drawn.
 * @param {Float32Array} weights
 */
function weakest(weights) {
  if (weights.length <= MOST) return 0;
  return weights.map(Math.abs).sort()[weights.length - MOST];
}

/**
 * One edge on top of the others, in ink.
 * @param {CanvasRenderingContext2D} context
 * @param {Diagram} diagram
 * @param {Edge} edge
 * @param {string} ink
 */
export function paintEdge(context, diagram, { layer, from, to }, ink) {
  const [start, end] = span(diagram.columns, layer);
  const low = diagram.columns[layer - 1].y[from];
  const high = diagram.columns[layer].y[to];
  const middle = (start + end) / 2;
  context.beginPath();
  context.moveTo(start, low);
  context.bezierCurveTo(middle, low, middle, high, end, high);
  context.lineWidth = 1.5;
  context.strokeStyle = ink;
  context.stroke();
}
