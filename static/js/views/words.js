import { html, signal, useRef, useSignal } from "../../vendor/preact.js";
import { t } from "../i18n.js";
import { milestone, standing, summary } from "../spoken.js";
import * as store from "../store.js";
import { Sheet } from "./sheet.js";

/** The training is told in words. */
export const open = signal(false);

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

const QUIET = 10_000;

/** Tells a screen reader how training stands: when it starts or stops, and now and then. */
export function Announcer() {
  const status = store.status.value;
  const spoken = useRef({ status: "", milestone: 0, time: 0, text: "" });
  const before = spoken.current;
  const reached = milestone(store.epoch.value);
  const now = performance.now();
  const other = status !== before.status;
  const further = status === "playing" && reached > before.milestone && now - before.time > QUIET;
  if (other || further) {
    const starts = other && status === "playing";
    // What is wrong is told by its notice.
    const text = starts ? t("Training.") : status === "diverged" ? "" : standing();
    spoken.current = { status, milestone: reached, time: now, text };
  }
  return html`<p class="sr-only" role="status">${spoken.current.text}</p>`;
}
