import { html } from "../../vendor/preact.js";
import { words as open } from "../dialogs.js";
import { explainsMark } from "../glossary.js";
import { t } from "../i18n.js";
import { isHidden } from "../lesson.js";
import { CHOICES, choose, look } from "../look.js";
import { showAgain } from "./hints.js";
import { Popover } from "./popover.js";

/** @typedef {import("../look.js").Name} Name */

const HALF = html`<svg viewBox="0 0 16 16" aria-hidden="true">
  <path d="M8 1.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zm0 1.5v10a5 5 0 010-10z" />
</svg>`;

/** Theme, palette, contrast and motion; and the training in words. */
export function View() {
  return html`
    <div hidden=${isHidden("view")}>
      <${Popover}
        id="view"
        class="menu view"
        label=${t("View")}
        name=${html`${HALF}<span class="word">${t("View")}</span>`}
        attributes=${explainsMark("marks.view")}
        content=${(/** @type {() => void} */ close) => html`
          ${Object.entries(CHOICES).map(
            ([name, { title, values }]) => html`
              <label class="view-row" key=${name} ...${explainsMark(`marks.${name}`)}>
                <span>${t(title)}</span>
                <select
                  class="small"
                  value=${look.value[/** @type {Name} */ (name)]}
                  onChange=${(
                    /** @type {{currentTarget: HTMLSelectElement}} */ { currentTarget },
                  ) => choose(/** @type {Name} */ (name), currentTarget.value)}
                >
                  ${Object.entries(values).map(
                    ([value, text]) => html`
                      <option
                        key=${value}
                        value=${value}
                        selected=${value === look.value[/** @type {Name} */ (name)]}
                      >
                        ${t(text)}
                      </option>
                    `,
                  )}
                </select>
              </label>
            `,
          )}
          <div class="view-actions">
            <a class="item in-bar" href="/glossary" target="_blank">${t("Glossary")}</a>
            <button
              type="button"
              class="item"
              onClick=${() => {
                close();
                open.value = true;
              }}
            >
              ${t("Training in words")}
            </button>
            <button
              type="button"
              class="item"
              onClick=${() => {
                close();
                showAgain();
              }}
            >
              ${t("Show the hints again")}
            </button>
          </div>
        `}
      />
    </div>
  `;
}
