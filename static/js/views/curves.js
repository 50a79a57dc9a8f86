import { html } from "../../vendor/preact.js";
import { AXES } from "../chart/axis.js";
import { KINDS, offered, SUMMARY } from "../chart/quantities.js";
import { setting } from "../format.js";
import { isHidden } from "../lesson.js";
import * as store from "../store.js";
import { Chart } from "./chart.js";
import { explainsOnHover } from "./help.js";
import { Summary } from "./summary.js";

/** @typedef {import("../chart/quantities.js").Quantity} Quantity */
/** @typedef {import("../chart/quantities.js").Kind} Kind */

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
    "rate",
    "summary",
  ]);
  const quantity = offered(store.chart.value, regression);
  return html`
    <section class="panel curves" hidden=${isHidden("curves")} aria-label="Curves" data-tab=${quantity}>
      <div class="tabs" role="tablist" aria-label="Quantity">
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
      ...${explainsOnHover(words)}
    >
      ${words.title}
    </button>
  `;
}

/** @param {{kind: Kind}} props */
function Controls({ kind }) {
  const layers = kind === KINDS.gradients;
  const several = store.runs.value.length > 1 || (store.lane.value?.seeds ?? 1) > 1;
  return html`
    <div class="chart-bar">
      ${kind.series.train ? html`<${Keys} />` : html`<p class="keys">${layers ? "by layer" : ""}</p>`}
      ${kind === KINDS.loss && several && html`<${Target} />`}
      <label class="check" hidden=${!kind.positive || layers}>
        <input
          type="checkbox"
          checked=${store.logarithmic.value}
          onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
            store.logarithmic.value = currentTarget.checked;
          }}
        />
        log
      </label>
      <${AxisChoice} hidden=${layers} />
    </div>
  `;
}

/** What solid and dashed mean; the colours are those of the lanes. */
function Keys() {
  const several = store.runs.value.length > 1;
  const bands = store.runs.value.some(({ seeds }) => (seeds ?? 1) > 1);
  return html`
    <p class="keys">
      <span class="key" title=${several ? "Every lane in its own colour" : ""}>
        <i class="solid" aria-hidden="true"></i>test
      </span>
      <span class="key" title=${several ? "Of the open lane" : ""}>
        <i class="dashed" aria-hidden="true"></i>train
      </span>
      ${
        bands &&
        html`
          <span class="key" title="Half of the seeds lie within: from the lower to the upper quartile of the test curve">
            <i class="shade" aria-hidden="true"></i>¼–¾
          </span>
        `
      }
    </p>
  `;
}

/** The test loss to reach, drawn as a dashed line. */
export function Target() {
  return html`
    <label class="target" title="Test loss to reach: the dashed line, and what the summary counts from">
      target
      <input
        type="text"
        class="number"
        inputmode="decimal"
        autocomplete="off"
        aria-label="Target test loss"
        value=${setting(store.target.value)}
        onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
          const value = Number(currentTarget.value.replace("−", "-").replace(",", "."));
          const good = currentTarget.value.trim() !== "" && Number.isFinite(value) && value >= 0;
          if (good) store.target.value = value;
          currentTarget.value = setting(store.target.value);
        }}
      />
    </label>
  `;
}

/** @param {{hidden: boolean}} props */
function AxisChoice({ hidden }) {
  const { value: axis } = store.axis;
  return html`
    <select
      class="small"
      aria-label="x axis"
      title=${AXES[axis].description}
      hidden=${hidden}
      value=${axis}
      onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ { currentTarget }) => {
        store.axis.value = /** @type {import("../chart/axis.js").Axis} */ (currentTarget.value);
      }}
    >
      ${Object.entries(AXES).map(
        ([value, { title }]) => html`
          <option key=${value} value=${value} selected=${value === axis}>${title}</option>
        `,
      )}
    </select>
  `;
}
