import { html } from "../../vendor/preact.js";
import { explainsMark } from "../glossary.js";
import { dataOpen } from "../goto.js";
import { message, t } from "../i18n.js";
import { isHidden, isLocked } from "../lesson.js";
import { KIND } from "../own.js";
import { get } from "../paths.js";
import { change, choose } from "../settings.js";
import * as store from "../store.js";
import { problemOf } from "./field.js";
import { explainsOnFocus, explainsOnHover } from "./help.js";
import { Lock } from "./lock.js";
import { isRegression, Thumbnail } from "./thumbnail.js";
import { Yours } from "./yours.js";

/** @typedef {import("../schema.js").Placed} Placed */
/** @typedef {import("../schema.js").Option} Option */

/** As many different draws are more than anybody looks at, and short in a link. */
const SEEDS = 10_000;

/** One or more of each sort. The others are a click away. */
const COMMON = ["circle", "xor", "gaussian", "spiral", "blobs", "plane", "iris"];
const TWO = message("Two classes");
const MORE = message("More classes");
const VALUES = message("Values");
const TABLES = message("Real tables");
const SORTS = [TWO, MORE, VALUES, TABLES];

/**
 * The kinds of data as pictures to choose from.
 * @param {{field: Placed, locked?: boolean}} props
 */
export function Datasets({ field, locked = false }) {
  const open = dataOpen;
  const kind = String(get(store.shown.value, `${field.path}.kind`));
  const problem = store.problems.value[`${field.path}.id`] ?? problemOf(field);
  const ready = field.options.filter(({ value }) => value !== KIND);
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
    ${locked && html`<${Lock} />`}
    <button
      type="button"
      class="more-data"
      aria-expanded=${open.value}
      aria-controls="datasets"
      onClick=${() => {
        open.value = !open.value;
      }}
    >
      ${open.value ? t("Fewer") : t("All {count}", { count: field.options.length })}
    </button>
    <${NewPoints} field=${field} locked=${locked} />
    <fieldset class="datasets" id="datasets" disabled=${locked} data-setting=${field.path} aria-describedby=${problem ? "data-problem" : undefined}>
      <legend class="sr-only">${t(field.title)}</legend>
      ${
        open.value
          ? SORTS.map((sort) => {
              const options = ready.filter((option) => sortOf(option) === sort);
              return html`
                <p class="sort" key=${sort}>${t(sort)}</p>
                ${options.map(thumbnail)}
              `;
            })
          : common(ready, kind).map(thumbnail)
      }
      ${open.value && html`<p class="sort">${t("Your own")}</p>`}
      <${Yours} field=${field} />
      ${problem && html`<p class="problem" id="data-problem">${problem}</p>`}
    </fieldset>
  `;
}

/**
 * Draws again: other points of the same kind, or another split of a table.
 * @param {{field: Placed, locked: boolean}} props
 */
function NewPoints({ field, locked }) {
  const path = `${field.path}.seed`;
  return html`
    <button
      type="button"
      class="new-points"
      disabled=${locked || isLocked(path)}
      hidden=${isHidden(path)}
      ...${explainsMark("marks.new_points")}
      aria-label=${t("New points")}
      onClick=${() => change(path, Math.floor(Math.random() * SEEDS))}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <rect x="2" y="2" width="12" height="12" rx="3" />
        <path d="M5.5 5.5h.01M10.5 5.5h.01M8 8h.01M5.5 10.5h.01M10.5 10.5h.01" />
      </svg>
    </button>
  `;
}

/**
 * The common kinds; another one that is in use takes the last place.
 * @param {Option[]} options
 * @param {string} kind
 */
function common(options, kind) {
  const rare = kind !== KIND && !COMMON.includes(kind);
  const shown = rare ? [...COMMON.slice(0, -1), kind] : COMMON;
  return shown.flatMap((one) => options.filter(({ value }) => value === one));
}

/** @param {Option} option */
function sortOf({ value, columns }) {
  if (columns) return TABLES;
  const y = store.datasets.value?.[value]?.y ?? [];
  if (isRegression(y)) return VALUES;
  return y.some((one) => one > 1) ? MORE : TWO;
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
      <${Thumbnail} points=${store.datasets.value?.[option.value]} />
      <span>${t(option.title)}</span>
    </label>
  `;
}
