/** The small curves of the lanes: samples of the test loss, and painting them on a common scale. */

import { upTo } from "./ascending.js";

/** @typedef {import("./history.js").History} History */

const SAMPLES = 60;
/** Values that a sample is the mean of, at most. */
const DEEP = 8;

/**
 * @typedef {Object} Spark a lane's test loss in at most 60 samples
 * @property {number[]} middle
 * @property {number[]} low
 * @property {number[]} high
 */

/**
 * @param {History} history
 * @param {number} lane
 * @param {boolean} band several seeds: quartiles too
 * @returns {Spark}
 */
export function sample(history, lane, band) {
  const { epochs } = history;
  const of = (/** @type {import("./history.js").Series} */ name) =>
    thin(history.column(name, lane), epochs);
  return {
    middle: of("test_loss"),
    low: band ? of("test_loss_low") : [],
    high: band ? of("test_loss_high") : [],
  };
}

/**
 * Means of a few values from each of 60 parts with equally many epochs: cheap however long the
 * history is.
 * @param {Float64Array} values
 * @param {ArrayLike<number>} epochs whose values they are
 */
export function thin(values, epochs) {
  const { length } = values;
  const count = Math.min(SAMPLES, length);
  const span = count > 0 ? epochs[length - 1] + 1 : 0;
  let to = 0;
  return Array.from({ length: count }, (_, k) => {
    const from = Math.min(to, length - 1);
    to = upTo(epochs, Math.ceil(((k + 1) * span) / count) - 1, length);
    const step = Math.max(1, Math.floor((to - from) / DEEP));
    let [sum, n] = [values[from], 1]; // what is kept before, should there be none in this part
    for (let row = from + step; row < to; row += step, n++) sum += values[row];
    return sum / n;
  });
}

/**
 * The common scale: up to somewhat more than the largest beginning, so that a lane that goes wrong
 * does not flatten the others.
 * @param {Spark[]} sparks
 * @returns {[number, number]} logarithms of the lowest and the highest loss
 */
export function range(sparks) {
  const all = sparks.flatMap(({ middle, low }) => [...middle, ...low]).filter((one) => one > 0);
  const starts = sparks.map(({ middle }) => middle[0]).filter((one) => one > 0);
  if (all.length === 0 || starts.length === 0) return [-1, 0];
  const high = Math.log(1.5 * Math.max(...starts));
  const low = Math.log(Math.max(1e-6, Math.min(...all)));
  return [Math.min(low, high - 1), high];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Spark} spark
 * @param {[number, number]} range
 * @param {string} colour
 */
export function paintSpark(context, { middle, low, high }, [bottom, top], colour) {
  const { width, height } = context.canvas;
  const ratio = devicePixelRatio;
  context.clearRect(0, 0, width, height);
  const pad = 1.5 * ratio;
  const x = (/** @type {number} */ k) =>
    pad + (k * (width - 2 * pad)) / Math.max(1, middle.length - 1);
  const y = (/** @type {number} */ loss) => {
    const share = (Math.log(Math.max(1e-12, loss)) - bottom) / (top - bottom);
    return height - pad - Math.min(1, Math.max(0, share)) * (height - 2 * pad);
  };
  context.lineJoin = "round";
  if (low.length > 1) {
    context.beginPath();
    low.forEach((loss, k) => {
      context.lineTo(x(k), y(loss));
    });
    for (let k = high.length - 1; k >= 0; k--) context.lineTo(x(k), y(high[k]));
    context.globalAlpha = 0.22;
    context.fillStyle = colour;
    context.fill();
    context.globalAlpha = 1;
  }
  context.beginPath();
  middle.forEach((loss, k) => {
    if (Number.isFinite(loss)) context.lineTo(x(k), y(loss));
  });
  context.strokeStyle = colour;
  context.lineWidth = 1.75 * ratio;
  context.stroke();
}
