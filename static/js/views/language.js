import { html } from "../../vendor/preact.js";
import { explainsMark } from "../glossary.js";
import { locale, t } from "../i18n.js";
import { choose, LANGUAGES, SHORT } from "../language.js";
import { fail } from "../session.js";
import { Popover } from "./popover.js";

/** @typedef {import("../language.js").Language} Language */

/** Switches between the languages of the page. */
export function LanguageMenu() {
  const now = /** @type {Language} */ (locale.value);
  const content = (/** @type {() => void} */ close) =>
    /** @type {[Language, string][]} */ (Object.entries(LANGUAGES)).map(
      ([language, name]) => html`
        <button
          type="button"
          class="item"
          key=${language}
          lang=${language}
          aria-pressed=${language === now}
          onClick=${() => choose(language).then(close, fail)}
        >
          ${name}
        </button>
      `,
    );
  return html`
    <${Popover}
      id="language"
      class="language"
      label=${t("Language")}
      name=${html`${SHORT[now]}<span aria-hidden="true" class="rest"> ▾</span>`}
      named=${t("Language: {name}", { name: SHORT[now] })}
      attributes=${explainsMark("marks.language")}
      content=${content}
    />
  `;
}
