import { html, useId } from "../../vendor/preact.js";
import { setting } from "../format.js";
import { explainsMark } from "../glossary.js";
import { message, t } from "../i18n.js";
import { isApart } from "../lanes.js";
import { isHidden, isLocked } from "../lesson.js";
import { equal, get, within } from "../paths.js";
import { chosen, isDefault } from "../schema.js";
import { change, choose, forget, hold } from "../settings.js";
import { track } from "../slider.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { inWords } from "./changed.js";
import { opensChooser } from "./chooser.js";
import { Entry } from "./entry.js";
import { explainsOnFocus, explainsOnHover } from "./help.js";
import { Lock } from "./lock.js";
import { ActivationCurve, Preview } from "./preview.js";

/** @typedef {import("../schema.js").Placed} Placed */
/** @typedef {import("./help.js").Words} Words */
/**
 * @typedef {Object} ControlProps
 * @property {string} id
 * @property {Placed} field
 * @property {unknown} value
 * @property {boolean} invalid
 * @property {string} describedby
 * @property {Words} words
 * @property {string} label its name where the title alone would not tell which one is meant
 */
/** @typedef {{currentTarget: HTMLInputElement & HTMLSelectElement}} Target */

const AS_OTHERS = message("As the others");
const WITHOUT = message("as the others");
/** What numbers can be instead, for the catalogues. */
message("full");
message("auto");
const RESTARTS = message("A change starts training afresh.");
const LIVE = message("Applies live, at the next update.");

/**
 * One setting: its name, its control, the mark of a changed value, and what is wrong with it.
 * @param {{field: Placed, label?: string}} props
 */
export function Field({ field, label = t(field.title) }) {
  const id = useId();
  const whole = store.shown.value;
  const stored = get(whole, field.path);
  const value = stored === undefined ? field.put : stored;
  const problem = problemOf(field);
  const words = wordsOf(field, value);
  const describedby = `${id}-about${problem ? ` ${id}-problem` : ""}`;
  const props = { id, field, value, invalid: problem !== "", describedby, words, label };
  const locked = isLocked(field.path);
  const slider = field.type === "number" && track(field) !== null;
  return html`
    <${locked ? "fieldset" : "div"} class=${`field ${slider ? "slides" : "chooses"}`} disabled=${locked}>
      <div class="row">
        <label for=${id} ...${explainsOnHover(words)}>${t(field.title)}</label>
        ${locked ? html`<${Lock} />` : html`<${Restarts} field=${field} />`}
        <${ThisLane} path=${field.path} />
        <${PutBack} field=${field} value=${value} label=${label} />
        <${Compare} path=${field.path} label=${label} />
        <${Control} ...${props} />
      </div>
      <span id=${`${id}-about`} hidden>${words.description} ${words.applies}</span>
      <${Preview} field=${field} value=${value} />
      ${problem && html`<p class="problem" id=${`${id}-problem`}>${problem}</p>`}
    <//>
  `;
}

/**
 * A quiet sign on what makes a run start afresh; everything else applies live.
 * @param {{field: Placed}} props
 */
function Restarts({ field }) {
  if (field.restarts !== true) return null;
  return html`
    <span class="restarts" role="img" aria-label=${t("Starts afresh")} ...${explainsMark("marks.restart")}>
      <svg class="stroke" viewBox="0 0 16 16" aria-hidden="true"><path d="M12.6 5.4A5.2 5.2 0 1 0 13.2 8.6M13 2.4v3.2H9.8" /></svg>
    </span>
  `;
}

/**
 * When a change of a setting counts.
 * @param {import("../schema.js").Field} field
 */
function appliesOf({ restarts }) {
  if (typeof restarts === "string") return t(restarts);
  return t(restarts ? RESTARTS : LIVE);
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
 * @param {import("../schema.js").Field & {path?: string}} field
 * @param {unknown} value
 * @returns {Words}
 */
export function wordsOf(field, value) {
  const kind = field.type === "choice" ? chosen(field, value) : undefined;
  return {
    ...field,
    title: t(field.title),
    description: t(field.description),
    applies: appliesOf(field),
    more: kind,
    picture: pictureOf(field),
  };
}

/** @param {{path?: string}} field */
function pictureOf({ path = "" }) {
  const layer = /^layers\.(\d+)\.activation$/.exec(path)?.[1];
  return layer && html`<${ActivationCurve} layer=${Number(layer)} />`;
}

/**
 * Marks what lanes differ in: it is changed in the open lane alone.
 * @param {{path: string}} props
 */
export function ThisLane({ path }) {
  const runs = store.runs.value;
  const lane = store.lanes.value[store.selected.value];
  if (runs.length < 2 || !lane || !isApart(path, runs, lane.index)) return null;
  const text = t("This lane alone: lanes differ here");
  return html`
    <span
      class="this-lane"
      role="img"
      aria-label=${text}
      ...${explainsMark("marks.this_lane")}
      style=${{ "--tone": theme.value.lanes[lane.tone] }}
    ></span>
  `;
}

/** @param {{path: string, label: string}} props */
function Compare({ path, label }) {
  const text = t("Compare values of {setting} side by side", { setting: label });
  return html`
    <button type="button" class="compare-this" hidden=${isHidden("compare")} aria-label=${text} title=${text} ...${opensChooser(path)}>
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2.5 3.5h4v9h-4zM9.5 3.5h4v9h-4z" /></svg>
    </button>
  `;
}

/** @param {{field: Placed, value: unknown, label: string}} props */
function PutBack({ field, value, label }) {
  const same = isDefault(field, value) && problemOf(field) === "";
  if (same) return html`<span class="changed"></span>`;
  const text = t("Put back {setting}: {value}", {
    setting: label,
    value: inWords(field, field.put),
  });
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
    const none = nullable ? [{ value: "", title: AS_OTHERS }] : [];
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
      data-setting=${field.path}
      title=${t(all.find((choice) => choice.value === current)?.title ?? "")}
      aria-label=${label}
      aria-invalid=${invalid}
      aria-describedby=${describedby}
      onChange=${pick}
      ...${explainsOnFocus(words)}
    >
      ${all.map(
        (choice) => html`
          <option value=${choice.value} selected=${choice.value === current}>
            ${t(choice.title)}
          </option>
        `,
      )}
    </select>
  `;
}

/** @param {ControlProps} props */
function Switch({ id, field, value, invalid, describedby, words, label }) {
  return html`
    <input
      type="checkbox"
      id=${id}
      data-setting=${field.path}
      checked=${value === true}
      aria-label=${label}
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
  const { id, field, value, invalid, describedby, words, label } = props;
  const rail = track(field);
  const number = typeof value === "number" ? value : Number.NaN;
  if (!rail) return html`<${Entry} ...${props} />`;
  const away = value === null ? 0 : rail.stops;
  const position = Number.isFinite(number) ? rail.position(number) : away;
  const instead = [...field.words, ...(field.nullable ? [null] : [])];
  const slide = (/** @type {Target} */ { currentTarget }) => {
    const next = rail.value(Number(currentTarget.value));
    if (!equal(next, value)) change(field.path, next, "soon");
  };
  return html`
    ${instead.map((one) => html`<${Instead} field=${field} value=${value} instead=${one} label=${label} />`)}
    <${Entry} ...${props} id=${`${id}-number`} rail=${rail} />
    <input
      type="range"
      id=${id}
      min="0"
      max=${rail.stops}
      step="1"
      value=${position}
      style=${{ "--filled": `${(100 * position) / rail.stops}%` }}
      aria-label=${label}
      aria-valuetext=${value === null ? t(AS_OTHERS) : setting(value)}
      aria-invalid=${invalid}
      aria-describedby=${describedby}
      onPointerDown=${hold}
      onInput=${slide}
      ...${explainsOnFocus(words)}
    />
  `;
}

/**
 * What stands for a number: a word such as "full", or null where the setting of all counts.
 * @param {{field: Placed, value: unknown, instead: string | null, label: string}} props
 */
function Instead({ field, value, instead, label }) {
  const now = value === instead;
  const number = typeof field.put === "number" ? field.put : Math.max(0, field.minimum);
  const text = t(instead ?? WITHOUT);
  return html`
    <button
      type="button"
      class="word"
      aria-pressed=${now}
      aria-label=${t("{setting}: {value}", { setting: label, value: text })}
      onClick=${() => change(field.path, now ? number : instead)}
    >
      ${text}
    </button>
  `;
}
