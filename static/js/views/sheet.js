import { html, useEffect, useRef } from "../../vendor/preact.js";
import { t } from "../i18n.js";

/**
 * A large dialog over the page.
 * @param {{
 *   open: import("../../vendor/preact.js").Signal<boolean>,
 *   class: string,
 *   title: string,
 *   hint?: string,
 *   light?: boolean,
 *   content: () => unknown,
 * }} props light: a click beside it closes it too
 */
export function Sheet({ open, class: kind, title, hint = "", light = false, content }) {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    if (open.value && !box.current?.open) box.current?.showModal();
    else if (!open.value) box.current?.close();
  }, [open.value]);
  const close = () => {
    open.value = false;
  };
  const beside = (/** @type {MouseEvent} */ { target }) => {
    if (light && target === box.current) close();
  };
  return html`
    <dialog class=${`sheet ${kind}`} ref=${box} aria-labelledby=${`${kind}-title`} onClose=${close} onClick=${beside}>
      ${
        open.value &&
        html`
          <div class="sheet-inside">
            <div class="sheet-head">
              <h2 id=${`${kind}-title`}>${title}</h2>
              ${hint && html`<p class="hint">${hint}</p>`}
              <button type="button" class="close" aria-label=${t("Close")} title=${t("Close")} onClick=${close}>
                ×
              </button>
            </div>
            ${content()}
          </div>
        `
      }
    </dialog>
  `;
}
