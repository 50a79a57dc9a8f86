/** What the chart's x axis counts: epochs, or what they cost each lane. */

import { message } from "../i18n.js";

/** @typedef {import("../history.js").History} History */
/** @typedef {"epochs" | "updates" | "gradients" | "milliseconds"} Axis */

/** @type {Record<Axis, {title: string, description: string}>} */
export const AXES = {
  epochs: { title: message("epochs"), description: message("Passes over the training points") },
  updates: {
    title: message("updates"),
    description: message("Steps of the optimizer: one for each batch"),
  },
  gradients: {
    title: message("gradients"),
    description: message(
      "Gradient evaluations: training points seen, however they are cut into batches",
    ),
  },
  milliseconds: {
    title: message("ms"),
    description: message(
      "Measured training time of each lane, its share of what was computed together",
    ),
  },
};

/**
 * Where the epochs of a lane are on the axis.
 * @param {Axis} axis
 * @param {History} history
 * @param {number} lane
 * @param {number} points training points of the lane
 * @returns {(epoch: number) => number} NaN where it is not known
 */
export function placesOf(axis, history, lane, points) {
  if (axis === "epochs") return (epoch) => epoch;
  if (axis === "gradients") return (epoch) => epoch * points;
  const { epochs } = history;
  const values = history.column(axis, lane);
  return (epoch) => {
    const row = history.row(epoch);
    const past = (epoch - epochs[row]) / (epochs[row + 1] - epochs[row]);
    // Between two epochs that are kept, it is between their places.
    return past > 0 ? values[row] + past * (values[row + 1] - values[row]) : values[row];
  };
}

/**
 * The rows from the last one before a part of the axis to the first one after it.
 * @param {[number, number] | null} part null is all of it
 * @param {(epoch: number) => number} place
 * @param {ArrayLike<number>} epochs of the rows
 * @returns {[from: number, to: number]} to: not among them
 */
export function rowsWithin(part, place, epochs) {
  if (!part) return [0, epochs.length];
  const first = (/** @type {number} */ bound) => {
    let [low, high] = [0, epochs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      // What is not known lies before all else.
      if (place(epochs[middle]) > bound) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return [Math.max(0, first(part[0]) - 1), Math.min(epochs.length, first(part[1]) + 1)];
}
