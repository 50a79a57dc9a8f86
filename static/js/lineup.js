/** What differs between the lanes before and after a change of them. */

import { equal } from "./paths.js";

/** @typedef {import("./paths.js").Plain} Plain */
/** @typedef {import("./url.js").Change} Change */

/**
 * @typedef {Object} Lane all that it depends on
 * @property {number} tone its colour, by which it is known
 * @property {boolean} hidden in the chart
 * @property {Plain} base
 * @property {number} seeds
 * @property {import("./api.js").RunState["forked"]} forked
 * @property {Change[]} changes
 *
 * @typedef {{lanes: Lane[], open: number}} Lineup open: the colour of the open lane
 *
 * @typedef {Object} Side how to come back to a lineup
 * @property {number[]} order of the colours
 * @property {number[]} gone colours of lanes that are not in it
 * @property {Map<number, Lane>} made lanes that have to be made again, by colour
 * @property {number} open
 */

/**
 * How to come to a lineup from another one; null where lanes and order are the same.
 * @param {Lineup} to
 * @param {Lineup} from
 * @returns {Side | null}
 */
export function sideOf(to, from) {
  const [order, others] = [to, from].map(({ lanes }) => lanes.map(({ tone }) => tone));
  if (equal(order, others)) return null;
  const made = to.lanes.filter(({ tone }) => !others.includes(tone));
  return {
    order,
    gone: others.filter((tone) => !order.includes(tone)),
    made: new Map(made.map((lane) => [lane.tone, lane])),
    open: to.open,
  };
}

/**
 * The changes that are in one list and not in the other.
 * @param {Change[]} changes
 * @param {Change[]} others
 */
export function only(changes, others) {
  return changes.filter((change) => !others.some((other) => same(change, other)));
}

/**
 * A lane's changes with some put in place of others, or at their epochs; null where those others
 * have been there, but are no more.
 * @param {Change[]} changes in order, up to `now`
 * @param {Change[]} out
 * @param {Change[]} put
 * @param {Position} now
 */
export function exchanged(changes, out, put, now) {
  const left = only(changes, out);
  const missing = only(out, changes);
  if (missing.some((change) => !isAfter(change, now))) return null;
  return [...left, ...put].sort((one, other) => +isAfter(one, other) - +isAfter(other, one));
}

/**
 * @param {Change} one
 * @param {Change} other
 */
function same(one, other) {
  return equal({ ...one, run: 0 }, { ...other, run: 0 });
}

/** @typedef {{epoch: number, batch?: number}} Position */

/**
 * @param {Position} one
 * @param {Position} other
 */
function isAfter(one, other) {
  return (
    one.epoch > other.epoch || (one.epoch === other.epoch && (one.batch ?? 0) > (other.batch ?? 0))
  );
}
