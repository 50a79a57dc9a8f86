import { html } from "../../vendor/preact.js";
import { fixed, percent } from "../format.js";
import { dataOf } from "../modes.js";
import { classNameOf } from "../names.js";
import { answerAt, placeUnder, shares } from "../probe.js";
import * as store from "../store.js";
import { theme } from "../theme.js";

/** @typedef {PointerEvent & {currentTarget: Element}} Pointer */

/**
 * What makes a map a place to point at, in all maps at once.
 * @param {number} lane
 * @param {string} map selector of the map within
 */
export function probing(lane, map) {
  return {
    onPointerMove: (/** @type {Pointer} */ event) => {
      const data = dataOf(lane);
      const box = event.currentTarget.querySelector(map)?.getBoundingClientRect();
      store.probe.value = data && box ? placeUnder(data.domain, box, event) : null;
    },
    onPointerLeave: () => {
      store.probe.value = null;
    },
  };
}

/**
 * The place that is pointed at, on a lane's map.
 * @param {{lane: number}} props
 */
export function ProbeMark({ lane }) {
  const { value: probe } = store.probe;
  const data = dataOf(lane);
  const at = probe && data && shares(data.domain, probe);
  if (!at) return null;
  const [left, top] = [`${100 * at.across}%`, `${100 * at.down}%`];
  return html`
    <span class="probe" aria-hidden="true">
      <i class="upright" style=${{ left }}></i><i class="level" style=${{ top }}></i>
    </span>
  `;
}

/**
 * What a lane answers there; in short its colour stands for the class.
 * @param {{lane: number, short?: boolean}} props
 */
export function ProbeValue({ lane, short = false }) {
  const { value: probe } = store.probe;
  if (!probe) return null;
  const run = store.picture.value?.runs[lane];
  const data = dataOf(lane);
  const regression = data?.task === "regression";
  const answer = run && data && answerAt(run, data.domain, probe, regression);
  if (!data || !answer) return null;
  const { value, winner } = answer;
  const { classes, negative, positive } = theme.value;
  const colour =
    winner === null ? (value < 0 ? negative : positive) : classes[winner % classes.length];
  const name = winner === null || short ? "" : `${classNameOf(data.class_names, winner)} `;
  const text = winner === null ? fixed(value, 2) : `${name}${percent(value, 0)}`;
  return html`
    <span class="probe-value number" data-lane=${lane} data-value=${value} data-winner=${winner}>
      <i aria-hidden="true" style=${{ background: colour }}></i>${text}
    </span>
  `;
}
