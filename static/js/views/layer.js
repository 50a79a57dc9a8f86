import { html } from "../../vendor/preact.js";
import { setting } from "../format.js";
import { explainsMark } from "../glossary.js";
import { t } from "../i18n.js";
import { frozenParts, isFrozen } from "../parts.js";
import { get } from "../paths.js";
import { chosen, inside, isDefault } from "../schema.js";
import * as store from "../store.js";
import { Field } from "./field.js";
import { Popover } from "./popover.js";
import { ActivationCurve } from "./preview.js";
import { Freeze } from "./weight.js";

/** @typedef {import("../schema.js").Field} FieldOf */
/** @typedef {import("../schema.js").Placed} Placed */

/**
 * The rarer settings of a layer behind a small button, which shows the initials of those in use.
 * @param {{field: FieldOf, index: number}} props
 */
export function LayerSettings({ field, index }) {
  const whole = store.shown.value;
  const path = `${field.key}.${index}`;
  const number = { layer: index + 1 };
  const label = t("Layer {layer}", number);
  const own = field.fields.map((one) => ({
    ...one,
    path: `${path}.${one.key}`,
    put: one.default,
  }));
  const rare = own.filter(({ advanced }) => advanced);
  const used = rare.filter((one) => !isDefault(one, get(whole, one.path)));
  const content = () => html`
    <div class="actions">
      <p class="title">${label}</p>
      <${Freeze}
        part=${{ layer: index + 1 }}
        label=${t("Freeze {name}", { name: label })}
        text=${t("Freeze")}
      />
    </div>
    <${ActivationCurve} layer=${index} />
    ${own.flatMap((one) => {
      const below = one.type === "choice" ? inside(one, whole) : [];
      return [...(one.advanced ? [one] : []), ...below].map(
        (placed) => html`
          <${Field}
            key=${placed.path}
            field=${placed}
            label=${t("{title}, layer {layer}", { title: t(placed.title), ...number })}
          />
        `,
      );
    })}
  `;
  const marks = used.map((one) => mark(one, get(whole, one.path)));
  if (isFrozen(frozenParts(whole), number)) marks.push(worded(t("Frozen"), t("Frozen")));
  const list = marks.map(({ text }) => text).join(", ");
  const initials = marks.map((one) => one.initials).join(" ");
  const about = t("Settings of layer {layer}", number);
  return html`
    <${Popover}
      id=${`layer-${index}`}
      class="layer-settings"
      label=${about}
      name=${html`<span class="marks" data-marks=${initials || "⋯"}></span>`}
      named=${list ? t("Settings of layer {layer}: {list}", { ...number, list }) : about}
      attributes=${explainsMark("marks.layer_settings")}
      content=${content}
    />
  `;
}

/**
 * @param {Placed} field
 * @param {unknown} value
 */
function mark(field, value) {
  const title = t(field.title);
  if (value === true) return worded(title, title);
  const shown = field.type === "choice" ? t(chosen(field, value)?.title ?? "") : setting(value);
  return worded(title, t("{title} {value}", { title, value: shown }));
}

/**
 * @param {string} title
 * @param {string} text
 */
function worded(title, text) {
  const words = title.split(" ");
  return { initials: words.map((word) => word[0].toUpperCase()).join(""), text };
}
