import {
  html,
  useComputed,
  useEffect,
  useRef,
  useSignal,
  useSignalEffect,
} from "../../vendor/preact.js";
import { t } from "../i18n.js";
import { loadPlotly } from "../plotly.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { axisNames, MARGIN, PLOT_OPTIONS } from "./axes.js";
import { colourOf } from "./points.js";
import { useSize } from "./size.js";

/** @typedef {import("../wire.js").RunPicture} RunPicture */
/** @typedef {import("../api.js").Data} Data */

/** Every so-manieth cell: more cannot be seen, and takes long. */
const EVERY = 3;

/** Whether the browser can draw in three dimensions. */
function drawsInSpace() {
  const canvas = document.createElement("canvas");
  return canvas.getContext("webgl2") !== null || canvas.getContext("webgl") !== null;
}

/**
 * The predicted values as a surface over the plane, which can be turned.
 * @param {{plotly: string}} props
 */
export function Surface({ plotly }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const size = useSize(box);
  const side = useComputed(() => Math.round(size.value.width));
  const able = useSignal(true);

  useEffect(() => {
    able.value = drawsInSpace();
  }, []);

  useSignalEffect(() => {
    store.pulse.value; // as often as numbers change: a surface takes a while to draw
    const run = store.picture.peek()?.runs[store.selected.value];
    const data = store.data.value;
    const [width, colours] = [side.value, theme.value];
    if (!run || !data || width === 0 || !able.value) return;
    const traces = [surface(run, data, colours), ...points(data, colours)];
    loadPlotly(plotly).then((Plotly) => {
      if (!box.current) return;
      Plotly.react(box.current, traces, layout(data, width, colours), PLOT_OPTIONS);
      box.current.dataset.ready = "";
    });
  });

  return html`
    <div class="plane">
      ${
        able.value
          ? html`
              <div
                class="plot surface"
                role="img"
                aria-label=${t("Surface of the predicted values over the plane; drag to turn it")}
                ref=${box}
              ></div>
            `
          : html`
              <p class="no-surface">
                ${t("This browser cannot draw in three dimensions: it has no WebGL. The map under Value shows the same.")}
              </p>
            `
      }
    </div>
  `;
}

/**
 * @param {RunPicture} run
 * @param {Data} data
 * @param {typeof theme.value} colours
 */
function surface({ boundary, boundaryScale, cells }, { domain }, colours) {
  const [left, right, bottom, top] = domain;
  const chosen = Array.from({ length: Math.ceil(cells / EVERY) }, (_, k) => k * EVERY);
  const share = (/** @type {number} */ cell) => (cell + 0.5) / cells;
  return {
    type: "surface",
    x: chosen.map((cell) => left + (right - left) * share(cell)),
    y: chosen.map((cell) => top - (top - bottom) * share(cell)),
    z: chosen.map((row) =>
      chosen.map((column) => (boundary[row * cells + column] / 127) * boundaryScale),
    ),
    cmin: -boundaryScale,
    cmax: boundaryScale,
    colorscale: [
      [0, colours["negative-tint"]],
      [0.5, colours.panel],
      [1, colours["positive-tint"]],
    ],
    showscale: false,
    lighting: { ambient: 0.85, diffuse: 0.4, specular: 0.05, roughness: 0.9 },
    hoverinfo: "x+y+z",
  };
}

/**
 * @param {Data} data
 * @param {typeof theme.value} colours
 */
function points(data, colours) {
  const parts = store.showTest.value ? [data.train, data.test] : [data.train];
  return parts.map(({ x, y }) => ({
    type: "scatter3d",
    mode: "markers",
    x: x.map(([x1]) => x1),
    y: x.map(([, x2]) => x2),
    z: y,
    marker: { size: 2.5, color: y.map((target) => colourOf(target, true, colours)) },
    hoverinfo: "x+y+z",
  }));
}

/**
 * @param {Data} data
 * @param {number} side
 * @param {typeof theme.value} colours
 */
function layout(data, side, colours) {
  const [across, up] = axisNames(data);
  const axis = (/** @type {string} */ text) => ({
    title: { text, font: { size: 12, color: colours.ink } },
    tickfont: { size: 10, color: colours.muted },
    gridcolor: colours.line,
    zerolinecolor: colours.line,
    showspikes: false,
  });
  return {
    width: side,
    height: side,
    margin: { l: 0, r: 0, t: 0, b: MARGIN.b },
    paper_bgcolor: "rgba(0,0,0,0)",
    font: { family: colours.font, color: colours.muted },
    showlegend: false,
    uirevision: "kept", // as it was turned
    scene: {
      xaxis: axis(across),
      yaxis: axis(up),
      zaxis: axis(t("value")),
      aspectmode: "cube",
      camera: { eye: { x: -1.3, y: -1.5, z: 0.9 } },
    },
  };
}
