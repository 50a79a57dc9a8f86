import { html, useComputed, useRef, useSignalEffect } from "../../vendor/preact.js";
import { t } from "../i18n.js";
import { closerOf, paintCloser, paintPlane } from "../painting.js";
import { loadPlotly } from "../plotly.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import * as zoom from "../zoom.js";
import { axesLayout, axisNames, MARGIN, PLOT_OPTIONS } from "./axes.js";
import { navigating } from "./navigation.js";
import { PointCard } from "./point.js";
import { emphasis, paintGlow, paintPoints } from "./points.js";
import { ProbeMark } from "./probe.js";
import { useSize } from "./size.js";
import { ZoomButtons } from "./zoom.js";

/** @typedef {import("../store.js").Domain} Domain */

/** Where the field lies in the plane, with room for the axes. */
export const INSET = {
  inset: [MARGIN.t, MARGIN.r, MARGIN.b, MARGIN.l].map((side) => `${side}px`).join(" "),
};

/**
 * Field and points on canvases of our own, which keep up with training, under a transparent plot
 * that gives the axes. A part of the plane is shown at once from the map of the whole, stretched,
 * and under the map of that part as soon as there is one.
 * @param {{plotly: string}} props
 */
export function Plane({ plotly }) {
  const field = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const part = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const dots = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const plot = useRef(/** @type {HTMLElement | null} */ (null));
  const size = useSize(dots);
  const side = useComputed(() => Math.round(size.value.width));

  useSignalEffect(() => {
    const picture = store.picture.value;
    const [seen, whole] = [zoom.seen.value, zoom.whole.value];
    if (!picture || !seen || !whole) return; // with a context, the canvas would be black
    const run = picture.runs[store.selected.value];
    const closer = closerOf(run);
    const covered = closer !== null && String(closer.domain) === String(seen);
    show(part.current, closer?.domain ?? null, seen, (context) => {
      if (closer) paintCloser(context, run, closer, theme.value);
    });
    show(field.current, covered ? null : whole, seen, (context) =>
      paintPlane(context, picture, theme.value),
    );
  });

  useSignalEffect(() => {
    const context = dots.current?.getContext("2d");
    const [data, seen] = [store.data.value, zoom.seen.value];
    if (!context || !data || !seen || side.value === 0) return;
    paintData(context, data, seen, side.value);
  });

  useSignalEffect(() => {
    const [data, seen] = [store.data.value, zoom.seen.value];
    const colours = theme.value;
    const width = side.value;
    if (!data || !seen || width === 0) return;
    loadPlotly(plotly).then((Plotly) => {
      if (!plot.current) return;
      Plotly.react(plot.current, [], axesLayout(data, seen, width, colours), PLOT_OPTIONS);
      plot.current.dataset.ready = "";
    });
  });

  const [across, up] = axisNames(store.data.value);
  return html`
    <div class="plane">
      <p id="plane-text" class="sr-only">
        ${t(
          "Map of the plane, {across} to the right and {up} upward, with the training points. Arrow keys go from point to point, plus and minus zoom, Shift with an arrow key moves the view, 0 shows all.",
          { across, up },
        )}
      </p>
      <div class="plot" ref=${plot} aria-hidden="true"></div>
      <div
        class=${store.domain.value ? "field-frame zoomed" : "field-frame"}
        style=${INSET}
        tabindex="0"
        role="application"
        aria-label=${t("Map of the plane")}
        aria-describedby="plane-text"
        data-own-arrows
        ...${navigating()}
      >
        <div class="maps">
          <canvas class="field-map" width="100" height="100" ref=${field}></canvas>
          <canvas class="closer-map" width="100" height="100" ref=${part}></canvas>
        </div>
        <canvas class="dots" ref=${dots}></canvas>
        <${ProbeMark} lane=${store.selected.value} domain=${zoom.seen.value} />
        <${PointCard} />
      </div>
      <${ZoomButtons} />
    </div>
  `;
}

/**
 * Paints a map and puts it where it belongs in what is seen.
 * @param {HTMLCanvasElement | null} canvas
 * @param {Domain | null} domain of the map; null hides it
 * @param {Domain} seen
 * @param {(context: CanvasRenderingContext2D) => void} paint
 */
function show(canvas, domain, seen, paint) {
  if (!canvas) return;
  canvas.hidden = domain === null;
  if (domain === null) return;
  const [width, height] = [seen[1] - seen[0], seen[3] - seen[2]];
  const percent = (/** @type {number} */ share) => `${100 * share}%`;
  Object.assign(canvas.style, {
    left: percent((domain[0] - seen[0]) / width),
    top: percent((seen[3] - domain[3]) / height),
    width: percent((domain[1] - domain[0]) / width),
    height: percent((domain[3] - domain[2]) / height),
  });
  const context = canvas.getContext("2d", { alpha: false });
  if (context) paint(context);
}

/**
 * The points that are shown, and behind those of the last mini-batch a glow.
 * @param {CanvasRenderingContext2D} context
 * @param {import("../api.js").Data} data
 * @param {Domain} seen
 * @param {number} width
 */
function paintData(context, data, [left, right, bottom, top], width) {
  const ratio = devicePixelRatio;
  context.canvas.width = context.canvas.height = Math.round(width * ratio);
  context.scale(ratio, ratio);
  const place = (/** @type {number} */ x1, /** @type {number} */ x2) =>
    /** @type {[number, number]} */ ([
      ((x1 - left) / (right - left)) * width,
      ((top - x2) / (top - bottom)) * width,
    ]);
  const { train, test } = data;
  const radius = train.x.length + test.x.length > 2000 ? 2 : 3.25;
  const look = { regression: data.task === "regression", tones: theme.value, radius };
  const of = emphasis.value?.of;
  const glowing = (store.lastBatch.value?.points ?? []).filter((index) => index < train.x.length);
  const places = glowing.map((index) => place(...train.x[index]));
  paintGlow(context, places, radius, theme.value.accent);
  for (const part of /** @type {const} */ (["test", "train"])) {
    const hollow = part === "test";
    if (hollow && !store.showTest.value) continue;
    paintPoints(context, data[part], place, {
      ...look,
      hollow,
      of: of && ((index) => of(part, index)),
    });
  }
  const { value: at } = store.pointAt;
  const chosen = at && data[at.part].x[at.index];
  if (chosen) paintRing(context, place(...chosen), radius, theme.value.accent);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number]} place
 * @param {number} radius of the point
 * @param {string} colour
 */
function paintRing(context, [x, y], radius, colour) {
  context.beginPath();
  context.arc(x, y, radius + 3, 0, 2 * Math.PI);
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.stroke();
}
