import { html } from "../../vendor/preact.js";
import { percent } from "../format.js";
import { explainsMark } from "../glossary.js";
import { message, rich, t } from "../i18n.js";
import * as modes from "../modes.js";
import * as seeds from "../seeds.js";
import * as store from "../store.js";
import { lazy } from "./lazy.js";

const LayerChoice = lazy(() => import("./layer_view.js").then((found) => found.LayerChoice));

/** @typedef {{currentTarget: HTMLSelectElement}} Select */

/** @type {Record<store.Mode, string>} */
const NAMES = {
  output: message("Probability"),
  classes: message("Classes"),
  uncertainty: message("Uncertainty"),
  errors: message("Errors"),
  losses: message("Point loss"),
  layer: message("Layer view"),
  surface: message("Surface"),
  difference: message("Difference"),
  disagreement: message("Disagreement"),
};
const VALUE = message("Value");
/**
 * Their explanations.
 * @type {Record<store.Mode, string>}
 */
export const MARKS = {
  output: "marks.map",
  classes: "marks.classes",
  uncertainty: "marks.uncertainty",
  errors: "marks.errors",
  losses: "marks.point_loss",
  layer: "marks.layer_view",
  surface: "marks.surface",
  difference: "marks.difference",
  disagreement: "marks.disagreement",
};

/** @param {store.Mode} mode */
export function modeName(mode) {
  return t(mode === "output" && store.task.value === "regression" ? VALUE : NAMES[mode]);
}

/** Which map of the plane is shown, and of which lanes, seeds or layer. */
export function Modes() {
  const offered = modes.offered.value;
  const { value: chosen } = store.mode;
  const now = offered.includes(chosen) ? chosen : "output";
  return html`
    <div class="modes">
      <div class="chips" role="group" aria-label=${t("Map")}>
        ${offered.map(
          (mode) => html`
            <button
              type="button"
              class="chip"
              key=${mode}
              aria-pressed=${mode === now}
              onClick=${() => {
                store.mode.value = mode;
              }}
              ...${explainsMark(MARKS[mode])}
            >
              ${modeName(mode)}
            </button>
          `,
        )}
      </div>
      ${now === "layer" && html`<${LayerChoice} />`}
      ${now === "difference" && html`<${Rivals} />`}
      ${now !== "difference" && (store.lane.value?.seeds ?? 1) > 1 && html`<${Seed} mode=${now} />`}
    </div>
  `;
}

/** A minus B. */
function Rivals() {
  const { value: rivals } = modes.rivals;
  const lanes = store.lanes.value;
  if (!rivals) return null;
  const choice = (
    /** @type {string} */ label,
    /** @type {number} */ now,
    /** @type {number[]} */ among,
    /** @type {(lane: number) => void} */ take,
  ) => html`
    <select
      class="small"
      aria-label=${label}
      value=${String(now)}
      onChange=${(/** @type {Select} */ { currentTarget }) => take(Number(currentTarget.value))}
    >
      ${among.map(
        (lane) => html`
          <option key=${lane} value=${String(lane)} selected=${lane === now}>
            ${lanes[lane]?.name}
          </option>
        `,
      )}
    </select>
  `;
  return html`
    <p class="rivals pair" ...${explainsMark("marks.difference")}>
      ${choice(t("This lane"), rivals.a, modes.subtractable.value, (lane) => {
        store.minuend.value = lane;
      })}
      <span>${t("minus")}</span>
      ${choice(t("minus this lane"), rivals.b, rivals.others, (lane) => {
        store.subtrahend.value = lane;
      })}
    </p>
    <${Decided} />
  `;
}

function Decided() {
  const { value: found } = modes.subtracted;
  const share = found?.decided ?? Number.NaN;
  const number = html`<strong class="number" data-readout="decided" data-value=${share}>${percent(share)}</strong>`;
  return html`
    <p class="decided">${rich("{share} of the plane is decided differently", { share: number })}</p>
  `;
}

/** @param {{mode: store.Mode}} props */
function Seed({ mode }) {
  const { seeds: count, seed } = seeds.pictured();
  if (mode === "disagreement") {
    return html`
      <p class="hint">
        ${t("Of {count} seeds: blank where all agree, dark where they are at odds.", { count })}
      </p>
    `;
  }
  return html`
    <p class="rivals">
      <label ...${explainsMark("marks.seed_pictured")}>
        ${t("Seed")}
        <select
          class="small"
          aria-label=${t("Seed pictured")}
          value=${String(seed)}
          onChange=${(/** @type {Select} */ { currentTarget }) => seeds.choose(Number(currentTarget.value))}
        >
          ${Array.from(
            { length: count },
            (_, one) => html`
              <option key=${one} value=${String(one)} selected=${one === seed}>
                ${t("{number} of {count}", { number: one + 1, count })}
              </option>
            `,
          )}
        </select>
      </label>
      <label class="check" ...${explainsMark("marks.seeds")}>
        <input
          type="checkbox"
          checked=${seeds.wanted.value}
          onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
            seeds.wanted.value = currentTarget.checked;
          }}
        />
        ${t("its curve in the chart")}
      </label>
    </p>
  `;
}
