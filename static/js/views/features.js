import { html } from "../../vendor/preact.js";
import { t } from "../i18n.js";
import { isHidden, isLocked } from "../lesson.js";
import { featuresOf } from "../names.js";
import { equal } from "../paths.js";
import { change } from "../settings.js";
import * as store from "../store.js";
import { problemOf, wordsOf } from "./field.js";
import { explainsOnHover } from "./help.js";
import { Popover } from "./popover.js";

/** @typedef {import("../schema.js").Field} Field */

/**
 * Which features the network sees: a button that opens a set of switches. Functions of the plane,
 * or the columns of a table.
 * @param {{field: Field, x: number}} props
 */
export function Features({ field, x }) {
  const columns = store.columns.value;
  const used = featuresOf(store.shown.value?.[field.key], columns);
  const problem = problemOf({ ...field, path: field.key, put: field.default });
  const options = field.options.filter(({ value, titled }) =>
    columns ? columns.includes(value) : titled,
  );
  const all = columns ?? options.map(({ value }) => value);

  const toggle = (/** @type {string} */ name) => {
    const next = all.filter((one) => used.includes(one) !== (one === name));
    change(field.key, columns && equal(next, columns) ? field.default : next);
  };
  const content = () => html`
    ${
      columns &&
      html`
        <button
          type="button"
          aria-pressed=${used.length === columns.length}
          onClick=${() => change(field.key, field.default)}
        >
          ${t("All")}
        </button>
      `
    }
    ${all.map(
      (name) => html`
        <button
          type="button"
          key=${name}
          aria-pressed=${used.includes(name)}
          aria-invalid=${problem !== ""}
          onClick=${() => toggle(name)}
        >
          ${t(options.find(({ value }) => value === name)?.title ?? name)}
        </button>
      `,
    )}
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
  `;
  return html`
    <div class="features" style=${{ left: `${x}px` }}>
      <${Popover}
        id="features"
        class=${columns ? "columns" : "functions"}
        label=${t(field.title)}
        name=${html`${t(field.title)} <span aria-hidden="true">+</span>`}
        attributes=${{
          ...explainsOnHover(wordsOf(field, null)),
          "data-setting": field.key,
          disabled: isLocked(field.key),
          hidden: isHidden(field.key),
        }}
        content=${content}
      />
    </div>
  `;
}
