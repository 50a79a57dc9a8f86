/** Going from mark to mark of the chart by keys: what a pointer is told by hovering. */

import { signal } from "../../vendor/preact.js";

/** @typedef {import("./traces.js").Trace} Trace */
/** @typedef {{x: number, text: string}} Mark */

/** @type {Mark[]} by place */
let marks = [];
/** The mark that has been gone to. */
export const visited = signal(/** @type {Mark | null} */ (null));

/**
 * Which marks there are to go to.
 * @param {Trace[]} traces
 */
export function visitable(traces) {
  const textOf = (/** @type {Trace} */ { text }, /** @type {number} */ k) =>
    /** @type {string[]} */ (text)[k];
  marks = traces
    .flatMap((trace) => trace.x.map((x, k) => ({ x, text: textOf(trace, k) })))
    .sort((a, b) => a.x - b.x);
}

/**
 * To the next mark, or the one before; over the end to the other end.
 * @param {1 | -1} step
 */
export function visit(step) {
  if (marks.length === 0) return;
  const from = visited.peek();
  const here = marks.findIndex(({ x, text }) => x === from?.x && text === from.text);
  const next = here < 0 ? (step > 0 ? 0 : marks.length - 1) : here + step;
  visited.value = { ...marks[(next + marks.length) % marks.length] };
}
