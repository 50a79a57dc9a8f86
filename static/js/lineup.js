/** What differs between the lanes before and after a change of them. */

import { equal } from "./paths.js";

/** @typedef {import("./paths.js").Plain} Plain */

/**
 * @typedef {Object} Lane all that it depends on
 * @property {number} tone its colour, by which it is known
 * @property {boolean} hidden in the chart
 * @property {Plain} base
 * @property {number} seeds
 * @property {import("./url.js").Change[]} changes
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
 * How to come to a lineup from another one; null where they do not differ.
 * @param {Lineup} to
 * @param {Lineup} from
 * @param {number[]} touched lanes of both that may be other ones; the rest is the same
 * @returns {Side | null}
 */
export function sideOf(to, from, touched) {
  const [order, others] = [to, from].map(({ lanes }) => lanes.map(({ tone }) => tone));
  const before = new Map(from.lanes.map((lane) => [lane.tone, lane]));
  const made = to.lanes.filter((lane) => {
    const old = before.get(lane.tone);
    return !old || (touched.includes(lane.tone) && !equal(trained(lane), trained(old)));
  });
  if (made.length === 0 && equal(order, others)) return null;
  return {
    order,
    gone: others.filter((tone) => !order.includes(tone)),
    made: new Map(made.map((lane) => [lane.tone, lane])),
    open: to.open,
  };
}

/** @param {Lane} lane */
const trained = ({ base, seeds, changes }) => ({ base, seeds, changes });
