import { html, useEffect, useRef, useSignalEffect } from "../../vendor/preact.js";
import { paintBiases, paintEdge, paintEdges, paintStructure } from "../edges.js";
import { frozenParts, frozenTest } from "../parts.js";
import * as store from "../store.js";
import { theme } from "../theme.js";

/** @typedef {import("../geometry.js").Diagram} Diagram */
/** @typedef {import("../geometry.js").Edge} Edge */

/**
 * All weights, on one canvas.
 * @param {{
 *   diagram: Diagram,
 *   units: number[],
 *   edge: import("../../vendor/preact.js").ReadonlySignal<Edge | null>,
 *   range: import("../../vendor/preact.js").ReadonlySignal<[number, number]>,
 * }} props `range`: first and last layer in view
 */
export function Edges({ diagram, units, edge, range }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const latest = useRef({ diagram, units });
  latest.current = { diagram, units };

  const paint = () => {
    const context = canvas.current?.getContext("2d");
    const run = store.opened.value;
    const colours = theme.value;
    const pointed = edge.value;
    const frozen = frozenTest(frozenParts(store.spec.value));
    const looks = { range: range.value, unit: store.inspected.value, frozen };
    const layers = structureOf(store.spec.value);
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
    paintEdges(context, now.diagram, now.units, run.weights, colours, looks);
    paintBiases(context, now.diagram, now.units, run.weights, colours, looks);
    paintStructure(context, now.diagram, layers, colours);
    if (pointed && pointed.layer < now.units.length) {
      paintEdge(context, now.diagram, pointed, colours.ink);
    }
  };
  useSignalEffect(paint);
  const { width, height, top, names } = diagram;
  useEffect(paint, [width, height, top, names, String(units)]);
  return html`<canvas class="edges" ref=${canvas} aria-hidden="true"></canvas>`;
}

/** @param {import("../paths.js").Plain | null} spec */
function structureOf(spec) {
  const layers = /** @type {{batch_norm?: boolean, residual?: boolean}[]} */ (spec?.layers ?? []);
  return layers.map((layer) => ({
    normalized: layer.batch_norm === true,
    residual: layer.residual === true,
  }));
}
