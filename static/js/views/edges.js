import { html, useEffect, useRef, useSignalEffect } from "../../vendor/preact.js";
import { paintEdge, paintEdges } from "../edges.js";
import * as store from "../store.js";
import { theme } from "../theme.js";

/** @typedef {import("../geometry.js").Diagram} Diagram */
/** @typedef {import("../geometry.js").Edge} Edge */

/**
 * All weights, on one canvas.
 * @param {{
 *   diagram: Diagram,
 *   units: number[],
 *   edge: import("../../vendor/preact.js").Signal<Edge | null>,
 * }} props
 */
export function Edges({ diagram, units, edge }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const latest = useRef({ diagram, units });
  latest.current = { diagram, units };

  const paint = () => {
    const context = canvas.current?.getContext("2d");
    const run = store.opened.value;
    const colours = theme.value;
    const pointed = edge.value;
    const now = latest.current;
    if (!context) return;
    const ratio = Math.min(2, devicePixelRatio);
    const [width, height] = [now.diagram.width, now.diagram.height].map((side) =>
      Math.round(side * ratio),
    );
    if (context.canvas.width !== width || context.canvas.height !== height) {
      context.canvas.width = width;
      context.canvas.height = height;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, now.diagram.width, now.diagram.height);
    if (!run || String(run.units) !== String(now.units)) return;
    paintEdges(context, now.diagram, now.units, run.weights, colours);
    if (pointed && pointed.layer < now.units.length) {
      paintEdge(context, now.diagram, pointed, colours.ink);
    }
  };
  useSignalEffect(paint);
  useEffect(paint, [diagram.width, diagram.height, diagram.names, String(units)]);
  return html`<canvas class="edges" ref=${canvas} aria-hidden="true"></canvas>`;
}
