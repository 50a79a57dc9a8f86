import { html, useComputed, useSignal } from "../../vendor/preact.js";
import { t } from "../i18n.js";
import { titleAt } from "../schema.js";
import { future, past } from "../steps.js";
import * as store from "../store.js";
import { canRedo, canUndo, redo, undo } from "../undo.js";

/** Takes changes of settings back and makes them again. */
export function Steps() {
  const said = useSignal("");
  const last = useComputed(() => whatOf(past.value.at(-1)));
  const next = useComputed(() => whatOf(future.value.at(-1)));
  const [back, again] = [last.value, next.value];
  const undoText = back ? t("Undo: {setting}", { setting: back }) : t("Undo");
  const redoText = again ? t("Redo: {setting}", { setting: again }) : t("Redo");
  const press = (/** @type {() => void} */ act, /** @type {string} */ text) => () => {
    said.value = text;
    act();
  };
  return html`
    <div class="steps" role="group" aria-label=${t("Changes of settings")}>
      <button
        type="button"
        class="icon"
        aria-label=${undoText}
        aria-keyshortcuts="Control+Z"
        title=${undoText}
        disabled=${!canUndo.value}
        onClick=${press(undo, undoText)}
      >
        <svg class="stroke" viewBox="0 0 16 16" aria-hidden="true"><path d="M6 3 2.5 6.5 6 10M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6" /></svg>
      </button>
      <button
        type="button"
        class="icon"
        aria-label=${redoText}
        aria-keyshortcuts="Control+Shift+Z"
        title=${redoText}
        disabled=${!canRedo.value}
        onClick=${press(redo, redoText)}
      >
        <svg class="stroke" viewBox="0 0 16 16" aria-hidden="true"><path d="m10 3 3.5 3.5L10 10M13 6.5H6.5a3.5 3.5 0 0 0 0 7H10" /></svg>
      </button>
      <span class="sr-only" role="status">${said.value}</span>
    </div>
  `;
}

/**
 * The settings of a step in words.
 * @param {import("../steps.js").Step | undefined} step
 */
function whatOf(step) {
  const titles = step?.paths.map((path) => t(titleAt(store.fields.value, path))) ?? [];
  return [...new Set(titles)].slice(0, 2).join(", ");
}
