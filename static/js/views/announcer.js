import { html, useRef } from "../../vendor/preact.js";
import { t } from "../i18n.js";
import { milestone, standing } from "../spoken.js";
import * as store from "../store.js";

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
