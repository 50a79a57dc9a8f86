import { html } from "../../vendor/preact.js";
import { setting } from "../format.js";
import { t } from "../i18n.js";
import { layerName } from "../names.js";
import { preview } from "../preview.js";
import * as store from "../store.js";

/** @typedef {import("../schema.js").Placed} Placed */
/** @typedef {import("../api.js").Preview} Preview */

const [WIDTH, HEIGHT] = [240, 40];
const [SMALL, LOW] = [56, 24];
/** Histograms beside each other, at most. */
const MOST = 4;

/**
 * What the chosen value of a setting means, where a picture says it: the rate over the epochs, the
 * first weights of each layer.
 * @param {{field: Placed, value: unknown}} props
 */
export function Preview({ field, value }) {
  const found = preview.value;
  // Nothing jumps when it comes.
  if (!found) return field.path === "init" ? html`<div class="preview weights"></div>` : null;
  if (value === null) return null;
  if (field.path === "schedule") return html`<${Rates} schedule=${found.schedule} />`;
  if (field.path === "init") return html`<${Weights} weights=${found.weights} />`;
  const layer = /^layers\.(\d+)\.init$/.exec(field.path)?.[1];
  const own = found.weights[Number(layer)];
  return layer === undefined || !own
    ? null
    : html`<div class="preview weights"><${Histogram} own=${own} name="" /></div>`;
}

/**
 * The learning rate in force; nothing where it stays as it is.
 * @param {{schedule: Preview["schedule"]}} props
 */
function Rates({ schedule: { epoch, rate } }) {
  const [low, high] = [Math.min(...rate), Math.max(...rate)];
  if (high - low < 1e-12 * high) return null;
  const end = epoch[epoch.length - 1];
  const x = (/** @type {number} */ at) => (WIDTH * at) / end;
  const y = (/** @type {number} */ value) => HEIGHT - 3 - ((HEIGHT - 6) * value) / high;
  const now = store.epoch.value;
  const words = { high: short(high), end: short(end), last: short(rate[rate.length - 1]) };
  const text = t("Learning rate over {end} epochs: at most {high}, at last {last}", words);
  return html`
    <figure class="preview rates">
      <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${text} preserveAspectRatio="none">
        <path class="base" d=${`M0 ${HEIGHT - 3}H${WIDTH}`} />
        ${now > 0 && now < end && html`<path class="now" d=${`M${x(now)} 0V${HEIGHT}`} />`}
        <path class="curve" d=${line(epoch.map(x), rate.map(y))} />
      </svg>
      <figcaption>
        <span class="number">${t("at most {rate}", { rate: short(high) })}</span>
        <span>${t("{count} epochs", { count: short(end) })}</span>
      </figcaption>
    </figure>
  `;
}

/**
 * The first weights of the layers on one scale, with their spreads.
 * @param {{weights: Preview["weights"]}} props
 */
function Weights({ weights }) {
  const units = store.units.value;
  const last = weights.length - 1;
  const shown = weights
    .map((own, index) => ({ own, index }))
    .filter(({ index }) => index < MOST - 1 || index === last);
  return html`
    <div class="preview weights">
      ${shown.map(
        ({ own, index }) =>
          html`<${Histogram} key=${index} own=${own} name=${layerName(index + 1, units)} />`,
      )}
    </div>
  `;
}

/** @param {{own: Preview["weights"][number], name: string}} props */
function Histogram({ own, name }) {
  const { counts, reach, std } = own;
  const most = Math.max(...counts);
  const width = SMALL / counts.length;
  const words = { layer: name || t("Layer"), spread: short(std), reach: short(reach) };
  const text = t(
    "First weights of {layer}: spread {spread}, drawn from −{reach} to {reach}",
    words,
  );
  const bars = counts.map((count, bin) => {
    const height = count > 0 ? Math.max(1, (LOW * count) / most) : 0;
    return `M${bin * width} ${LOW}v${-height}h${width * 0.8}v${height}z`;
  });
  return html`
    <figure title=${text}>
      <svg viewBox=${`0 0 ${SMALL} ${LOW}`} role="img" aria-label=${text} preserveAspectRatio="none">
        <path class="base" d=${`M0 ${LOW - 0.5}H${SMALL}`} />
        <path class="bars" d=${bars.join("")} />
      </svg>
      <figcaption class="number">±${short(std)}</figcaption>
    </figure>
  `;
}

/**
 * The function of a layer's units, with its slope.
 * @param {{layer: number}} props counted from 0
 */
export function ActivationCurve({ layer }) {
  const curve = preview.value?.activations[layer];
  if (!curve || curve.z.length === 0) return null;
  const all = [...curve.value, ...curve.slope, 0, 1];
  const [low, high] = [Math.max(-2, Math.min(...all)), Math.min(4, Math.max(...all))];
  const reach = curve.z[curve.z.length - 1];
  const x = (/** @type {number} */ z) => (WIDTH * (z + reach)) / (2 * reach);
  const y = (/** @type {number} */ value) => 4 + (72 * (high - value)) / (high - low);
  return html`
    <figure class="preview activation-curve">
      <svg viewBox=${`0 0 ${WIDTH} 80`} role="img" aria-label=${t("The activation and its slope, from −{reach} to {reach}", { reach })}>
        <path class="base" d=${`M0 ${y(0)}H${WIDTH}M${x(0)} 0V80`} />
        <path class="slope" d=${line(curve.z.map(x), curve.slope.map(y))} />
        <path class="curve" d=${line(curve.z.map(x), curve.value.map(y))} />
      </svg>
      <figcaption>
        <span class="key-curve">${t("function")}</span>
        <span class="key-slope">${t("slope")}</span>
      </figcaption>
    </figure>
  `;
}

/**
 * @param {number[]} x
 * @param {number[]} y
 */
function line(x, y) {
  return `M${x.map((at, index) => `${at.toFixed(1)} ${y[index].toFixed(1)}`).join("L")}`;
}

/** @param {number} value */
const short = (value) => setting(Number(value.toPrecision(2)));
