import { html, useEffect, useRef, useSignal, useSignalEffect } from "../../vendor/preact.js";
import { decimate } from "../decimate.js";
import { setting } from "../format.js";
import { loadPlotly } from "../plotly.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { hoverLabel, PLOT_OPTIONS } from "./axes.js";
import { explainsOnHover } from "./help.js";

/** @typedef {import("../history.js").Series} Series */
/** @typedef {"loss" | "accuracy" | "r2" | "rate"} Quantity */

const POINTS = 600;
const PARTS = /** @type {const} */ (["train", "test"]);

/**
 * @typedef {Object} Kind what a tab shows
 * @property {string} title
 * @property {string} name
 * @property {string} description
 * @property {string} [formula]
 * @property {Partial<Record<"train" | "test", Series>>} series
 * @property {boolean} positive it can be drawn on a logarithmic scale
 * @property {string} hover
 */

/** @type {Record<Quantity, Kind>} */
const KINDS = {
  loss: {
    title: "Loss",
    name: "loss",
    description:
      "What training makes small, as a mean over the points of each part. L1 and L2 penalties are left out, so that runs can be compared.",
    series: { train: "train_loss", test: "test_loss" },
    positive: true,
    hover: "%{y:.4g}",
  },
  accuracy: {
    title: "Accuracy",
    name: "accuracy",
    description: "Share of the points that are given their own class.",
    series: { train: "train_accuracy", test: "test_accuracy" },
    positive: false,
    hover: "%{y:.1%}",
  },
  r2: {
    title: "R²",
    name: "R²",
    description:
      "Share of the variance of the targets that the network explains: 1 is perfect, 0 is no better than their mean.",
    formula: "1 - Σ (target - prediction)² / Σ (target - mean)²",
    series: { train: "train_r2", test: "test_r2" },
    positive: false,
    hover: "%{y:.4f}",
  },
  rate: {
    title: "Learning rate",
    name: "learning rate",
    description: "The rate in force at the end of each epoch, as the schedule has it.",
    series: { test: "learning_rate" },
    positive: true,
    hover: "%{y:.4g}",
  },
};

/**
 * Loss, accuracy and learning rate over the epochs.
 * @param {{plotly: string}} props
 */
export function Curves({ plotly }) {
  const plot = useRef(/** @type {HTMLElement | null} */ (null));
  const chosen = useSignal(/** @type {Quantity} */ ("loss"));
  const log = useSignal(false);
  const size = useSignal({ width: 0, height: 0 });
  const regression = store.task.value === "regression";
  const tabs = /** @type {Quantity[]} */ (["loss", regression ? "r2" : "accuracy", "rate"]);
  const quantity = offered(chosen.value, regression);
  const { name, series, positive } = KINDS[quantity];

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
    const kind = KINDS[offered(chosen.value, store.task.value === "regression")];
    const view = {
      kind,
      log: log.value && kind.positive,
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

  return html`
    <section class="panel curves" aria-label="Curves">
      <div class="tab-bar">
        <div class="tabs" role="tablist" aria-label="Quantity">
          ${tabs.map((one) => html`<${Tab} key=${one} name=${one} chosen=${chosen} quantity=${quantity} />`)}
        </div>
        <label class="check" hidden=${!positive}>
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
      <p class=${positive ? "keys" : "keys low"} hidden=${!series.train}>
        <span class="key"><i class="solid" aria-hidden="true"></i>test</span>
        <span class="key"><i class="dashed" aria-hidden="true"></i>train</span>
      </p>
      <div
        class="plot"
        id="curve"
        role="tabpanel"
        aria-label=${`${name} over the epochs`}
        ref=${plot}
      ></div>
    </section>
  `;
}

/**
 * What is shown of what was chosen: values have R² where classes have accuracy.
 * @param {Quantity} quantity
 * @param {boolean} regression
 * @returns {Quantity}
 */
function offered(quantity, regression) {
  if (quantity === "loss" || quantity === "rate") return quantity;
  return regression ? "r2" : "accuracy";
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
    const next =
      event.key === "ArrowRight"
        ? (tab.nextElementSibling ?? tab.parentElement?.firstElementChild)
        : (tab.previousElementSibling ?? tab.parentElement?.lastElementChild);
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
      ...${explainsOnHover(KINDS[name])}
    >
      ${KINDS[name].title}
    </button>
  `;
}

/**
 * @typedef {Object} View
 * @property {Kind} kind
 * @property {boolean} log
 * @property {{width: number, height: number}} size
 * @property {typeof theme.value} colours
 */

/** @param {View} view */
function tracesOf({ kind, log, colours }) {
  const lines = {
    train: { color: colours.muted, width: 1.5, dash: "4px,3px" },
    test: { color: colours.ink, width: 1.75 },
  };
  return PARTS.flatMap((part) => {
    const series = kind.series[part];
    if (!series) return [];
    const values = store.history.column(series);
    const kept = decimate(values, POINTS, log ? Math.log10 : undefined);
    return [
      {
        type: "scatter",
        mode: "lines",
        name: kind.series.train ? part : kind.name,
        x: kept,
        y: kept.map((index) => values[index]),
        line: lines[part],
        hovertemplate: kind.hover,
      },
    ];
  });
}

/** @param {View} view */
function layoutOf({ kind, log, size, colours }) {
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
      ...(kind.positive ? { rangemode: "tozero" } : shareAxis(kind)),
      ...(log ? logTicks(kind) : {}),
    },
    showlegend: false,
    dragmode: false,
    hovermode: "x unified",
    hoverlabel: hoverLabel(colours),
  };
}

/**
 * From the tenth below the least value up to 1; what is far below is cut off.
 * @param {Kind} kind
 */
function shareAxis(kind) {
  const least = Math.min(1, extentOf(kind)[0]);
  const percent = kind === KINDS.accuracy ? { tickformat: ".0%" } : {};
  return { ...percent, range: [Math.max(-1, Math.min(0.9, Math.floor(10 * least) / 10)), 1.01] };
}

/**
 * Powers of ten, with numbers between them while there is room.
 * @param {Kind} kind
 */
function logTicks(kind) {
  const [least, most] = extentOf(kind, 0);
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

/**
 * The least and the largest finite value above a bound.
 * @param {Kind} kind
 */
function extentOf({ series }, above = Number.NEGATIVE_INFINITY) {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const part of PARTS) {
    if (!series[part]) continue;
    for (const value of store.history.column(series[part])) {
      if (value > above && value < least) least = value;
      if (value > most && value < Number.POSITIVE_INFINITY) most = value;
    }
  }
  return [least, most];
}
