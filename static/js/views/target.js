import { html } from "../../vendor/preact.js";
import { setting, typedNumber } from "../format.js";
import { explainsMark } from "../glossary.js";
import { t } from "../i18n.js";
import * as store from "../store.js";

/** The test loss to reach, drawn as a dashed line. */
export function Target() {
  return html`
    <label class="target" ...${explainsMark("marks.target")}>
      ${t("target")}
      <input
        type="text"
        class="number"
        inputmode="decimal"
        autocomplete="off"
        aria-label=${t("Target test loss")}
        value=${setting(store.target.value)}
        onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
          const value = typedNumber(currentTarget.value);
          if (Number.isFinite(value) && value >= 0) store.target.value = value;
          currentTarget.value = setting(store.target.value);
        }}
      />
    </label>
  `;
}
