import { html } from "../../vendor/preact.js";
import { t } from "../i18n.js";

/** Beside what the link has locked. */
export function Lock() {
  const text = t("Locked by the link that opened this page");
  return html`
    <svg class="locked-mark" viewBox="0 0 16 16" role="img" aria-label=${text}>
      <title>${text}</title>
      <path d="M4.5 7V5a3.5 3.5 0 017 0v2h.5v6.5H4V7zm1.5 0h4V5a2 2 0 00-4 0z" />
    </svg>
  `;
}
