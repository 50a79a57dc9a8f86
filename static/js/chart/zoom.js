/** The part of the chart that is looked at. */

import { computed, effect, signal } from "../../vendor/preact.js";
import { message } from "../i18n.js";
import * as store from "../store.js";
import { visit } from "./visits.js";

/** @typedef {[from: number, to: number]} Part */

/** Of the x axis, as that counts; null is all of it. */
export const across = signal(/** @type {Part | null} */ (null));
/** Of the y axis of what the chart shows, whatever its scale; null is what there is to see. */
export const upward = signal(/** @type {Part | null} */ (null));
export const zoomed = computed(() => across.value !== null || upward.value !== null);

/** Where the x axis begins and ends as it is drawn. */
let drawn = /** @type {Part} */ ([0, 1]);

/** @param {Part} part */
export function drew(part) {
  drawn = part;
}

export function showAll() {
  across.value = null;
  upward.value = null;
}

/**
 * Makes the part of the x axis longer or shorter; its middle stays.
 * @param {number} factor above 1 to see more
 */
export function stretch(factor) {
  const [from, to] = drawn;
  const [middle, half] = [(from + to) / 2, ((to - from) / 2) * factor];
  if (half > 0) across.value = drawn = [Math.max(0, middle - half), middle + half];
}

/** @param {number} share of the part, to the right */
export function move(share) {
  const [from, to] = drawn;
  const by = Math.max(-from, (to - from) * share);
  across.value = drawn = [from + by, to + by];
}

/** What the keys do where the chart has the focus. */
export const KEYS = [
  { key: "+", shown: "+", title: message("Zoom in"), command: () => stretch(0.5) },
  { key: "-", shown: "−", title: message("Zoom out"), command: () => stretch(2) },
  { key: "ArrowLeft", shown: "←", title: message("Earlier"), command: () => move(-0.25) },
  { key: "ArrowRight", shown: "→", title: message("Later"), command: () => move(0.25) },
  { key: "0", shown: "0", title: message("Show all"), command: showAll },
  { key: ",", shown: ",", title: message("To the mark before"), command: () => visit(-1) },
  { key: ".", shown: ".", title: message("To the next mark"), command: () => visit(1) },
];

const timeline = computed(() => store.experiment.value?.timeline);

// What has been zoomed into is another thing now.
effect(() => {
  store.axis.value;
  timeline.value;
  across.value = null;
});
effect(() => {
  store.chart.value;
  store.logarithmic.value;
  store.axis.value;
  timeline.value;
  upward.value = null;
});
