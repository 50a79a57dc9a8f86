import { html } from "../../vendor/preact.js";
import { AXES } from "../chart/axis.js";
import { KINDS } from "../chart/quantities.js";
import { showAll, stretch, zoomed } from "../chart/zoom.js";
import { explainsMark } from "../glossary.js";
import { t } from "../i18n.js";
import * as store from "../store.js";
import { Popover } from "./popover.js";
import { Target } from "./target.js";

/** @typedef {import("../chart/quantities.js").Kind} Kind */

const ICON = html`<svg viewBox="0 0 16 16" aria-hidden="true">
  <path d="M2 5h5M11 5h3M2 11h2M8 11h6" fill="none" stroke="currentColor" stroke-width="1.5" />
  <circle cx="9" cy="5" r="1.9" fill="none" stroke="currentColor" stroke-width="1.5" />
  <circle cx="6" cy="11" r="1.9" fill="none" stroke="currentColor" stroke-width="1.5" />
</svg>`;

const MOST = 0.99;

/**
 * What is rarely wanted of the chart.
 * @param {{kind: Kind}} props
 */
export function ChartOptions({ kind }) {
  return html`
    <${Popover}
      id="chart-options"
      class="chart-options"
      label=${t("Chart options")}
      name=${ICON}
      named=${t("Chart options")}
      attributes=${explainsMark("marks.chart_options")}
      content=${() => html`<${Options} kind=${kind} />`}
    />
  `;
}

/** @param {{kind: Kind}} props */
function Options({ kind }) {
  const several = store.runs.value.length > 1 || (store.lane.value?.seeds ?? 1) > 1;
  return html`
    <${AxisChoice} />
    ${kind.series.train && html`<${Smoothing} />`}
    ${kind === KINDS.loss && several && html`<${Target} />`}
    <div class="zoom" role="group" aria-label=${t("Zoom")} ...${explainsMark("marks.chart_zoom")}>
      <span class="line-name">${t("Zoom")}</span>
      <button type="button" aria-label=${t("Zoom in")} onClick=${() => stretch(0.5)}>
        +
      </button>
      <button type="button" aria-label=${t("Zoom out")} onClick=${() => stretch(2)}>
        −
      </button>
      <button type="button" disabled=${!zoomed.value} onClick=${showAll}>${t("Show all")}</button>
    </div>
    <p class="hint">
      ${t("Drag over a part of the chart to see it larger; a double click shows all again.")}
    </p>
  `;
}

/** How much of the curves' noise is taken out. */
function Smoothing() {
  const { value } = store.smoothing;
  return html`
    <label class="smoothing" ...${explainsMark("marks.smoothing")}>
      <span class="line-name">${t("Smoothing")}</span>
      <input
        type="range"
        min="0"
        max=${MOST}
        step="0.01"
        value=${value}
        style=${{ "--filled": `${((100 * value) / MOST).toFixed(1)}%` }}
        onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
          store.smoothing.value = Number(currentTarget.value);
        }}
      />
      <span class="number">${value.toFixed(2)}</span>
    </label>
  `;
}

/** What the x axis counts. */
function AxisChoice() {
  const { value: axis } = store.axis;
  return html`
    <label class="line" ...${explainsMark(AXES[axis].mark)}>
      <span class="line-name">${t("x axis")}</span>
      <select
        aria-label=${t("x axis")}
        value=${axis}
        onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ { currentTarget }) => {
          store.axis.value = /** @type {import("../chart/axis.js").Axis} */ (currentTarget.value);
        }}
      >
        ${Object.entries(AXES).map(
          ([value, { title }]) => html`
            <option key=${value} value=${value} selected=${value === axis}>${t(title)}</option>
          `,
        )}
      </select>
    </label>
  `;
}
