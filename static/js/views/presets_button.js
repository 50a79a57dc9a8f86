import { html } from "../../vendor/preact.js";
import { explainsMark } from "../glossary.js";
import { t } from "../i18n.js";
import { isHidden } from "../lesson.js";
import { open } from "../presets.js";
import * as store from "../store.js";

const GRID = html`<svg viewBox="0 0 16 16" aria-hidden="true">
  <path d="M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z" />
</svg>`;

/** Opens the cards. */
export function PresetsButton() {
  return html`
    <button
      type="button"
      class="bar-button"
      aria-haspopup="dialog"
      hidden=${isHidden("presets")}
      disabled=${store.spec.value === null}
      onClick=${() => {
        open.value = true;
      }}
      ...${explainsMark("marks.presets")}
    >
      ${GRID}<span class="word">${t("Presets")}</span>
    </button>
  `;
}
