import { html } from "../../vendor/preact.js";
import { fixed, loss, percent, signed } from "../format.js";
import { isHidden } from "../lesson.js";
import * as modes from "../modes.js";
import { className, unitName } from "../names.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { firstMap } from "../wire.js";
import { Inspector } from "./inspector.js";
import { Modes } from "./modes.js";
import { Plane } from "./plane.js";
import { ProbeValue } from "./probe.js";

/**
 * What the network has learned, on the plane, with the points and the main numbers.
 * @param {{plotly: string}} props
 */
export function Output({ plotly }) {
  return html`
    <section class="panel output" hidden=${isHidden("output")} aria-labelledby="output-title">
      <h2 id="output-title">Output</h2>
      <${Readouts} />
      <div class="caption-row">
        <${Caption} />
        <${ProbeValue} lane=${store.selected.value} />
      </div>
      <${Plane} plotly=${plotly} />
      <${Modes} />
      <${Legend} />
      <${Inspector} />
    </section>
  `;
}

function Readouts() {
  store.pulse.value;
  const now = (/** @type {import("../history.js").Series} */ name) =>
    store.history.at(name, store.epoch.value, store.selected.value);
  const regression = store.task.value === "regression";
  return html`
    <dl class="readouts">
      <div>
        <dt>test loss</dt>
        <dd class="number" data-readout="test_loss">${loss(now("test_loss"))}</dd>
      </div>
      <div>
        <dt>train loss</dt>
        <dd class="number" data-readout="train_loss">${loss(now("train_loss"))}</dd>
      </div>
      ${
        regression
          ? html`
              <div title="Share of the variance of the test targets that the network explains">
                <dt>R²</dt>
                <dd class="number" data-readout="test_r2">${fixed(now("test_r2"), 3)}</dd>
              </div>
            `
          : html`
              <div>
                <dt>accuracy</dt>
                <dd class="number" data-readout="test_accuracy">
                  ${percent(now("test_accuracy"))}
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
  const units = store.units.value;
  return html`<p class="caption">${captionOf(unit, units)}</p>`;
}

/**
 * @param {import("../store.js").Unit | null} unit
 * @param {number[]} units
 */
function captionOf(unit, units) {
  const output = units.length - 1;
  const mode = modes.shown.value;
  const regression = store.task.value === "regression";
  if (mode === "difference") {
    if (regression) return "Difference of the predicted values";
    if (units[output] > 1) return "Where the likeliest class differs: stripes of both";
    return `Difference in P(${className(1)})`;
  }
  if (mode === "disagreement") {
    return regression ? "Spread over the seeds" : "Share of the seeds against the majority";
  }
  if (unit && unit.layer < output) return unitName(unit.layer, unit.unit, units);
  if (regression) return "Predicted value";
  if (unit && units[output] > 1) return `Probability of ${className(unit.unit)}`;
  return "Probability of each class";
}

function Legend() {
  store.pulse.value;
  const { task } = store;
  const data = store.data.value;
  const run = store.picture.peek()?.runs[store.selected.value];
  const unit = store.inspected.value;
  const inner = unit !== null && run !== undefined && unit.layer < run.units.length - 1;
  const several = (data?.classes ?? 2) > 2;
  const scale = inner
    ? (run.opened?.unitScales[firstMap(run.units, unit.layer) + unit.unit] ?? 1)
    : (run?.boundaryScale ?? 1);
  const numbers = inner || task.value === "regression";
  const ends = numbers
    ? [signed(-scale), "0", signed(scale)]
    : [className(0), "undecided", className(1)];
  const mode = modes.shown.value;
  if (mode === "disagreement") {
    const most = run?.spreadScale ?? 0;
    const marks = task.value === "regression" ? signed : (/** @type {number} */ x) => percent(x, 0);
    return html`
      <div class="legend">
        <${Ramp} ends=${[marks(0), "", marks(most)]} dark />
        <${Marks} several=${several} />
      </div>
    `;
  }
  if (mode === "difference" && !several) {
    const most = modes.subtracted.value?.scale ?? 1;
    return html`
      <div class="legend">
        <${Ramp} ends=${[signed(-most), "no difference", signed(most)]} />
        <${Marks} several=${several} />
      </div>
    `;
  }
  return html`
    <div class="legend">
      ${!several && html`<${Ramp} ends=${ends} />`}
      ${several && inner && html`<${Ramp} ends=${ends} />`}
      ${several && html`<${Classes} names=${data?.class_names ?? []} one=${inner ? null : unit} />`}
      <${Marks} several=${several} />
    </div>
  `;
}

/** @param {{several: boolean}} props */
function Marks({ several }) {
  return html`
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
  `;
}

/** @param {{ends: string[], dark?: boolean}} props */
function Ramp({ ends: [low, middle, high], dark = false }) {
  return html`
    <div class="scale">
      <span class=${dark ? "ramp dark" : "ramp"} aria-hidden="true"></span>
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
