import { html } from "../../vendor/preact.js";
import { percent } from "../format.js";
import * as modes from "../modes.js";
import * as seeds from "../seeds.js";
import * as store from "../store.js";

/** @typedef {{currentTarget: HTMLSelectElement}} Select */

const NAMES = { output: "Output", difference: "Difference", disagreement: "Disagreement" };
const ABOUT = {
  output: "What the open lane answers",
  difference: "Two lanes subtracted from each other, place by place",
  disagreement: "Where the seeds of the open lane decide differently",
};

/** Which map of the plane is shown, and of which lanes or seeds. */
export function Modes() {
  const offered = modes.offered.value;
  if (offered.length === 1) return null;
  const { value: chosen } = store.mode;
  const now = offered.includes(chosen) ? chosen : "output";
  return html`
    <div class="modes">
      <div class="chips" role="group" aria-label="Map">
        ${offered.map(
          (mode) => html`
            <button
              type="button"
              class="chip"
              key=${mode}
              aria-pressed=${mode === now}
              title=${ABOUT[mode]}
              onClick=${() => {
                store.mode.value = mode;
              }}
            >
              ${NAMES[mode]}
            </button>
          `,
        )}
      </div>
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
    <p class="rivals pair">
      ${choice("This lane", rivals.a, modes.subtractable.value, (lane) => {
        store.minuend.value = lane;
      })}
      <span>minus</span>
      ${choice("minus this lane", rivals.b, rivals.others, (lane) => {
        store.subtrahend.value = lane;
      })}
    </p>
    <${Decided} />
  `;
}

function Decided() {
  const { value: found } = modes.subtracted;
  const share = found?.decided ?? Number.NaN;
  return html`
    <p class="decided">
      <strong class="number" data-readout="decided" data-value=${share}>${percent(share)}</strong>${" "}
      of the plane is decided differently
    </p>
  `;
}

/** @param {{mode: store.Mode}} props */
function Seed({ mode }) {
  const { seeds: count, seed } = seeds.pictured();
  if (mode === "disagreement") {
    return html`<p class="hint">Of ${count} seeds: blank where all agree, dark where they are at odds.</p>`;
  }
  return html`
    <p class="rivals">
      <label>
        Seed
        <select
          class="small"
          aria-label="Seed pictured"
          value=${String(seed)}
          onChange=${(/** @type {Select} */ { currentTarget }) => seeds.choose(Number(currentTarget.value))}
        >
          ${Array.from(
            { length: count },
            (_, one) => html`
              <option key=${one} value=${String(one)} selected=${one === seed}>
                ${one + 1} of ${count}
              </option>
            `,
          )}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked=${seeds.wanted.value}
          onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
            seeds.wanted.value = currentTarget.checked;
          }}
        />
        its curve in the chart
      </label>
    </p>
  `;
}
