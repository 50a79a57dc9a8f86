import { html } from "../../vendor/preact.js";
import { setting } from "../format.js";
import { get } from "../paths.js";
import { chosen, inside, isDefault } from "../schema.js";
import * as store from "../store.js";
import { Field } from "./field.js";
import { Popover } from "./popover.js";

/** @typedef {import("../schema.js").Field} FieldOf */
/** @typedef {import("../schema.js").Placed} Placed */

/**
 * The rarer settings of a layer behind a small button, which shows the initials of those in use.
 * @param {{field: FieldOf, index: number}} props
 */
export function LayerSettings({ field, index }) {
  const whole = store.shown.value;
  const path = `${field.key}.${index}`;
  const label = `Layer ${index + 1}`;
  const own = field.fields.map((one) => ({
    ...one,
    path: `${path}.${one.key}`,
    put: one.default,
  }));
  const rare = own.filter(({ advanced }) => advanced);
  const used = rare.filter((one) => !isDefault(one, get(whole, one.path)));
  const content = () => html`
    <p class="title">${label}</p>
    ${own.flatMap((one) => {
      const below = one.type === "choice" ? inside(one, whole) : [];
      return [...(one.advanced ? [one] : []), ...below].map(
        (placed) => html`
          <${Field}
            key=${placed.path}
            field=${placed}
            label=${`${placed.title}, layer ${index + 1}`}
          />
        `,
      );
    })}
  `;
  const marks = used.map((one) => mark(one, get(whole, one.path)));
  const about = marks.map(({ text }) => text).join(", ");
  const initials = marks.map((one) => one.initials).join(" ");
  return html`
    <${Popover}
      id=${`layer-${index}`}
      class="layer-settings"
      label=${`Settings of layer ${index + 1}`}
      name=${html`<span class="marks" data-marks=${initials || "⋯"}></span>`}
      named=${`Settings of layer ${index + 1}${about && `: ${about}`}`}
      attributes=${{ title: about || `Settings of layer ${index + 1}` }}
      content=${content}
    />
  `;
}

/**
 * @param {Placed} field
 * @param {unknown} value
 */
function mark(field, value) {
  const initials = field.title
    .split(" ")
    .map((word) => word[0].toUpperCase())
    .join("");
  const shown = field.type === "choice" ? chosen(field, value)?.title : setting(value);
  return { initials, text: value === true ? field.title : `${field.title} ${shown}` };
}
