import { html, useEffect, useRef } from "../../vendor/preact.js";
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

/**
 * The kinds of data as pictures to choose from.
 * @param {{field: Placed}} props
 */
export function Datasets({ field }) {
  const kind = get(store.shown.value, `${field.path}.kind`);
  const problem = problemOf(field);
  return html`
    <fieldset class="datasets" aria-describedby=${problem ? "data-problem" : undefined}>
      <legend class="sr-only">${field.title}</legend>
      ${field.options.map(
        (option) => html`
          <label key=${option.value} ...${explainsOnHover(option)}>
            <input
              type="radio"
              class="sr-only"
              name=${field.path}
              value=${option.value}
              checked=${option.value === kind}
              aria-invalid=${problem !== ""}
              onChange=${() => choose(field, option.value)}
              ...${explainsOnFocus(option)}
            />
            <${Thumbnail} kind=${option.value} />
            <span>${option.title}</span>
          </label>
        `,
      )}
      ${problem && html`<p class="problem" id="data-problem">${problem}</p>`}
    </fieldset>
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
    const regression = points.y.some((value) => !Number.isInteger(value));
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
