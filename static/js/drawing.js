/** Points that are drawn by hand: plain lists, never changed in place. */

import { message } from "./i18n.js";

/** @typedef {import("./api.js").Points} Points */
/** @typedef {[number, number]} Position */

/** The plane shown: -6..6. */
export const EDGE = 6;
export const CLASSES = 6;
/** As many as the server takes. */
export const MOST = 10_000;
/** Between the points of a stroke. */
const STEP = 0.4;

/** @type {Points} */
export const NONE = { x: [], y: [] };

/**
 * @param {Points} points
 * @param {Position} at
 * @param {number} label
 * @returns {Points}
 */
export function placed({ x, y }, at, label) {
  if (y.length >= MOST) return { x, y };
  return { x: [...x, inside(at)], y: [...y, label] };
}

/**
 * Within the plane, to two digits.
 * @param {Position} at
 * @returns {Position}
 */
export function inside([x1, x2]) {
  const cut = (/** @type {number} */ value) =>
    Math.round(100 * Math.max(-EDGE, Math.min(EDGE, value))) / 100;
  return [cut(x1), cut(x2)];
}

/**
 * Without those that lie near.
 * @param {Points} points
 * @param {Position} at
 * @param {number} reach
 * @returns {Points}
 */
export function erased({ x, y }, [x1, x2], reach) {
  const far = x.map((one) => Math.hypot(one[0] - x1, one[1] - x2) > reach);
  return { x: x.filter((_, index) => far[index]), y: y.filter((_, index) => far[index]) };
}

/**
 * Where the points of a stroke fall, after the one at `from`.
 * @param {Position} from
 * @param {Position} to
 * @returns {Position[]}
 */
export function stroke(from, to) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  return Array.from({ length: Math.floor(length / STEP) }, (_, index) => {
    const share = ((index + 1) * STEP) / length;
    return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
  });
}

/**
 * Those that can be drawn on: within the plane, and of few classes.
 * @param {Points} points
 * @returns {Points}
 */
export function drawable({ x, y }) {
  const fits = x.map(([x1, x2]) => Math.abs(x1) <= EDGE && Math.abs(x2) <= EDGE);
  return { x: x.filter((_, index) => fits[index]), y: y.filter((_, index) => fits[index]) };
}

/**
 * The same with classes counted without gaps.
 * @param {Points} points
 * @returns {Points}
 */
export function counted({ x, y }) {
  const labels = [...new Set(y)].sort((one, other) => one - other);
  return { x, y: y.map((label) => labels.indexOf(label)) };
}

/**
 * What is still to be done before they can be learned from; empty when nothing is.
 * @param {Points} points
 */
export function missing({ x, y }) {
  if (y.length === 0) return message("Place points of two classes.");
  if (new Set(y).size < 2) return message("Now those of a second class.");
  return x.every(([x1, x2]) => x1 === x[0][0] && x2 === x[0][1])
    ? message("Place points in different spots.")
    : "";
}
