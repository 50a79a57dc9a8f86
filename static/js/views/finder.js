import { html, useComputed, useEffect, useId, useRef, useSignal } from "../../vendor/preact.js";
import { entries, search } from "../find.js";
import { goTo } from "../goto.js";
import { t } from "../i18n.js";
import { FINDER } from "../keys.js";
import { isFree } from "../lesson.js";
import * as store from "../store.js";

/** @typedef {import("../find.js").Entry} Entry */
/** @typedef {{currentTarget: HTMLInputElement}} Input */

/** Looks for a setting by name and goes there. The key / comes here from anywhere. */
export function Finder() {
  const id = useId();
  const box = useRef(/** @type {HTMLInputElement | null} */ (null));
  const text = useSignal("");
  const at = useSignal(0);
  const open = useSignal(false);
  const all = useComputed(() => entries(store.fields.value).filter(({ path }) => isFree(path)));
  const found = search(all.value, text.value, t);
  const shown = open.value && text.value.trim() !== "";
  const choose = (/** @type {Entry} */ entry) => {
    text.value = "";
    open.value = false;
    goTo(entry);
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && found.length > 0) {
      event.preventDefault();
      at.value = (at.value + by + found.length) % found.length;
    } else if (event.key === "Enter" && found[at.value]) {
      event.preventDefault(); // or it would press what gets the focus
      choose(found[at.value]);
    } else if (event.key === "Escape") {
      text.value = "";
      if (!shown) box.current?.blur();
    }
  };
  return html`
    <div class="finder">
      <input
        type="search"
        class="box"
        role="combobox"
        id=${FINDER}
        ref=${box}
        placeholder=${t("Find a setting")}
        aria-label=${t("Find a setting")}
        aria-keyshortcuts="/"
        aria-expanded=${shown}
        aria-controls=${id}
        aria-autocomplete="list"
        aria-activedescendant=${shown && found.length > 0 ? `${id}-${at.value}` : undefined}
        autocomplete="off"
        spellcheck=${false}
        value=${text.value}
        onInput=${(/** @type {Input} */ { currentTarget }) => {
          text.value = currentTarget.value;
          at.value = 0;
          open.value = true;
        }}
        onFocus=${() => {
          open.value = true;
        }}
        onBlur=${() => {
          open.value = false;
        }}
        onKeyDown=${press}
      />
      <kbd class="slash" aria-hidden="true">/</kbd>
      <div class="results" hidden=${!shown}>
        <div id=${id} role="listbox" aria-label=${t("Settings found")}>
          ${
            shown &&
            found.map(
              (entry, index) => html`
                <${Result}
                  key=${`${entry.path} ${entry.title} ${entry.value}`}
                  id=${`${id}-${index}`}
                  entry=${entry}
                  active=${index === at.value}
                  choose=${() => choose(entry)}
                />
              `,
            )
          }
        </div>
        ${shown && found.length === 0 && html`<p class="hint" role="status">${t("There is no such setting.")}</p>`}
      </div>
    </div>
  `;
}

/**
 * @param {{id: string, entry: Entry, active: boolean, choose: () => void}} props
 */
function Result({ id, entry, active, choose }) {
  const row = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return html`
    <div
      id=${id}
      ref=${row}
      class="result"
      role="option"
      aria-selected=${active}
      onPointerDown=${(/** @type {PointerEvent} */ event) => event.preventDefault()}
      onClick=${choose}
    >
      <span class="result-name">${t(entry.title)}</span>
      <span class="result-within">${entry.within.map((one) => t(one)).join(" · ")}</span>
    </div>
  `;
}
