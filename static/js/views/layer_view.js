import { html, useComputed, useRef, useSignalEffect } from "../../vendor/preact.js";
import { percent } from "../format.js";
import { explainsMark } from "../glossary.js";
import { message, t } from "../i18n.js";
import * as modes from "../modes.js";
import { layerName, unitName } from "../names.js";
import { equal } from "../paths.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import {
  clothOf,
  corners,
  drape,
  framed,
  paintLine,
  paintLines,
  placing,
  turned,
} from "../warped.js";
import { INSET } from "./plane.js";
import { paintGlow, paintPoints } from "./points.js";
import { useSize } from "./size.js";

/** @typedef {import("../wire.js").Warp} Warp */
/** @typedef {{currentTarget: HTMLSelectElement}} Select */

const PRINCIPAL = message("Principal plane");
const PAIR = message("Two units");

/** What a layer sees: the plane and its points where the layer has put them, live. */
export function LayerView() {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const size = useSize(canvas);
  const side = useComputed(() => Math.round(size.value.width));
  const shown = useRef(/** @type {{of: unknown, warp: Warp} | null} */ (null));

  useSignalEffect(() => {
    const context = canvas.current?.getContext("2d");
    const run = store.picture.value?.runs[store.selected.value];
    const width = side.value;
    if (!context || !run?.warp || width === 0) return;
    const of = { lane: store.selected.value, units: run.units, view: viewOf(run.warp) };
    const before = equal(of, shown.current?.of) ? (shown.current?.warp ?? null) : null;
    const warp = turned(run.warp, before);
    shown.current = { of, warp };
    paint(context, run, warp, width);
  });

  const run = store.picture.value?.runs[store.selected.value];
  const warp = run?.warp && equal(viewOf(run.warp), modes.layerView.value) ? run.warp : null;
  return html`
    <div class="plane">
      <div class="field-frame" style=${INSET} role="img" aria-label=${spoken()}>
        <canvas class="layer-map" ref=${canvas}></canvas>
      </div>
      ${warp && html`<${Axes} warp=${warp} />`}
    </div>
  `;
}

/** @param {Warp} warp */
function viewOf({ layer, units }) {
  return { layer, units };
}

function spoken() {
  const { value: view } = modes.layerView;
  const layer = layerName(view?.layer ?? 0, store.units.value);
  return t("The plane's grid and the points as they come out of: {layer}", { layer });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("../wire.js").RunPicture} run
 * @param {Warp} warp
 * @param {number} width
 */
function paint(context, run, warp, width) {
  const ratio = devicePixelRatio;
  const pixels = Math.round(width * ratio);
  context.canvas.width = context.canvas.height = pixels;
  const image = context.createImageData(pixels, pixels);
  const inPixels = corners(warp, placing(framed(warp, pixels, ratio)));
  drape(new Uint32Array(image.data.buffer), pixels, inPixels, clothOf(run, theme.value));
  context.putImageData(image, 0, 0);
  context.scale(ratio, ratio);
  const frame = framed(warp, width);
  const place = placing(frame);
  paintLines(context, corners(warp, place), theme.value.ink);
  if (warp.line) paintLine(context, warp.line, frame, theme.value.ink);
  const data = store.data.value;
  if (!data) return;
  const radius = data.train.x.length + data.test.x.length > 2000 ? 2 : 3.25;
  const look = { regression: data.task === "regression", tones: theme.value, radius };
  const count = warp.points.length / 2;
  const here = (/** @type {import("../store.js").PointAt} */ at) => {
    const index = modes.answerIndex(data, at);
    if (index < 0 || index >= count) return null;
    return /** @type {[number, number]} */ ([warp.points[index], warp.points[count + index]]);
  };
  for (const part of /** @type {const} */ (["test", "train"])) {
    if (part === "test" && !store.showTest.value) continue;
    const known = data[part].y.flatMap((y, index) => {
      const x = here({ part, index });
      return x ? [{ x, y }] : [];
    });
    const points = { x: known.map(({ x }) => x), y: known.map(({ y }) => y) };
    if (part === "train") {
      const glowing = (store.lastBatch.value?.points ?? []).flatMap((index) => {
        const x = here({ part, index });
        return x ? [place(...x)] : [];
      });
      paintGlow(context, glowing, radius, theme.value.accent);
    }
    paintPoints(context, points, place, { ...look, hollow: part === "test" });
  }
}

/** @param {{warp: Warp}} props */
function Axes({ warp }) {
  const { value: units } = store.units;
  const [across, up] = warp.units
    ? warp.units.map((unit) => unitName(warp.layer, unit, units))
    : warp.shares.map((share, axis) =>
        axis === 0
          ? t("1st direction, {share} of the variance", { share: percent(share, 0) })
          : t("2nd direction, {share}", { share: percent(share, 0) }),
      );
  return html`
    <span class="layer-axis up">↑ ${up}</span>
    <span class="layer-axis across">${across} →</span>
  `;
}

/** Which layer, and along which of its units. */
export function LayerChoice() {
  const { value: view } = modes.layerView;
  const { value: units } = store.units;
  if (!view) return null;
  const pair = view.units;
  const count = units[view.layer];
  const option = (
    /** @type {number} */ value,
    /** @type {string} */ name,
    /** @type {number} */ now,
  ) => html`<option key=${value} value=${String(value)} selected=${value === now}>${name}</option>`;
  const unit = (/** @type {0 | 1} */ axis, /** @type {string} */ name) => html`
    <select
      class="small"
      aria-label=${name}
      onChange=${(/** @type {Select} */ { currentTarget }) => {
        const chosen = /** @type {[number, number]} */ ([...(pair ?? [0, 1])]);
        chosen[axis] = Number(currentTarget.value);
        modes.chosenUnits.value = chosen;
      }}
    >
      ${Array.from({ length: count }, (_, k) => option(k, unitName(view.layer, k, units), pair?.[axis] ?? -1))}
    </select>
  `;
  return html`
    <p class="rivals" ...${explainsMark("marks.layer_view")}>
      <select
        class="small"
        aria-label=${t("Layer shown")}
        onChange=${(/** @type {Select} */ { currentTarget }) => {
          modes.chosenLayer.value = Number(currentTarget.value);
          modes.chosenUnits.value = null;
        }}
      >
        ${units.map((_, layer) => option(layer, layerName(layer, units), view.layer))}
      </select>
      <select
        class="small"
        aria-label=${t("Seen along")}
        disabled=${count < 2}
        onChange=${(/** @type {Select} */ { currentTarget }) => {
          modes.chosenUnits.value = currentTarget.value === "1" ? [0, 1] : "principal";
        }}
      >
        ${option(0, t(PRINCIPAL), pair ? 1 : 0)} ${option(1, t(PAIR), pair ? 1 : 0)}
      </select>
      ${pair && unit(0, t("Unit to the right"))} ${pair && unit(1, t("Unit upward"))}
    </p>
  `;
}
