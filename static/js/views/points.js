/** Data points, painted straight onto a canvas. */

import { computed } from "../../vendor/preact.js";
import { emphasize } from "../emphasis.js";
import * as modes from "../modes.js";
import * as store from "../store.js";
import { theme } from "../theme.js";

/** @typedef {import("../api.js").Points} Points */
/** @typedef {{negative: string, positive: string, classes: string[]}} Tones */

/**
 * @param {number} y class, or target
 * @param {boolean} regression
 * @param {Tones} tones
 */
export function colourOf(y, regression, { negative, positive, classes }) {
  if (regression) return y < 0 ? negative : positive;
  return classes[y % classes.length];
}

/**
 * @typedef {Object} Look
 * @property {boolean} hollow test points are rings, train points discs
 * @property {boolean} regression
 * @property {Tones & {panel: string}} tones
 * @property {number} radius
 * @property {(index: number) => import("../emphasis.js").Look} [of] how each stands out
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Points} points
 * @param {(x1: number, x2: number) => [number, number]} place
 * @param {Look} look
 */
export function paintPoints(context, points, place, { hollow, regression, tones, radius, of }) {
  points.x.forEach(([x1, x2], index) => {
    const [x, y] = place(x1, x2);
    const own = of?.(index);
    const tone = own?.tone ?? colourOf(points.y[index], regression, tones);
    context.globalAlpha = own?.alpha ?? 1;
    context.beginPath();
    context.arc(x, y, radius * (own?.size ?? 1), 0, 2 * Math.PI);
    context.fillStyle = hollow ? tones.panel : tone;
    context.strokeStyle = hollow ? tone : tones.panel;
    context.lineWidth = hollow ? 1.75 : 1.25;
    context.fill();
    context.stroke();
  });
  context.globalAlpha = 1;
}

/**
 * A glow behind some points.
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number][]} places on the canvas
 * @param {number} radius of the points
 * @param {string} colour
 */
export function paintGlow(context, places, radius, colour) {
  context.fillStyle = context.strokeStyle = colour;
  context.lineWidth = 1.5;
  for (const [x, y] of places) {
    context.beginPath();
    context.arc(x, y, radius + 4, 0, 2 * Math.PI);
    context.globalAlpha = 0.35;
    context.fill();
    context.globalAlpha = 1;
    context.stroke();
  }
}

/** How the points that are shown stand out now; null where all are alike. */
export const emphasis = computed(() => {
  const mode = modes.shown.value;
  if (mode !== "errors" && mode !== "losses") return null;
  const { value: data } = store.data;
  const answers = data && modes.answersFor(data);
  if (!data || !answers) return null;
  /** @type {import("../emphasis.js").Part[]} */
  const parts = store.showTest.value ? ["train", "test"] : ["train"];
  return emphasize(data, answers, mode, theme.value, parts);
});
