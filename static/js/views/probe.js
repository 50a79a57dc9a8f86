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
      const domain = dataOf(lane)?.domain;
      const box = event.currentTarget.querySelector(map)?.getBoundingClientRect();
      store.probe.value = domain && box ? placeUnder(domain, box, event) : null;
    },
    onPointerLeave: () => {
      store.probe.value = null;
    },
  };
}

/**
 * The place that is pointed at, on a map of a lane's whole plane or of a part.
 * @param {{lane: number, domain?: import("../store.js").Domain | null}} props
 */
export function ProbeMark({ lane, domain }) {
  const { value: probe } = store.probe;
  const seen = domain ?? dataOf(lane)?.domain;
  const at = probe && seen && shares(seen, probe);
  if (!at) return null;
  const [left, top] = [`${100 * at.across}%`, `${100 * at.down}%`];
  return html`
    <span class="probe" aria-hidden="true">
      <i class="upright" style=${{ left }}></i><i class="level" style=${{ top }}></i>
    </span>
  `;
}

/**
 * The answer in the part that is seen closer, or in the whole plane.
 * @param {import("../wire.js").RunPicture} run
 * @param {import("../store.js").Domain} whole
 * @param {import("../probe.js").Place} place
 * @param {boolean} regression
 */
function answerIn(run, whole, place, regression) {
  const { closer } = run;
  const near = closer && answerAt({ ...run, ...closer }, closer.domain, place, regression);
  return near ?? answerAt(run, whole, place, regression);
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
  const answer = run && data && answerIn(run, data.domain, probe, regression);
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
