import { html } from "../../vendor/preact.js";
import { KINDS, offered, SUMMARY } from "../chart/quantities.js";
import { showAll, zoomed } from "../chart/zoom.js";
import { explainsMark } from "../glossary.js";
import { message, t } from "../i18n.js";
import { isHidden } from "../lesson.js";
import * as store from "../store.js";
import { ChartOptions } from "./chart_options.js";
import { lazy } from "./lazy.js";

/** @typedef {import("../chart/quantities.js").Quantity} Quantity */
/** @typedef {import("../chart/quantities.js").Kind} Kind */

/** The tabs name what they show. */
const empty = () =>
  html`<div class="plot" id="curve" role="tabpanel" aria-label=${t("Curves")}></div>`;
const Chart = lazy(() => import("./chart.js").then((found) => found.Chart), undefined, empty);
const Summary = lazy(() => import("./summary.js").then((found) => found.Summary), undefined, empty);

/**
 * Loss, accuracy, gradients and learning rate of all lanes, and what came of it in numbers.
 * @param {{plotly: string}} props
 */
export function Curves({ plotly }) {
  const regression = store.task.value === "regression";
  const tabs = /** @type {Quantity[]} */ ([
    "loss",
    regression ? "r2" : "accuracy",
    "gradients",
    "activations",
    "rate",
    "summary",
  ]);
  const quantity = offered(store.chart.value, regression);
  return html`
    <section class="panel curves" hidden=${isHidden("curves")} aria-label=${t("Curves")} data-tab=${quantity}>
      <div class="tabs" role="tablist" aria-label=${t("Quantity")}>
        ${tabs.map((one) => html`<${Tab} key=${one} name=${one} chosen=${one === quantity} />`)}
      </div>
      ${
        quantity === "summary"
          ? html`<${Summary} />`
          : html`
              <${Controls} kind=${KINDS[quantity]} />
              <${Chart} plotly=${plotly} kind=${KINDS[quantity]} />
            `
      }
    </section>
  `;
}

/** @param {{name: Quantity, chosen: boolean}} props */
function Tab({ name, chosen }) {
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
  const words = name === "summary" ? SUMMARY : KINDS[name];
  return html`
    <button
      type="button"
      role="tab"
      aria-selected=${chosen}
      aria-controls="curve"
      tabindex=${chosen ? 0 : -1}
      onClick=${() => {
        store.chart.value = name;
      }}
      onKeyDown=${other}
      ...${explainsMark(words.mark)}
    >
      ${t(words.title)}
    </button>
  `;
}

/** @param {{kind: Kind}} props */
function Controls({ kind }) {
  const gradients = kind === KINDS.gradients;
  return html`
    <div class="chart-bar">
      ${kind.series.train ? html`<${Keys} />` : html`<p class="keys"><${Note} kind=${kind} /></p>`}
      <button
        type="button"
        class="link"
        hidden=${!zoomed.value}
        onClick=${showAll}
        ...${explainsMark("marks.chart_zoom")}
      >
        ${t("Show all")}
      </button>
      ${gradients && html`<${GradientsChoice} />`}
      <label class="check" hidden=${!kind.positive || gradients} ...${explainsMark("marks.log_scale")}>
        <input
          type="checkbox"
          checked=${store.logarithmic.value}
          onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
            store.logarithmic.value = currentTarget.checked;
          }}
        />
        ${t("log")}
      </label>
      <${ChartOptions} kind=${kind} />
    </div>
  `;
}

const NOTES = {
  now: message("all lanes, now"),
  gradients: message("pale: first layer"),
  activations: message("dark: many units"),
};

/**
 * Which layers the lines are of.
 * @param {{kind: Kind}} props
 */
function Note({ kind }) {
  if (kind === KINDS.activations) return t(NOTES.activations);
  if (kind !== KINDS.gradients) return "";
  return t(store.gradientsNow.value ? NOTES.now : NOTES.gradients);
}

function GradientsChoice() {
  return html`
    <select
      class="small"
      aria-label=${t("Gradients of")}
      ...${explainsMark("marks.gradient_norm")}
      value=${store.gradientsNow.value ? "now" : "time"}
      onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ { currentTarget }) => {
        store.gradientsNow.value = currentTarget.value === "now";
      }}
    >
      <option value="time">${t("over time")}</option>
      <option value="now">${t("now, by layer")}</option>
    </select>
  `;
}

/** What solid and dashed mean; the colours are those of the lanes. */
function Keys() {
  const bands = store.runs.value.some(({ seeds }) => (seeds ?? 1) > 1);
  return html`
    <p class="keys">
      <span class="key" tabindex="0" ...${explainsMark("marks.lines")}>
        <i class="solid" aria-hidden="true"></i>${t("test")}
      </span>
      <span class="key" ...${explainsMark("marks.lines")}>
        <i class="dashed" aria-hidden="true"></i>${t("train")}
      </span>
      ${
        bands &&
        html`
          <span class="key" tabindex="0" ...${explainsMark("marks.seeds")}>
            <i class="shade" aria-hidden="true"></i>¼–¾
          </span>
        `
      }
    </p>
  `;
}
