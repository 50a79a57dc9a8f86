import { html } from "../../vendor/preact.js";
import { KEYS as CHART } from "../chart/zoom.js";
import { t } from "../i18n.js";
import { KEYS, LIST } from "../keys.js";
import { isHidden } from "../lesson.js";

/** All keys, from the tables that are executed. */
export function KeyList() {
  return html`
    <div class="popover key-list" id=${LIST} popover="auto" role="group" aria-label=${t("Keys")}>
      <h2 tabindex="-1" autofocus>${t("Keys")}</h2>
      <${Rows} keys=${KEYS} />
      <h2>${t("While the chart has the focus")}</h2>
      <${Rows} keys=${CHART} />
    </div>
  `;
}

/** @param {{keys: {key: string, shown: string, title: string, part?: string}[]}} props */
function Rows({ keys }) {
  return html`
    <dl>
      ${keys
        .filter(({ part = "" }) => !isHidden(part))
        .map(
          ({ key, shown, title }) => html`
          <div key=${key}>
            <dt><kbd>${t(shown)}</kbd></dt>
            <dd>${t(title)}</dd>
          </div>
        `,
        )}
    </dl>
  `;
}
