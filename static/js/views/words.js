import { html, useSignal } from "../../vendor/preact.js";
import { words as open } from "../dialogs.js";
import { t } from "../i18n.js";
import { summary } from "../spoken.js";
import { Sheet } from "./sheet.js";

/** A dialog with the training in words, as it is at this moment. */
export function Words() {
  return html`
    <${Sheet} open=${open} class="words" title=${t("Training in words")} content=${() => html`<${Told} />`} />
  `;
}

function Told() {
  const told = useSignal(summary());
  return html`
    <div class="told" role="status">${told.value.map((text) => html`<p>${text}</p>`)}</div>
    <div class="sheet-foot">
      <button
        type="button"
        onClick=${() => {
          told.value = summary();
        }}
      >
        ${t("As it is now")}
      </button>
    </div>
  `;
}
