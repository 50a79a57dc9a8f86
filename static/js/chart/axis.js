/** What the chart's x axis counts: epochs, or what they cost each lane. */

/** @typedef {import("../history.js").History} History */
/** @typedef {"epochs" | "updates" | "gradients" | "milliseconds"} Axis */

/** @type {Record<Axis, {title: string, description: string}>} */
export const AXES = {
  epochs: { title: "epochs", description: "Passes over the training points" },
  updates: { title: "updates", description: "Steps of the optimizer: one for each batch" },
  gradients: {
    title: "gradients",
    description: "Gradient evaluations: training points seen, however they are cut into batches",
  },
  milliseconds: {
    title: "ms",
    description: "Measured training time of each lane, its share of what was computed together",
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
  if (axis === "updates") {
    const updates = history.column("updates", lane);
    return (epoch) => updates[epoch];
  }
  const spent = sums(history.column("milliseconds", lane));
  return (epoch) => spent[epoch];
}

/**
 * Running sums; what is no number adds nothing.
 * @param {ArrayLike<number>} values
 */
function sums(values) {
  const result = new Float64Array(values.length);
  let sum = 0;
  for (let index = 0; index < values.length; index++) {
    if (Number.isFinite(values[index])) sum += values[index];
    result[index] = sum;
  }
  return result;
}
