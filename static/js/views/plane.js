import { html, useEffect, useRef, useSignal, useSignalEffect } from "../../vendor/preact.js";
import {
  paintDifference,
  paintOutput,
  paintOutputUnit,
  paintSharp,
  paintSpread,
  paintUnit,
} from "../maps.js";
import * as modes from "../modes.js";
import { loadPlotly } from "../plotly.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { axesLayout, axisNames, hoverTraces, MARGIN, PLOT_OPTIONS } from "./axes.js";
import { paintPoints } from "./points.js";
import { ProbeMark, probing } from "./probe.js";

/** @typedef {import("../store.js").Unit} Unit */

/**
 * Field and points on canvases of our own, which keep up with training, under a transparent plot
 * that gives the axes and the hover.
 * @param {{plotly: string}} props
 */
export function Plane({ plotly }) {
  const field = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const dots = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const plot = useRef(/** @type {HTMLElement | null} */ (null));
  const side = useSignal(0);

  useEffect(() => {
    if (!dots.current) return;
    const observer = new ResizeObserver(([{ contentRect }]) => {
      side.value = Math.round(contentRect.width);
    });
    observer.observe(dots.current);
    return () => observer.disconnect();
  }, []);

  useSignalEffect(() => {
    const picture = store.picture.value;
    if (!picture) return; // with a context, the canvas would be black
    const context = field.current?.getContext("2d", { alpha: false });
    if (context) paintPlane(context, picture, theme.value);
  });

  useSignalEffect(() => {
    const context = dots.current?.getContext("2d");
    const data = store.data.value;
    if (!context || !data || side.value === 0) return;
    const ratio = devicePixelRatio;
    const width = side.value;
    context.canvas.width = context.canvas.height = Math.round(width * ratio);
    context.scale(ratio, ratio);
    const [left, right, bottom, top] = data.domain;
    const place = (/** @type {number} */ x1, /** @type {number} */ x2) =>
      /** @type {[number, number]} */ ([
        ((x1 - left) / (right - left)) * width,
        ((top - x2) / (top - bottom)) * width,
      ]);
    const regression = data.task === "regression";
    const many = data.train.x.length + data.test.x.length;
    const radius = many > 2000 ? 2 : 3.25;
    const look = { regression, tones: theme.value, radius };
    if (store.showTest.value) {
      paintPoints(context, data.test, place, { ...look, hollow: true });
    }
    paintPoints(context, data.train, place, { ...look, hollow: false });
  });

  useSignalEffect(() => {
    const { value: data } = store.data;
    const colours = theme.value;
    const width = side.value;
    const traces = hoverTraces(data, store.showTest.value);
    if (!data || width === 0) return;
    loadPlotly(plotly).then((Plotly) => {
      if (!plot.current) return;
      Plotly.react(plot.current, traces, axesLayout(data, width, colours), PLOT_OPTIONS);
      plot.current.dataset.ready = "";
    });
  });

  const [across, up] = axisNames(store.data.value);
  const inset = { inset: `${MARGIN.t}px ${MARGIN.r}px ${MARGIN.b}px ${MARGIN.l}px` };
  return html`
    <div
      class="plane"
      role="img"
      aria-labelledby="output-title plane-text"
      ...${probing(store.selected.value, ".field-frame")}
    >
      <p id="plane-text" class="sr-only">
        Map of the plane, ${across} to the right and ${up} upward, with the training points.
      </p>
      <div class="field-frame" style=${inset}>
        <canvas class="field-map" width="100" height="100" ref=${field}></canvas>
        <canvas class="dots" ref=${dots}></canvas>
        <${ProbeMark} lane=${store.selected.value} />
      </div>
      <div class="plot" ref=${plot} aria-hidden="true"></div>
    </div>
  `;
}

/**
 * What is chosen to be shown; the output until there is a picture of that.
 * @param {CanvasRenderingContext2D} context
 * @param {import("../wire.js").Picture} picture
 * @param {import("../maps.js").Tables & {shade: Uint32Array, blank: number}} tables
 */
function paintPlane(context, picture, tables) {
  const mode = modes.shown.value;
  const run = picture.runs[store.selected.value];
  const found = modes.subtracted.value;
  if (mode === "difference" && found) paintDifference(context, found, tables);
  else if (mode === "disagreement" && run?.spread) paintSpread(context, run, tables);
  else paintField(context, picture, store.inspected.value, tables);
}

/**
 * The output, or the inspected unit: at once from its small map, sharp when that has come.
 * @param {CanvasRenderingContext2D} context
 * @param {import("../wire.js").Picture} picture
 * @param {Unit | null} unit
 * @param {import("../maps.js").Tables} tables
 */
function paintField(context, picture, unit, tables) {
  const index = store.selected.value;
  const run = picture.runs[index];
  if (!run) return;
  if (!unit || unit.layer >= run.units.length) return paintOutput(context, run, tables);
  if (unit.unit >= run.units[unit.layer]) return;
  if (unit.layer === run.units.length - 1) return paintOutputUnit(context, run, unit.unit, tables);
  const sharp = picture.focus.find(
    (one) => one.run === index && one.layer === unit.layer && one.unit === unit.unit,
  );
  if (sharp?.map) paintSharp(context, sharp.map, sharp.cells, sharp.scale, tables);
  else if (run.opened) paintUnit(context, run.opened, unit.layer, unit.unit, tables);
}
