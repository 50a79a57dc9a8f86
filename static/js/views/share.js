import { html, useSignal } from "../../vendor/preact.js";
import { settle } from "../address.js";
import { classLink as open } from "../dialogs.js";
import { explainsMark } from "../glossary.js";
import { t } from "../i18n.js";
import { isHidden } from "../lesson.js";
import { Popover } from "./popover.js";

const LINK = html`<svg viewBox="0 0 16 16" aria-hidden="true">
  <path class="line" d="M6.5 9.5l3-3M7.5 5l1.6-1.6a2.5 2.5 0 013.5 3.5L11 8.5M8.5 11l-1.6 1.6a2.5 2.5 0 01-3.5-3.5L5 7.5" />
</svg>`;

/** Links to exactly this state: the page's own, and one for a class. */
export function Share() {
  return html`
    <div hidden=${isHidden("share")}>
      <${Popover}
        id="share"
        class="menu share"
        label=${t("Share")}
        name=${html`${LINK}<span class="word">${t("Share")}</span>`}
        attributes=${explainsMark("marks.share")}
        content=${(/** @type {() => void} */ close) => html`
          <${Copy}
            title=${t("Copy link")}
            about=${t("To exactly this state: settings, changes and epoch")}
            text=${() => location.href}
          />
          <button
            type="button"
            class="item file"
            onClick=${() => {
              close();
              open.value = true;
            }}
          >
            <span>${t("Link for a class…")}</span>
            <span class="present">${t("With parts hidden or locked, and a note")}</span>
          </button>
        `}
      />
    </div>
  `;
}

/**
 * Copies what the address has become, and says so.
 * @param {{title: string, about?: string, text: () => string, class?: string}} props
 */
export function Copy({ title, about = "", text, class: kind = "item file" }) {
  const copied = useSignal(false);
  const copy = async () => {
    await settle();
    await navigator.clipboard.writeText(text()).catch(() => undefined);
    copied.value = true;
    setTimeout(() => {
      copied.value = false;
    }, 2000);
  };
  return html`
    <button type="button" class=${kind} onClick=${copy}>
      <span>${copied.value ? t("Copied") : title}</span>
      ${about && html`<span class="present">${about}</span>`}
    </button>
  `;
}
