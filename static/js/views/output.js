import { html } from "../../vendor/preact.js";
import { fixed, loss, percent, signed } from "../format.js";
import { className, unitName } from "../names.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { firstMap } from "../wire.js";
import { Inspector } from "./inspector.js";
import { Plane } from "./plane.js";

/**
 * What the network has learned, on the plane, with the points and the main numbers.
 * @param {{plotly: string}} props
 */
export function Output({ plotly }) {
  return html`
    <section class="panel output" aria-labelledby="output-title">
      <h2 id="output-title">Output</h2>
      <${Readouts} />
      <${Caption} />
      <${Plane} plotly=${plotly} />
      <${Legend} />
      <${Inspector} />
    </section>
  `;
}

function Readouts() {
  store.pulse.value;
  const { history } = store;
  const regression = store.task.value === "regression";
  return html`
    <dl class="readouts">
      <div>
        <dt>test loss</dt>
        <dd class="number" data-readout="test_loss">${loss(history.last("test_loss"))}</dd>
      </div>
      <div>
        <dt>train loss</dt>
        <dd class="number" data-readout="train_loss">${loss(history.last("train_loss"))}</dd>
      </div>
      ${
        regression
          ? html`
              <div title="Share of the variance of the test targets that the network explains">
                <dt>R²</dt>
                <dd class="number" data-readout="test_r2">${fixed(history.last("test_r2"), 3)}</dd>
              </div>
            `
          : html`
              <div>
                <dt>accuracy</dt>
                <dd class="number" data-readout="test_accuracy">
                  ${percent(history.last("test_accuracy"))}
                </dd>
              </div>
            `
      }
    </dl>
  `;
}

/** Names what the plane shows. */
function Caption() {
  const unit = store.inspected.value;
  const units = store.experiment.value?.runs[0].units ?? [];
  return html`<p class="caption">${captionOf(unit, units)}</p>`;
}

/**
 * @param {import("../store.js").Unit | null} unit
 * @param {number[]} units
 */
function captionOf(unit, units) {
  const output = units.length - 1;
  if (unit && unit.layer < output) return unitName(unit.layer, unit.unit, units);
  if (store.task.value === "regression") return "Predicted value";
  if (unit && units[output] > 1) return `Probability of ${className(unit.unit)}`;
  return "Probability of each class";
}

function Legend() {
  store.pulse.value;
  const { task } = store;
  const data = store.data.value;
  const run = store.picture.peek()?.runs[0];
  const unit = store.inspected.value;
  const inner = unit !== null && run !== undefined && unit.layer < run.units.length - 1;
  const several = (data?.classes ?? 2) > 2;
  const scale = inner
    ? run.unitScales[firstMap(run.units, unit.layer) + unit.unit]
    : (run?.boundaryScale ?? 1);
  const numbers = inner || task.value === "regression";
  const ends = numbers
    ? [signed(-scale), "0", signed(scale)]
    : [className(0), "undecided", className(1)];
  return html`
    <div class="legend">
      ${!several && html`<${Ramp} ends=${ends} />`}
      ${several && inner && html`<${Ramp} ends=${ends} />`}
      ${several && html`<${Classes} names=${data?.class_names ?? []} one=${inner ? null : unit} />`}
      <div class=${several ? "marks several" : "marks"}>
        <span class="mark"><span class="disc" aria-hidden="true"></span>train points</span>
        <button
          type="button"
          class="mark"
          aria-pressed=${store.showTest.value}
          onClick=${() => {
            store.showTest.value = !store.showTest.value;
          }}
        >
          <span class="ring" aria-hidden="true"></span>Test points
        </button>
      </div>
    </div>
  `;
}

/** @param {{ends: string[]}} props */
function Ramp({ ends: [low, middle, high] }) {
  return html`
    <div class="scale">
      <span class="ramp" aria-hidden="true"></span>
      <span class="number">${low}</span>
      <span>${middle}</span>
      <span class="number">${high}</span>
    </div>
  `;
}

/**
 * The classes with their colours; only one counts while its output is looked at.
 * @param {{names: string[], one: import("../store.js").Unit | null}} props
 */
function Classes({ names, one }) {
  const tones = theme.value.classes;
  return html`
    <ul class="classes" aria-label="Classes">
      ${names.map(
        (name, index) => html`
          <li key=${index} class=${one && one.unit !== index ? "faded" : ""}>
            <i aria-hidden="true" style=${{ background: tones[index % tones.length] }}></i>${name}
          </li>
        `,
      )}
    </ul>
  `;
}
