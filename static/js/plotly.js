/** Plotly, loaded once, after the page has been painted: it takes a second or more. */

import { literalLayout, literalTrace } from "./chart/literal.js";
import { compare } from "./version.js";

/**
 * @typedef {Object} PlotlyApi the part of it that is used here
 * @property {(box: HTMLElement, traces: object[], layout: object, options: object) => Promise<unknown>} react
 * @property {(box: HTMLElement, x: number) => void} hover as if the pointer were there
 */

const PAUSE = 500;
const LONGEST = 8000;

/** @type {Promise<PlotlyApi> | null} */
let loading = null;

/**
 * @param {string} address
 * @returns {Promise<PlotlyApi>}
 */
export function loadPlotly(address) {
  loading ??= painted().then(() => new Promise((resolve) => attempt(address, resolve, PAUSE)));
  return loading;
}

/**
 * Until it comes: the rest of the page works without it.
 * @param {string} address
 * @param {(api: PlotlyApi) => void} resolve
 * @param {number} pause before the next attempt, should this one fail
 */
function attempt(address, resolve, pause) {
  const script = document.createElement("script");
  script.src = address;
  script.onload = () => resolve(literally(/** @type {any} */ (globalThis).Plotly));
  script.onerror = () => {
    script.remove();
    compare();
    setTimeout(() => attempt(address, resolve, Math.min(2 * pause, LONGEST)), pause);
  };
  document.head.append(script);
}

/**
 * Whatever is drawn has its texts shown as they are.
 * @param {PlotlyApi} api
 * @returns {PlotlyApi}
 */
function literally(api) {
  return {
    react: (box, traces, layout, options) =>
      api.react(box, traces.map(literalTrace), literalLayout(layout), options),
    hover: (box, x) => /** @type {any} */ (api).Fx.hover(box, { xval: x }, "xy"),
  };
}

/** After the first paint, when nothing more urgent is to be done. */
function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(() => requestIdleCallback(resolve, { timeout: 500 })));
  });
}
