import { html, useSignal } from "../../vendor/preact.js";
import { t } from "../i18n.js";
import { future, past } from "../steps.js";
import { busy, canRedo, canUndo, redo, undo } from "../undo.js";

const BACK = "M6 3 2.5 6.5 6 10M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6";
const AGAIN = "m10 3 3.5 3.5L10 10M13 6.5H6.5a3.5 3.5 0 0 0 0 7H10";

/** Takes changes back and makes them again. */
export function Steps() {
  const said = useSignal("");
  const [back, again] = [past.value.at(-1)?.what(), future.value.at(-1)?.what()];
  const press = (/** @type {() => void} */ act, /** @type {string} */ text) => () => {
    said.value = text;
    act();
  };
  const undoText = back ? t("Undo: {change}", { change: back }) : t("Undo");
  const redoText = again ? t("Redo: {change}", { change: again }) : t("Redo");
  return html`
    <div class="steps" role="group" aria-label=${t("Undo and redo")} aria-busy=${busy.value}>
      <${Way}
        text=${undoText}
        keys="Control+Z"
        path=${BACK}
        disabled=${!canUndo.value}
        act=${press(undo, undoText)}
      />
      <${Way}
        text=${redoText}
        keys="Control+Shift+Z"
        path=${AGAIN}
        disabled=${!canRedo.value}
        act=${press(redo, redoText)}
      />
      <span class="sr-only" role="status">${said.value}</span>
    </div>
  `;
}

/** @param {{text: string, keys: string, path: string, disabled: boolean, act: () => void}} props */
function Way({ text, keys, path, disabled, act }) {
  return html`
    <button
      type="button"
      class="icon"
      aria-label=${text}
      aria-keyshortcuts=${keys}
      title=${text}
      disabled=${disabled}
      onClick=${act}
    >
      <svg class="stroke" viewBox="0 0 16 16" aria-hidden="true"><path d=${path} /></svg>
    </button>
  `;
}
