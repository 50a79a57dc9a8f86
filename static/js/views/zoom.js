import { html } from "../../vendor/preact.js";
import { t } from "../i18n.js";
import * as store from "../store.js";
import * as zoom from "../zoom.js";

const STEP = 2;

/** Buttons for who has no wheel and no two fingers. */
export function ZoomButtons() {
  const zoomed = store.domain.value !== null;
  const button = (
    /** @type {string} */ sign,
    /** @type {string} */ name,
    /** @type {() => void} */ act,
    /** @type {boolean} */ off,
  ) => html`
    <button type="button" aria-label=${name} title=${name} disabled=${off} onClick=${act}>
      ${sign}
    </button>
  `;
  return html`
    <div class="zoom-buttons" role="group" aria-label=${t("Zoom")}>
      ${button("+", t("Zoom in (also Ctrl and wheel)"), () => zoom.zoom(STEP), false)}
      ${button("−", t("Zoom out"), () => zoom.zoom(1 / STEP), !zoomed)}
      ${button("⤢", t("Whole plane"), zoom.showAll, !zoomed)}
    </div>
  `;
}
