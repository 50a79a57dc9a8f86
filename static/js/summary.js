/** Every lane in a few numbers, and their order. */

import { loss, percent, small, whole } from "./format.js";
import { message } from "./i18n.js";

/**
 * @typedef {Object} RunSummary
 * @property {string} name
 * @property {number} run
 * @property {number} seeds
 * @property {number} reached share of the seeds
 * @property {number | null} epochs_to_target
 * @property {number | null} milliseconds_to_target
 * @property {number | null} updates_to_target
 * @property {number | null} best
 * @property {number | null} best_epoch
 * @property {number | null} final
 * @property {number | null} stability
 * @property {number | null} accuracy
 * @property {number | null} r2
 * @property {number} diverged
 *
 * @typedef {keyof RunSummary} Key
 */

/**
 * @typedef {Object} Column
 * @property {Key} key
 * @property {string} title
 * @property {string} mark its explanation
 * @property {(value: number) => string} text
 * @property {boolean} [falling] the best is the largest
 */

/** @type {Column[]} */
const COLUMNS = [
  {
    key: "reached",
    title: message("reached"),
    mark: "marks.reached",
    text: (share) => percent(share, 0),
    falling: true,
  },
  {
    key: "epochs_to_target",
    title: message("epochs"),
    mark: "marks.epochs_to_target",
    text: whole,
  },
  {
    key: "updates_to_target",
    title: message("updates"),
    mark: "marks.updates_to_target",
    text: whole,
  },
  {
    key: "milliseconds_to_target",
    title: message("ms"),
    mark: "marks.milliseconds_to_target",
    text: (value) => (value < 10 ? value.toFixed(1) : whole(value)),
  },
  {
    key: "best",
    title: message("best"),
    mark: "marks.best",
    text: loss,
  },
  {
    key: "final",
    title: message("final"),
    mark: "marks.final",
    text: loss,
  },
  {
    key: "stability",
    title: message("stability"),
    mark: "marks.stability",
    text: small,
  },
];

/**
 * @param {boolean} regression
 * @returns {Column[]}
 */
export function columns(regression) {
  const score = regression
    ? { key: "r2", title: "R²", mark: "marks.r2", text: score3 }
    : {
        key: "accuracy",
        title: message("acc."),
        mark: "marks.accuracy",
        text: (/** @type {number} */ share) => percent(share),
      };
  return [...COLUMNS, /** @type {Column} */ ({ ...score, falling: true })];
}

const score3 = (/** @type {number} */ value) => value.toFixed(3);

/**
 * A copy in the order of a column; what has no number comes last, whichever way.
 * @param {RunSummary[]} runs
 * @param {Key | null} key null: in the order of the lanes
 * @param {boolean} falling
 */
export function sorted(runs, key, falling) {
  if (key === null) return [...runs];
  return [...runs].sort((one, other) => {
    const [a, b] = [one[key], other[key]];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = a < b ? -1 : Number(a > b);
    return falling ? -order : order;
  });
}

/**
 * The best number of a column; null where it says nothing, as with one lane only.
 * @param {RunSummary[]} runs
 * @param {Column} column
 */
export function bestOf(runs, { key, falling }) {
  const values = runs.map((run) => run[key]).filter((value) => typeof value === "number");
  if (new Set(values).size < 2) return null;
  return falling ? Math.max(...values) : Math.min(...values);
}
