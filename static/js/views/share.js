import { html, useSignal } from "../../vendor/preact.js";
import { settle } from "../address.js";
import { t } from "../i18n.js";

/** Copies the page's address, which holds the whole state. */
export function Share() {
  const copied = useSignal(false);
  const copy = async () => {
    await settle();
    await navigator.clipboard.writeText(location.href).catch(() => undefined);
    copied.value = true;
    setTimeout(() => {
      copied.value = false;
    }, 2000);
  };
  return html`
    <button type="button" class="share" onClick=${copy} title=${t("Copy a link to exactly this state")}>
      ${copied.value ? t("Copied") : t("Share")}
    </button>
  `;
}
