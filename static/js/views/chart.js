import { html, useEffect, useRef, useSignal, useSignalEffect } from "../../vendor/preact.js";
import { AXES } from "../chart/axis.js";
import { figureOf } from "../chart/figure.js";
import { columns, paintHeat } from "../chart/heat.js";
import { MARGIN, rowDomain } from "../chart/layout.js";
import { visited } from "../chart/visits.js";
import { across, drew, KEYS, showAll, upward } from "../chart/zoom.js";
import { whole } from "../format.js";
import { t } from "../i18n.js";
import { pressed } from "../keys.js";
import { loadPlotly } from "../plotly.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { PLOT_OPTIONS } from "./axes.js";
import { useSize } from "./size.js";

/** @typedef {import("../chart/quantities.js").Kind} Kind */

/** Drawing takes at most about an eighth of the time, however much there is to draw. */
const SHARE = 8;
/** Milliseconds between two drawings at most, however long the first one took. */
const LONGEST = 1000;
const OPTIONS = { ...PLOT_OPTIONS, doubleClick: "autosize", showAxisDragHandles: false };

/**
 * The lanes over each other in one plot, redrawn at most at every pulse.
 * @param {{plotly: string, kind: Kind}} props
 */
export function Chart({ plotly, kind }) {
  const plot = useRef(/** @type {HTMLElement | null} */ (null));
  const shades = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const size = useSize(plot);
  const due = useRef({ at: 0, timer: 0 });
  /** Counts what had to wait. */
  const late = useSignal(0);
  /** A part is being marked, which drawing would end. */
  const marking = useSignal(false);

  useEffect(() => {
    const end = () => {
      marking.value = false;
    };
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
    return () => {
      clearTimeout(due.current.timer);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
    };
  }, []);

  useSignalEffect(() => {
    late.value;
    store.pulse.value;
    if (marking.value) return;
    const begun = performance.now();
    if (begun < due.current.at) {
      due.current.timer ||= setTimeout(() => {
        due.current.timer = 0;
        late.value++;
      }, due.current.at - begun);
      return;
    }
    const { traces, layout, heat } = figureOf(size.value);
    const { shade } = theme.value;
    const counted = performance.now() - begun;
    if (size.value.width === 0) return;
    loadPlotly(plotly).then((Plotly) => {
      const { current: box } = plot;
      if (!box || marking.peek()) return;
      const drawn = performance.now();
      if (shades.current) paint(shades.current, heat, layout, shade);
      Plotly.react(box, traces, layout, OPTIONS);
      drew(layout.xaxis.range);
      const now = performance.now();
      due.current.at = now + Math.min(LONGEST, (SHARE - 1) * (now - drawn + counted));
      if (box.dataset.ready === undefined) /** @type {any} */ (box).on("plotly_relayout", zoomTo);
      box.dataset.ready = "";
      box.dataset.draws = String(Number(box.dataset.draws ?? 0) + 1);
    });
  });

  useSignalEffect(() => {
    const mark = visited.value;
    const { current: box } = plot;
    if (!mark || box?.dataset.ready === undefined) return;
    loadPlotly(plotly).then(({ hover }) => hover(box, mark.x));
  });

  const press = (/** @type {KeyboardEvent} */ event) => {
    const found = KEYS.find(({ key }) => key === pressed(event));
    if (!found || event.altKey) return;
    event.preventDefault();
    found.command();
  };
  return html`
    <div class="chart">
      <canvas class="shades" hidden aria-hidden="true" ref=${shades}></canvas>
      <div
        class="plot"
        id="curve"
        role="tabpanel"
        tabindex="0"
        data-own-arrows
        aria-label=${t(kind.label)}
        ref=${plot}
        onKeyDown=${press}
        onBlur=${() => {
          visited.value = null;
        }}
        onPointerDown=${() => {
          marking.value = true;
        }}
      ></div>
      <p class="sr-only" role="status">${visited.value && toldOf(visited.value)}</p>
    </div>
  `;
}

/** @param {import("../chart/visits.js").Mark} mark */
const toldOf = ({ x, text }) =>
  t("At {place} {axis}: {mark}", {
    axis: t(AXES[store.axis.value].title),
    place: whole(x),
    mark: text,
  });

/**
 * A part has been marked with the pointer, or a double click asked for all of it.
 * @param {Record<string, any>} event Plotly's
 */
function zoomTo(event) {
  if (event["xaxis.autorange"] || event["yaxis.autorange"]) return showAll();
  const [left, right] = [event["xaxis.range[0]"], event["xaxis.range[1]"]];
  const [bottom, top] = [event["yaxis.range[0]"], event["yaxis.range[1]"]];
  if (left !== undefined) across.value = [Math.max(0, left), right];
  if (bottom === undefined) return;
  const log = /** @type {any} */ (document.getElementById("curve")).layout.yaxis.type === "log";
  upward.value = log ? [10 ** bottom, 10 ** top] : [bottom, top];
}

/**
 * The shades of the activations, below the axes.
 * @param {HTMLCanvasElement} canvas
 * @param {import("../chart/figure.js").Heat | null} heat
 * @param {Record<string, any>} layout
 * @param {Uint32Array} shade
 */
function paint(canvas, heat, layout, shade) {
  canvas.hidden = heat === null;
  const width = Math.round(layout.width - MARGIN.l - MARGIN.r);
  const height = Math.round(layout.height - MARGIN.t - MARGIN.b);
  if (!heat || width <= 0 || height <= 0) return;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.clearRect(0, 0, width, height);
  const { trail, places, extents } = heat;
  const samples = columns(places, layout.xaxis.range, width);
  extents.forEach((extent, layer) => {
    const [bottom, top] = rowDomain(layer, extents.length).map((share) =>
      Math.round((1 - share) * height),
    );
    if (bottom <= top) return;
    const image = context.createImageData(width, bottom - top);
    const pixels = new Uint32Array(image.data.buffer);
    paintHeat(pixels, width, trail, { layer, extent, samples }, shade);
    context.putImageData(image, 0, top);
  });
}
