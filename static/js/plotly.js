/** Plotly, loaded once, after the page has been painted: it takes a second or more. */

/**
 * @typedef {Object} PlotlyApi the part of it that is used here
 * @property {(box: HTMLElement, traces: object[], layout: object, options: object) => Promise<unknown>} react
 */

/** @type {Promise<PlotlyApi> | null} */
let loading = null;

/**
 * @param {string} address
 * @returns {Promise<PlotlyApi>}
 */
export function loadPlotly(address) {
  loading ??= painted().then(
    () =>
      new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = () => resolve(/** @type {any} */ (globalThis).Plotly);
        script.onerror = () => reject(new Error("Plotly could not be loaded"));
        document.head.append(script);
      }),
  );
  return loading;
}

/** After the first paint, when nothing more urgent is to be done. */
function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(() => requestIdleCallback(resolve, { timeout: 500 })));
  });
}
