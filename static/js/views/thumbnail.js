import { html, useEffect, useRef } from "../../vendor/preact.js";
import { theme } from "../theme.js";
import { colourOf } from "./points.js";

/** @typedef {import("../api.js").Points} Points */

const SIDE = 44;
const REACH = 6; // the plane shown: -6..6

/** @param {number[]} y */
export function isRegression(y) {
  return y.some((value) => !Number.isInteger(value));
}

/**
 * A small picture of a data set.
 * @param {{points: Points | undefined, regression?: boolean}} props
 */
export function Thumbnail({ points, regression = isRegression(points?.y ?? []) }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const colours = theme.value;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !points) return;
    const ratio = devicePixelRatio;
    context.canvas.width = SIDE * ratio;
    context.canvas.height = SIDE * ratio;
    context.scale(ratio, ratio);
    const at = (/** @type {number} */ x) => ((x + REACH) / (2 * REACH)) * SIDE;
    points.x.forEach(([x1, x2], index) => {
      context.fillStyle = colourOf(points.y[index], regression, colours);
      context.globalAlpha = regression ? Math.min(1, 0.2 + Math.abs(points.y[index])) : 1;
      context.beginPath();
      context.arc(at(x1), at(-x2), 1.5, 0, 2 * Math.PI);
      context.fill();
    });
  }, [points, colours]);
  return html`
    <canvas class="thumbnail" ref=${canvas} width=${SIDE} height=${SIDE} aria-hidden="true"></canvas>
  `;
}
