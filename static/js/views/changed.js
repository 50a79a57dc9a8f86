import { html } from "../../vendor/preact.js";
import { setting } from "../format.js";
import { explainsMark } from "../glossary.js";
import { t, tn } from "../i18n.js";
import { isFree } from "../lesson.js";
import { get } from "../paths.js";
import { chosen, isDefault, settings } from "../schema.js";
import { changeAll, forget } from "../settings.js";
import * as store from "../store.js";
import { Popover } from "./popover.js";

/** @typedef {import("../schema.js").Placed} Placed */

/** How many settings are not as they usually are; behind it, each of them to be put back. */
export function Changed() {
  const spec = store.shown.value;
  const changed = settings(store.fields.value, spec).filter(
    (field) =>
      field.type !== "text" && isFree(field.path) && !isDefault(field, get(spec, field.path)),
  );
  if (changed.length === 0) return null;
  const text = tn("{count} changed", "{count} changed", changed.length);
  return html`
    <${Popover}
      id="changed-settings"
      class="changes"
      label=${t("Changed settings")}
      name=${text}
      attributes=${explainsMark("marks.changed")}
      content=${(/** @type {() => void} */ close) => html`
        <ul class="changes-list">
          ${changed.map((field) => html`<${Row} key=${field.path} field=${field} />`)}
        </ul>
        <button
          type="button"
          onClick=${() => {
            close();
            putBack(changed);
          }}
        >
          ${t("Put all back")}
        </button>
      `}
    />
  `;
}

/** @param {{field: Placed}} props */
function Row({ field }) {
  const title = t(field.title);
  const usual = inWords(field, field.put);
  const text = t("Put back {setting}: {value}", { setting: title, value: usual });
  return html`
    <li class="change">
      <span class="change-name">${title}</span>
      <span class="change-value number">${inWords(field, get(store.shown.value, field.path))}</span>
      <button type="button" class="icon" aria-label=${text} title=${text} onClick=${() => putBack([field])}>
        <svg class="stroke" viewBox="0 0 16 16" aria-hidden="true"><path d="M6 3 2.5 6.5 6 10M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6" /></svg>
      </button>
    </li>
  `;
}

/** @param {Placed[]} fields */
function putBack(fields) {
  for (const { path } of fields) forget(path);
  // A kind that is put back takes its own settings with it.
  const within = (/** @type {string} */ path) =>
    fields.some((other) => other.type === "choice" && path.startsWith(`${other.path}.`));
  changeAll(fields.filter(({ path }) => !within(path)).map(({ path, put }) => [path, put]));
}

/**
 * A value of a setting, as short as can be.
 * @param {Placed} field
 * @param {unknown} value
 */
export function inWords(field, value) {
  if (field.type === "choice") return t(chosen(field, value)?.title ?? String(value ?? "–"));
  if (field.type === "switch") return value ? t("on") : t("off");
  const option = field.options.find((one) => one.value === value);
  if (option) return t(option.title);
  if (!Array.isArray(value)) return value === null ? "–" : setting(value);
  if (field.type === "parts" || value.length === 0) return String(value.length);
  if (field.type === "list") return value.map((item) => setting(get(item, "units"))).join("-");
  const names = value.map((one) => field.options.find(({ value: name }) => name === one)?.title);
  return names.map((name, index) => name ?? value[index]).join(", ");
}
