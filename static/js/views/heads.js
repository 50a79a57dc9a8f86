import { html, useId } from "../../vendor/preact.js";
import { t } from "../i18n.js";
import { isHidden, isLocked } from "../lesson.js";
import { get } from "../paths.js";
import { change, forget } from "../settings.js";
import * as store from "../store.js";
import { Entry } from "./entry.js";
import { Features } from "./features.js";
import { problemOf, Select, wordsOf } from "./field.js";
import { explainsOnFocus, explainsOnHover } from "./help.js";
import { LayerSettings } from "./layer.js";

/** @typedef {import("../geometry.js").Diagram} Diagram */
/** @typedef {import("../schema.js").Field} Field */
/** @typedef {import("../schema.js").Placed} Placed */
/** @typedef {{[key: string]: unknown}} Layer */

const FEATURES = 54; // where their head is out of the way of the first layer's

/**
 * Above each column, what it is made of.
 * @param {{diagram: Diagram, turn: unknown}} props `turn`: a button to another view
 */
export function Heads({ diagram, turn }) {
  const field = store.fields.value.find(({ type }) => type === "list");
  const set = store.fields.value.find(({ type }) => type === "set");
  if (!field || !set) return null;
  const layers = /** @type {Layer[]} */ (store.shown.value?.[field.key] ?? []);
  const hidden = diagram.columns.slice(1, -1);
  const output = diagram.columns[diagram.columns.length - 1];
  return html`
    <div
      class=${diagram.compact ? "heads compact" : "heads"}
      hidden=${isHidden(field.key)}
      style=${{ "--top": `${diagram.top}px`, "--right": `${diagram.width - output.x}px` }}
    >
      <${Features} field=${set} x=${diagram.compact ? FEATURES : diagram.columns[0].x} />
      ${hidden.map(
        ({ x }, index) =>
          index < layers.length &&
          html`<${Pill} key=${index} field=${field} layers=${layers} index=${index} x=${x} />`,
      )}
      <div class="end">
        <button
          type="button"
          class="add"
          data-setting=${field.key}
          disabled=${layers.length >= field.maximumItems || isLocked(field.key)}
          aria-label=${t("Add a layer")}
          ...${explainsOnHover(wordsOf(field, layers))}
          ...${explainsOnFocus(wordsOf(field, layers))}
          onClick=${() => change(field.key, [...layers, another(field, layers)])}
        >
          ${t("+ layer")}
        </button>
        ${turn}
      </div>
      <${Refused} field=${field} />
    </div>
  `;
}

/**
 * Layers that cannot be as they are asked to be, such as a residual one after another width.
 * @param {{field: Field}} props
 */
function Refused({ field }) {
  const problem = store.problems.value[field.key];
  if (!problem) return null;
  return html`
    <div class="refused" role="alert">
      <p class="problem">${problem}</p>
      <button type="button" onClick=${() => forget(field.key)}>${t("Undo")}</button>
    </div>
  `;
}

/**
 * A further layer, like the last one.
 * @param {Field} field
 * @param {Layer[]} layers
 */
function another(field, layers) {
  const usual = Object.fromEntries(field.fields.map((one) => [one.key, one.default]));
  return { ...usual, ...layers[layers.length - 1] };
}

/**
 * Units and activation of one hidden layer.
 * @param {{field: Field, layers: Layer[], index: number, x: number}} props
 */
function Pill({ field, layers, index, x }) {
  const id = useId();
  const place = (/** @type {Field} */ own) => ({
    ...own,
    path: `${field.key}.${index}.${own.key}`,
    put: own.default,
  });
  const front = field.fields.filter(({ advanced }) => !advanced).map(place);
  const problem = problemOf({ ...field, path: `${field.key}.${index}`, put: undefined });
  const remove = () =>
    change(
      field.key,
      layers.filter((_, other) => other !== index),
    );
  return html`
    <fieldset class="head" disabled=${isLocked(field.key)} style=${{ left: `${x}px` }}>
    <div class="pill" role="group" aria-label=${t("Layer {layer}", { layer: index + 1 })}>
      ${front.map((own) => {
        const value = get(store.shown.value, own.path) ?? own.put;
        const label = t("{title}, layer {layer}", { title: t(own.title), layer: index + 1 });
        const props = {
          id: `${id}-${own.key}`,
          field: own,
          value,
          label,
          invalid: problemOf(own) !== "",
          describedby: problem ? `${id}-problem` : `${id}-about`,
          words: wordsOf(own, value),
        };
        return own.type === "number"
          ? html`<${Stepper} ...${props} />`
          : html`
              <span class="activation" ...${explainsOnHover(props.words)}>
                <${Select} ...${props} choices=${own.options} />
              </span>
            `;
      })}
      <span id=${`${id}-about`} hidden>${front.map((own) => t(own.description)).join(" ")}</span>
      <button
        type="button"
        class="remove"
        aria-label=${t("Remove layer {layer}", { layer: index + 1 })}
        title=${t("Remove layer {layer}", { layer: index + 1 })}
        onClick=${remove}
      >
        ×
      </button>
    </div>
    <${LayerSettings} field=${field} index=${index} />
    ${problem && html`<p class="problem" id=${`${id}-problem`}>${problem}</p>`}
    </fieldset>
  `;
}

/** @param {import("./field.js").ControlProps} props */
function Stepper(props) {
  const { field, value, label } = props;
  const number = Number(value);
  const by = (/** @type {number} */ step) => () => change(field.path, number + step);
  return html`
    <span class="stepper" ...${explainsOnHover(props.words)}>
      <button
        type="button"
        aria-label=${t("Fewer: {label}", { label })}
        disabled=${number <= field.minimum}
        onClick=${by(-1)}
      >
        −
      </button>
      <${Entry} ...${props} />
      <button
        type="button"
        aria-label=${t("More: {label}", { label })}
        disabled=${number >= field.maximum}
        onClick=${by(1)}
      >
        +
      </button>
    </span>
  `;
}
