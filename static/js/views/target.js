import { html } from "../../vendor/preact.js";
import { setting } from "../format.js";
import { t } from "../i18n.js";
import * as store from "../store.js";

/** The test loss to reach, drawn as a dashed line. */
export function Target() {
  return html`
    <label class="target" title=${t("Test loss to reach: the dashed line, and what the summary counts from")}>
      ${t("target")}
      <input
        type="text"
        class="number"
        inputmode="decimal"
        autocomplete="off"
        aria-label=${t("Target test loss")}
        value=${setting(store.target.value)}
        onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
          const value = Number(currentTarget.value.replace("−", "-").replace(",", "."));
          const good = currentTarget.value.trim() !== "" && Number.isFinite(value) && value >= 0;
          if (good) store.target.value = value;
          currentTarget.value = setting(store.target.value);
        }}
      />
    </label>
  `;
}
