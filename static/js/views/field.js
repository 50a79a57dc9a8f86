import { html, useId } from "../../vendor/preact.js";
import { setting } from "../format.js";
import { equal, get, within } from "../paths.js";
import { chosen, isDefault } from "../schema.js";
import { change, choose, forget } from "../settings.js";
import { track } from "../slider.js";
import * as store from "../store.js";
import { Entry } from "./entry.js";
import { explainsOnFocus, explainsOnHover } from "./help.js";

/** @typedef {import("../schema.js").Placed} Placed */
/** @typedef {import("./help.js").Words} Words */
/** @typedef {{id: string, field: Placed, value: unknown, invalid: boolean, describedby: string, words: Words, label?: string}} ControlProps */
/** @typedef {{currentTarget: HTMLInputElement & HTMLSelectElement}} Target */

/**
 * One setting: its name, its control, the mark of a changed value, and what is wrong with it.
 * @param {{field: Placed, label?: string}} props
 */
export function Field({ field, label }) {
  const id = useId();
  const whole = store.shown.value;
  const stored = get(whole, field.path);
  const value = stored === undefined ? field.put : stored;
  const problem = problemOf(field);
  const words = wordsOf(field, value);
  const describedby = `${id}-about${problem ? ` ${id}-problem` : ""}`;
  const props = { id, field, value, invalid: problem !== "", describedby, words, label };
  const slider = field.type === "number" && track(field) !== null;
  return html`
    <div class=${`field ${slider ? "slides" : "chooses"}`}>
      <div class="row">
        <label for=${id} ...${explainsOnHover(words)}>${label ?? field.title}</label>
        <${PutBack} field=${field} value=${value} />
        <${Control} ...${props} />
      </div>
      <span id=${`${id}-about`} hidden>${words.description}</span>
      ${problem && html`<p class="problem" id=${`${id}-problem`}>${problem}</p>`}
    </div>
  `;
}

/** @param {Placed} field */
export function problemOf({ path, type }) {
  const all = store.problems.value;
  const own = Object.keys(all).find((bad) =>
    type === "choice" ? bad === path || bad === `${path}.kind` : within(bad, path),
  );
  return own ? all[own] : "";
}

/**
 * @param {Placed} field
 * @param {unknown} value
 * @returns {Words}
 */
export function wordsOf(field, value) {
  const kind = field.type === "choice" ? chosen(field, value) : undefined;
  return { title: field.title, description: field.description, more: kind };
}

/** @param {{field: Placed, value: unknown}} props */
export function PutBack({ field, value }) {
  const same = isDefault(field, value) && problemOf(field) === "";
  if (same) return html`<span class="changed"></span>`;
  const usual = field.type === "choice" ? chosen(field, field.put)?.title : setting(field.put);
  const text = `Put back ${field.title}: ${usual ?? "default"}`;
  const putBack = () => {
    forget(field.path);
    change(field.path, field.put);
  };
  return html`
    <button type="button" class="changed" aria-label=${text} title=${text} onClick=${putBack}></button>
  `;
}

/** @param {ControlProps} props */
function Control(props) {
  const { type, options, nullable } = props.field;
  if (type === "number") return html`<${NumberControl} ...${props} />`;
  if (type === "choice" || type === "select") {
    const none = nullable ? [{ value: "", title: "As the others" }] : [];
    return html`<${Select} ...${props} choices=${[...none, ...options]} />`;
  }
  if (type === "switch") return html`<${Switch} ...${props} />`;
  return html`<${Entry} ...${props} class="wide" />`;
}

/** @param {ControlProps & {choices: {value: string, title: string}[]}} props */
export function Select({ id, field, value, invalid, describedby, words, label, choices }) {
  const isChoice = field.type === "choice";
  const current = isChoice ? String(get(value, "kind") ?? "") : String(value);
  const pick = (/** @type {Target} */ { currentTarget }) => {
    if (!isChoice) change(field.path, currentTarget.value);
    else if (currentTarget.value === "") change(field.path, null);
    else choose(field, currentTarget.value);
  };
  const known = choices.some((choice) => choice.value === current);
  const all = known ? choices : [...choices, { value: current, title: current }];
  return html`
    <select
      id=${id}
      value=${current}
      aria-label=${label}
      aria-invalid=${invalid}
      aria-describedby=${describedby}
      onChange=${pick}
      ...${explainsOnFocus(words)}
    >
      ${all.map(
        (choice) => html`
          <option value=${choice.value} selected=${choice.value === current}>
            ${choice.title}
          </option>
        `,
      )}
    </select>
  `;
}

/** @param {ControlProps} props */
function Switch({ id, field, value, invalid, describedby, words }) {
  return html`
    <input
      type="checkbox"
      id=${id}
      checked=${value === true}
      aria-invalid=${invalid}
      aria-describedby=${describedby}
      onChange=${(/** @type {Target} */ { currentTarget }) =>
        change(field.path, currentTarget.checked)}
      ...${explainsOnFocus(words)}
    />
  `;
}

/** @param {ControlProps} props */
function NumberControl(props) {
  const { id, field, value, invalid, describedby, words } = props;
  const rail = track(field);
  const number = typeof value === "number" ? value : Number.NaN;
  if (!rail) return html`<${Entry} ...${props} />`;
  const position = Number.isFinite(number) ? rail.position(number) : rail.stops;
  const slide = (/** @type {Target} */ { currentTarget }, /** @type {boolean} */ dragging) => {
    const next = rail.value(Number(currentTarget.value));
    if (!equal(next, value) || !dragging) change(field.path, next, { dragging });
  };
  return html`
    ${field.words.map((word) => html`<${Word} field=${field} value=${value} word=${word} />`)}
    <${Entry} ...${props} id=${`${id}-number`} rail=${rail} label=${field.title} />
    <input
      type="range"
      id=${id}
      min="0"
      max=${rail.stops}
      step="1"
      value=${position}
      style=${{ "--filled": `${(100 * position) / rail.stops}%` }}
      aria-label=${field.title}
      aria-valuetext=${setting(value)}
      aria-invalid=${invalid}
      aria-describedby=${describedby}
      onInput=${(/** @type {Target} */ event) => slide(event, true)}
      onChange=${(/** @type {Target} */ event) => slide(event, false)}
      ...${explainsOnFocus(words)}
    />
  `;
}

/**
 * A word that stands for a number, such as "full".
 * @param {{field: Placed, value: unknown, word: string}} props
 */
function Word({ field, value, word }) {
  const chosenWord = value === word;
  const number = typeof field.put === "number" ? field.put : field.minimum;
  return html`
    <button
      type="button"
      class="word"
      aria-pressed=${chosenWord}
      aria-label=${`${field.title}: ${word}`}
      onClick=${() => change(field.path, chosenWord ? number : word)}
    >
      ${word}
    </button>
  `;
}
