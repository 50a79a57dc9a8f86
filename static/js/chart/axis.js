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
  const { epochs } = history;
  const values = history.column(axis, lane);
  return (epoch) => {
    const row = history.row(epoch);
    const past = (epoch - epochs[row]) / (epochs[row + 1] - epochs[row]);
    // Between two epochs that are kept, it is between their places.
    return past > 0 ? values[row] + past * (values[row + 1] - values[row]) : values[row];
  };
}
