import { html } from "../../vendor/preact.js";
import { loss, percent, signed } from "../format.js";
import { unitName } from "../names.js";
import * as store from "../store.js";
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
  const classes = store.task.value !== "regression";
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
        classes &&
        html`
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
  const regression = store.task.value === "regression";
  const inner = unit !== null && unit.layer < units.length - 1;
  const answer = regression ? "Predicted value" : "Probability of each class";
  return html`
    <p class="caption">${inner ? unitName(unit.layer, unit.unit, units) : answer}</p>
  `;
}

function Legend() {
  store.pulse.value;
  const regression = store.task.value === "regression";
  const data = store.data.value;
  const run = store.picture.peek()?.runs[0];
  const unit = store.inspected.value;
  const inner = unit !== null && run !== undefined && unit.layer < run.units.length - 1;
  const scale = inner
    ? run.unitScales[firstMap(run.units, unit.layer) + unit.unit]
    : (run?.boundaryScale ?? 1);
  const numbers = inner || regression;
  const [low, middle, high] = numbers
    ? [signed(-scale), "0", signed(scale)]
    : ["class 0", "undecided", "class 1"];
  const binary = (data?.classes ?? 2) <= 2;
  return html`
    <div class="legend">
      ${
        (binary || numbers) &&
        html`
          <div class="scale">
            <span class="ramp" aria-hidden="true"></span>
            <span class="number">${low}</span>
            <span>${middle}</span>
            <span class="number">${high}</span>
          </div>
        `
      }
      <div class="marks">
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
