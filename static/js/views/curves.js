import { html, useEffect, useRef, useSignal, useSignalEffect } from "../../vendor/preact.js";
import { decimate } from "../decimate.js";
import { setting } from "../format.js";
import { loadPlotly } from "../plotly.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { hoverLabel, PLOT_OPTIONS } from "./axes.js";

/** @typedef {import("../wire.js").Series} Series */
/** @typedef {"loss" | "accuracy"} Quantity */

const POINTS = 600;

/**
 * Loss and accuracy over the epochs.
 * @param {{plotly: string}} props
 */
export function Curves({ plotly }) {
  const plot = useRef(/** @type {HTMLElement | null} */ (null));
  const chosen = useSignal(/** @type {Quantity} */ ("loss"));
  const log = useSignal(false);
  const size = useSignal({ width: 0, height: 0 });
  const regression = store.task.value === "regression";
  const quantity = regression ? "loss" : chosen.value;

  useEffect(() => {
    if (!plot.current) return;
    const observer = new ResizeObserver(
      ([
        {
          contentRect: { width, height },
        },
      ]) => {
        size.value = { width, height };
      },
    );
    observer.observe(plot.current);
    return () => observer.disconnect();
  }, []);

  useSignalEffect(() => {
    store.pulse.value;
    const view = {
      quantity: store.task.value === "regression" ? "loss" : chosen.value,
      log: log.value && chosen.value === "loss",
      size: size.value,
      colours: theme.value,
    };
    if (view.size.width === 0) return;
    loadPlotly(plotly).then((Plotly) => {
      if (!plot.current) return;
      Plotly.react(plot.current, tracesOf(view), layoutOf(view), PLOT_OPTIONS);
      plot.current.dataset.ready = "";
    });
  });

  const tabs = /** @type {Quantity[]} */ (regression ? ["loss"] : ["loss", "accuracy"]);
  return html`
    <section class="panel curves" aria-label="Curves">
      <div class="tab-bar">
        <div class="tabs" role="tablist" aria-label="Quantity">
          ${tabs.map((name) => html`<${Tab} key=${name} name=${name} chosen=${chosen} quantity=${quantity} />`)}
        </div>
        <span class="key"><i class="solid" aria-hidden="true"></i>test</span>
        <span class="key"><i class="dashed" aria-hidden="true"></i>train</span>
        <label class="check" hidden=${quantity !== "loss"}>
          <input
            type="checkbox"
            checked=${log.value}
            onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
              log.value = currentTarget.checked;
            }}
          />
          log
        </label>
      </div>
      <div
        class="plot"
        id="curve"
        role="tabpanel"
        aria-label=${`${quantity} over the epochs`}
        ref=${plot}
      ></div>
    </section>
  `;
}

/**
 * @param {{
 *   name: Quantity,
 *   chosen: import("../../vendor/preact.js").Signal<Quantity>,
 *   quantity: Quantity,
 * }} props
 */
function Tab({ name, chosen, quantity }) {
  const selected = name === quantity;
  const other = (/** @type {KeyboardEvent & {currentTarget: HTMLElement}} */ event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const { currentTarget: tab } = event;
    const next = tab.nextElementSibling ?? tab.previousElementSibling;
    if (next instanceof HTMLElement) {
      next.focus();
      next.click();
    }
  };
  return html`
    <button
      type="button"
      role="tab"
      aria-selected=${selected}
      aria-controls="curve"
      tabindex=${selected ? 0 : -1}
      onClick=${() => {
        chosen.value = name;
      }}
      onKeyDown=${other}
    >
      ${name[0].toUpperCase() + name.slice(1)}
    </button>
  `;
}

/**
 * @typedef {Object} View
 * @property {string} quantity
 * @property {boolean} log
 * @property {{width: number, height: number}} size
 * @property {typeof theme.value} colours
 */

/** @param {View} view */
function tracesOf({ quantity, log, colours }) {
  const trace = (/** @type {"train" | "test"} */ part, /** @type {object} */ line) => {
    const values = store.history.column(/** @type {Series} */ (`${part}_${quantity}`));
    const kept = decimate(values, POINTS, log ? Math.log10 : undefined);
    return {
      type: "scatter",
      mode: "lines",
      name: part,
      x: kept,
      y: kept.map((index) => values[index]),
      line,
      hovertemplate: quantity === "loss" ? "%{y:.4g}" : "%{y:.1%}",
    };
  };
  return [
    trace("train", { color: colours.muted, width: 1.5, dash: "4px,3px" }),
    trace("test", { color: colours.ink, width: 1.75 }),
  ];
}

/** @param {View} view */
function layoutOf({ quantity, log, size, colours }) {
  const axis = {
    tickfont: { size: 11, color: colours.muted, family: colours.font },
    gridcolor: colours.line,
    zeroline: false,
    ticklabelstandoff: 3,
    fixedrange: true,
  };
  const last = Math.max(10, store.history.length - 1);
  return {
    ...size,
    margin: { l: 44, r: 8, t: 8, b: 24, pad: 0 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    xaxis: { ...axis, showgrid: false, range: [0, last], nticks: 6, tickformat: ",d" },
    yaxis: {
      ...axis,
      type: log ? "log" : "linear",
      nticks: 5,
      ...(quantity === "accuracy" ? accuracyAxis() : { rangemode: "tozero" }),
      ...(log ? logTicks() : {}),
    },
    showlegend: false,
    dragmode: false,
    hovermode: "x unified",
    hoverlabel: hoverLabel(colours),
  };
}

/** From the tenth below the least accuracy up to all. */
function accuracyAxis() {
  let least = 1;
  for (const name of /** @type {Series[]} */ (["train_accuracy", "test_accuracy"])) {
    for (const value of store.history.column(name)) if (value < least) least = value;
  }
  return { tickformat: ".0%", range: [Math.min(0.9, Math.floor(10 * least) / 10), 1.01] };
}

/** Powers of ten, with numbers between them while there is room. */
function logTicks() {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const name of /** @type {Series[]} */ (["train_loss", "test_loss"])) {
    for (const value of store.history.column(name)) {
      if (value > 0 && value < least) least = value;
      if (value > most && value < Number.POSITIVE_INFINITY) most = value;
    }
  }
  if (!(least <= most)) return {};
  const low = Math.floor(Math.log10(least));
  const high = Math.ceil(Math.log10(most));
  const few = high - low <= 2 ? [1, 2, 5] : [1];
  const between = most / least < 6 ? [1, 2, 3, 4, 5, 6, 8] : few;
  const every = Math.ceil((high - low) / 5);
  /** @type {number[]} */
  const tickvals = [];
  for (let power = high; power >= low - 1; power -= every || 1) {
    for (const digit of between) tickvals.push(Number(`${digit}e${power}`));
  }
  return { tickvals, ticktext: tickvals.map(setting) };
}
