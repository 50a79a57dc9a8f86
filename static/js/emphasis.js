/** How points stand out by what the network answers at them. */

import { answerIndex } from "./modes.js";

/** @typedef {import("./api.js").Data} Data */
/** @typedef {import("./wire.js").Answers} Answers */
/** @typedef {"train" | "test"} Part */

/** @typedef {{size: number, alpha: number, tone?: string}} Look size is a factor of the radius */

/**
 * @typedef {Object} Emphasis
 * @property {(part: Part, index: number) => Look} of
 * @property {number} most the largest loss, or difference from a target
 * @property {Record<Part, number>} wrong points of another class than is answered
 */

/** @type {Look} */
const FAINT = { size: 1, alpha: 0.2 };
/** @type {Look} */
const WRONG = { size: 1.35, alpha: 1 };

/**
 * @param {Data} data
 * @param {Answers} answers
 * @param {"errors" | "losses"} mode
 * @param {{negative: string, positive: string}} tones
 * @param {Part[]} parts those that are shown
 * @returns {Emphasis}
 */
export function emphasize(data, answers, mode, { negative, positive }, parts) {
  const at = (/** @type {Part} */ part, /** @type {number} */ index) =>
    answerIndex(data, { part, index });
  const regression = data.task === "regression";
  const residual = (/** @type {Part} */ part, /** @type {number} */ index) =>
    answers.values[at(part, index)] - data[part].y[index];
  const weight = (/** @type {Part} */ part, /** @type {number} */ index) =>
    mode === "losses" ? answers.losses[at(part, index)] : Math.abs(residual(part, index));
  const isWrong = (/** @type {Part} */ part, /** @type {number} */ index) =>
    at(part, index) >= 0 && answers.chosen[at(part, index)] !== data[part].y[index];
  const count = (/** @type {Part} */ part) =>
    regression ? 0 : data[part].y.filter((_, index) => isWrong(part, index)).length;
  const wrong = { train: count("train"), test: count("test") };
  if (mode === "errors" && !regression) {
    return { of: (part, index) => (isWrong(part, index) ? WRONG : FAINT), most: 0, wrong };
  }
  let most = 0;
  for (const part of parts) {
    for (let index = 0; index < data[part].y.length; index++) {
      if (at(part, index) >= 0) most = Math.max(most, weight(part, index));
    }
  }
  /** @type {Emphasis["of"]} */
  const of = (part, index) => {
    if (at(part, index) < 0) return FAINT;
    const size = 0.5 + 1.6 * Math.sqrt(most > 0 ? weight(part, index) / most : 0);
    if (mode === "losses") return { size, alpha: 1 };
    return { size, alpha: 1, tone: residual(part, index) < 0 ? negative : positive };
  };
  return { of, most, wrong };
}

/**
 * How many points of each class are answered as each class.
 * @param {Data} data
 * @param {Answers} answers
 * @param {Part} part
 * @returns {number[][]} by true class, then by answer
 */
export function confusion(data, answers, part) {
  const counts = Array.from(
    { length: data.classes },
    () => /** @type {number[]} */ (new Array(data.classes).fill(0)),
  );
  for (const [index, truth] of data[part].y.entries()) {
    const at = answerIndex(data, { part, index });
    if (at >= 0) counts[truth][answers.chosen[at]]++;
  }
  return counts;
}
