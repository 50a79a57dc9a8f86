import { html, useEffect, useRef, useSignal } from "../../vendor/preact.js";
import { get } from "../paths.js";
import { choose } from "../settings.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { problemOf } from "./field.js";
import { explainsOnFocus, explainsOnHover } from "./help.js";
import { colourOf } from "./points.js";

/** @typedef {import("../schema.js").Placed} Placed */
/** @typedef {import("../schema.js").Option} Option */

const SIDE = 44;
const REACH = 6; // the plane shown: -6..6
/** One or more of each sort. The others are a click away. */
const COMMON = ["circle", "xor", "gaussian", "spiral", "moons", "blobs", "plane", "iris"];
const SORTS = ["Two classes", "More classes", "Values", "Real tables"];

/**
 * The kinds of data as pictures to choose from.
 * @param {{field: Placed}} props
 */
export function Datasets({ field }) {
  const open = useSignal(false);
  const kind = String(get(store.shown.value, `${field.path}.kind`));
  const problem = problemOf(field);
  const thumbnail = (/** @type {Option} */ option) => html`
    <${Choice}
      key=${option.value}
      field=${field}
      option=${option}
      chosen=${option.value === kind}
      invalid=${problem !== ""}
    />
  `;
  return html`
    <button
      type="button"
      class="more-data"
      aria-expanded=${open.value}
      aria-controls="datasets"
      onClick=${() => {
        open.value = !open.value;
      }}
    >
      ${open.value ? "Fewer" : `All ${field.options.length}`}
    </button>
    <fieldset class="datasets" id="datasets" aria-describedby=${problem ? "data-problem" : undefined}>
      <legend class="sr-only">${field.title}</legend>
      ${
        open.value
          ? SORTS.map((sort) => {
              const options = field.options.filter((option) => sortOf(option) === sort);
              return html`
                <p class="sort" key=${sort}>${sort}</p>
                ${options.map(thumbnail)}
              `;
            })
          : common(field.options, kind).map(thumbnail)
      }
      ${problem && html`<p class="problem" id="data-problem">${problem}</p>`}
    </fieldset>
  `;
}

/**
 * The common kinds; another one that is in use takes the last place.
 * @param {Option[]} options
 * @param {string} kind
 */
function common(options, kind) {
  const shown = COMMON.includes(kind) ? COMMON : [...COMMON.slice(0, -1), kind];
  return shown.flatMap((one) => options.filter(({ value }) => value === one));
}

/** @param {Option} option */
function sortOf({ value, columns }) {
  if (columns) return "Real tables";
  const y = store.datasets.value?.[value]?.y ?? [];
  if (isRegression(y)) return "Values";
  return y.some((one) => one > 1) ? "More classes" : "Two classes";
}

/** @param {number[]} y */
function isRegression(y) {
  return y.some((value) => !Number.isInteger(value));
}

/** @param {{field: Placed, option: Option, chosen: boolean, invalid: boolean}} props */
function Choice({ field, option, chosen, invalid }) {
  return html`
    <label ...${explainsOnHover(option)}>
      <input
        type="radio"
        class="sr-only"
        name=${field.path}
        value=${option.value}
        checked=${chosen}
        aria-invalid=${invalid}
        onChange=${() => choose(field, option.value)}
        ...${explainsOnFocus(option)}
      />
      <${Thumbnail} kind=${option.value} />
      <span>${option.title}</span>
    </label>
  `;
}

/** @param {{kind: string}} props */
function Thumbnail({ kind }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const points = store.datasets.value?.[kind];
  const colours = theme.value;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !points) return;
    const ratio = devicePixelRatio;
    context.canvas.width = SIDE * ratio;
    context.canvas.height = SIDE * ratio;
    context.scale(ratio, ratio);
    const at = (/** @type {number} */ x) => ((x + REACH) / (2 * REACH)) * SIDE;
    const regression = isRegression(points.y);
    points.x.forEach(([x1, x2], index) => {
      context.fillStyle = colourOf(points.y[index], regression, colours);
      context.globalAlpha = regression ? Math.min(1, 0.2 + Math.abs(points.y[index])) : 1;
      context.beginPath();
      context.arc(at(x1), at(-x2), 1.5, 0, 2 * Math.PI);
      context.fill();
    });
  }, [points, colours]);
  return html`<canvas ref=${canvas} width=${SIDE} height=${SIDE} aria-hidden="true"></canvas>`;
}
