import { html } from "../../vendor/preact.js";
import { fixed, loss, percent, signed } from "../format.js";
import { explainsMark } from "../glossary.js";
import { t } from "../i18n.js";
import { isHidden } from "../lesson.js";
import * as modes from "../modes.js";
import { className, layerName, unitName } from "../names.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { firstMap } from "../wire.js";
import { Confusion } from "./confusion.js";
import { Inspector } from "./inspector.js";
import { lazy } from "./lazy.js";
import { MARKS, Modes } from "./modes.js";
import { Plane } from "./plane.js";
import { emphasis } from "./points.js";
import { ProbeValue } from "./probe.js";

// As large as what comes: buttons would move from under the pointer.
const room = () => html`<div class="plane"></div>`;
const LayerView = lazy(
  () => import("./layer_view.js").then((found) => found.LayerView),
  undefined,
  room,
);
const Surface = lazy(() => import("./surface.js").then((found) => found.Surface), undefined, room);

/**
 * What the network has learned, on the plane, with the points and the main numbers.
 * @param {{plotly: string}} props
 */
export function Output({ plotly }) {
  return html`
    <section class="panel output" hidden=${isHidden("output")} aria-labelledby="output-title">
      <h2 id="output-title">${t("Output")}</h2>
      <${Readouts} />
      <div class="caption-row">
        <${Caption} />
        <${ProbeValue} lane=${store.selected.value} />
      </div>
      <${Shown} plotly=${plotly} />
      <${Modes} />
      <${Legend} />
      <${Inspector} />
    </section>
  `;
}

/** @param {{plotly: string}} props */
function Shown({ plotly }) {
  const mode = modes.shown.value;
  if (mode === "layer") return html`<${LayerView} />`;
  if (mode === "surface") return html`<${Surface} plotly=${plotly} />`;
  return html`<${Plane} plotly=${plotly} />`;
}

function Readouts() {
  store.pulse.value;
  const now = (/** @type {import("../history.js").Series} */ name) =>
    store.history.at(name, store.epoch.value, store.selected.value);
  const regression = store.task.value === "regression";
  return html`
    <dl class="readouts">
      <div>
        <dt tabindex="0" ...${explainsMark("marks.test_loss")}>${t("test loss")}</dt>
        <dd class="number" data-readout="test_loss">${loss(now("test_loss"))}</dd>
      </div>
      <div>
        <dt tabindex="0" ...${explainsMark("marks.train_loss")}>${t("train loss")}</dt>
        <dd class="number" data-readout="train_loss">${loss(now("train_loss"))}</dd>
      </div>
      ${
        regression
          ? html`
              <div>
                <dt tabindex="0" ...${explainsMark("marks.r2")}>R²</dt>
                <dd class="number" data-readout="test_r2">${fixed(now("test_r2"), 3)}</dd>
              </div>
            `
          : html`
              <div>
                <dt tabindex="0" ...${explainsMark("marks.accuracy")}>${t("accuracy")}</dt>
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
  const mode = modes.shown.value;
  const inner = mode === "output" && unit !== null && unit.layer < units.length - 1;
  return html`
    <p class="caption">
      <span tabindex="0" ...${explainsMark(inner ? "marks.unit" : MARKS[mode])}>
        ${captionOf(unit, units)}
      </span>
    </p>
  `;
}

/**
 * @param {import("../store.js").Unit | null} unit
 * @param {number[]} units
 */
function captionOf(unit, units) {
  const output = units.length - 1;
  const mode = modes.shown.value;
  const regression = store.task.value === "regression";
  const special = captionOfMode(mode, regression, units[output] > 1);
  if (special) return special;
  if (unit && unit.layer < output) return unitName(unit.layer, unit.unit, units);
  if (regression) return t("Predicted value");
  if (unit && units[output] > 1) {
    return t("Probability of {class}", { class: className(unit.unit) });
  }
  return t("Probability of each class");
}

/**
 * @param {store.Mode} mode
 * @param {boolean} regression
 * @param {boolean} several outputs
 */
function captionOfMode(mode, regression, several) {
  switch (mode) {
    case "difference":
      if (regression) return t("Difference of the predicted values");
      if (several) return t("Where the likeliest class differs: stripes of both");
      return t("Difference in P({class})", { class: className(1) });
    case "disagreement":
      return regression ? t("Spread over the seeds") : t("Share of the seeds against the majority");
    case "classes":
      return t("The likeliest class");
    case "uncertainty":
      return t("Entropy of the probabilities");
    case "errors":
      return regression
        ? t("Answer minus target, by point")
        : t("Points that are answered wrongly");
    case "losses":
      return t("Loss of each point");
    case "layer":
      return t("What this layer sees: {layer}", {
        layer: layerName(modes.layerView.value?.layer ?? 0, store.units.value),
      });
    case "surface":
      return t("Predicted value as height");
    default:
      return null;
  }
}

/** What colours and sizes mean, and which points are shown. */
function Legend() {
  store.pulse.value;
  const data = store.data.value;
  const several = (data?.classes ?? 2) > 2;
  return html`
    <div class="legend">
      <div class="meaning" ...${explainsMark(MARKS[modes.shown.value])}><${Meaning} several=${several} /></div>
      <${Marks} several=${several} />
    </div>
  `;
}

/** @param {{several: boolean}} props */
function Meaning({ several }) {
  store.pulse.value;
  const data = store.data.value;
  const regression = store.task.value === "regression";
  const run = store.picture.peek()?.runs[store.selected.value];
  const mode = modes.shown.value;
  const names = data?.class_names ?? [];
  if (mode === "disagreement") {
    const most = run?.spreadScale ?? 0;
    const marks = regression ? signed : (/** @type {number} */ x) => percent(x, 0);
    return html`<${Ramp} ends=${[marks(0), "", marks(most)]} dark />`;
  }
  if (mode === "difference" && !several) {
    const most = modes.subtracted.value?.scale ?? 1;
    return html`<${Ramp} ends=${[signed(-most), t("no difference"), signed(most)]} />`;
  }
  if (mode === "uncertainty") {
    return html`<${Ramp} ends=${[t("certain"), "", t("undecided")]} dark />`;
  }
  if (mode === "errors" || mode === "losses") return html`<${Weights} mode=${mode} />`;
  if (mode === "classes") return html`<${Classes} names=${names} one=${null} />`;
  return html`<${Field} several=${several} />`;
}

/**
 * The colours of the answers, or of an inner unit's activation.
 * @param {{several: boolean}} props
 */
function Field({ several }) {
  store.pulse.value;
  const run = store.picture.peek()?.runs[store.selected.value];
  const unit = modes.ownSpace.value ? null : store.inspected.value;
  const inner = unit !== null && run !== undefined && unit.layer < run.units.length - 1;
  const scale = inner
    ? (run.opened?.unitScales[firstMap(run.units, unit.layer) + unit.unit] ?? 1)
    : (run?.boundaryScale ?? 1);
  const numbers = inner || store.task.value === "regression";
  const ends = numbers
    ? [signed(-scale), "0", signed(scale)]
    : [className(0), t("undecided"), className(1)];
  const names = store.data.value?.class_names ?? [];
  const line = modes.shown.value === "layer" && run?.warp?.line;
  return html`
    ${(!several || inner) && html`<${Ramp} ends=${ends} />`}
    ${several && html`<${Classes} names=${names} one=${inner ? null : unit} />`}
    ${line && html`<p>${t("The line is where the output is undecided.")}</p>`}
  `;
}

/**
 * What the sizes and tones of points mean.
 * @param {{mode: "errors" | "losses"}} props
 */
function Weights({ mode }) {
  const found = emphasis.value;
  const data = store.data.value;
  if (!found || !data) return null;
  if (mode === "losses") {
    return html`<p>${t("Size: the loss of a point, at most {loss}", { loss: loss(found.most) })}</p>`;
  }
  if (data.task === "regression") {
    return html`
      <p>
        ${t("Orange: the answer is too low. Blue: too high. At most {most}.", {
          most: fixed(found.most, 2),
        })}
      </p>
    `;
  }
  const { train, test } = found.wrong;
  return html`
    <p data-readout="wrong">
      ${t("Wrong: {train} of {trained} train, {test} of {tested} test", {
        train,
        trained: data.train.y.length,
        test,
        tested: data.test.y.length,
      })}
    </p>
    <${Confusion} />
  `;
}

/** @param {{several: boolean}} props */
function Marks({ several }) {
  return html`
    <div class=${several ? "marks several" : "marks"}>
      <span class="mark" tabindex="0" ...${explainsMark("marks.train_points")}>
        <span class="disc" aria-hidden="true"></span>${t("train points")}
      </span>
      <button
        type="button"
        class="mark"
        aria-pressed=${store.showTest.value}
        onClick=${() => {
          store.showTest.value = !store.showTest.value;
        }}
        ...${explainsMark("marks.test_points")}
      >
        <span class="ring" aria-hidden="true"></span>${t("Test points")}
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
    <ul class="classes" aria-label=${t("Classes")}>
      ${names.map(
        (name, index) => html`
          <li key=${index} class=${one && one.unit !== index ? "faded" : ""}>
            <i aria-hidden="true" style=${{ background: tones[index % tones.length] }}></i>
            ${/^\d+$/.test(name) ? name : className(index)}
          </li>
        `,
      )}
    </ul>
  `;
}
