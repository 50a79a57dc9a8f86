import { effect, html, signal } from "../../vendor/preact.js";
import { message, t } from "../i18n.js";
import { embedded, isHidden } from "../lesson.js";
import * as store from "../store.js";

const HINTS = [
  message("Press Play, or space: the network begins to learn."),
  message("Point at a unit to see what it finds, at a line for its weight."),
  message("Change anything while it learns, or compare two choices."),
];
const KEY = "hints";
/** Which of them somebody follows right now. */
const FOLLOWED = [() => store.playing.value, () => store.inspected.value !== null];
/** Milliseconds: a pointer that passes over the diagram looks at nothing. */
const FOR_A_WHILE = 800;

/** Which one is shown; past the last, none ever again. */
const at = signal(closedBefore() ? HINTS.length : 0);

function closedBefore() {
  try {
    return localStorage.getItem(KEY) === "closed";
  } catch {
    return true; // otherwise they would come again and again
  }
}

/** @param {number} next */
function go(next) {
  at.value = next;
  try {
    if (next >= HINTS.length) localStorage.setItem(KEY, "closed");
    else localStorage.removeItem(KEY);
  } catch {
    // Until the page is closed.
  }
}

export const showAgain = () => go(0);

// A hint that has been followed has done its work.
effect(() => {
  if (!FOLLOWED[at.value]?.()) return undefined;
  const timer = setTimeout(() => go(at.peek() + 1), FOR_A_WHILE);
  return () => clearTimeout(timer);
});

/** For who is here for the first time: three hints below the diagram, one after the other. */
export function Hints() {
  const index = at.value;
  if (index >= HINTS.length || embedded || isHidden("network") || !store.spec.value) return null;
  const lastOne = index === HINTS.length - 1;
  return html`
    <aside class="hints" aria-label=${t("Hints")}>
      <span class="hints-count number" aria-hidden="true">${index + 1}/${HINTS.length}</span>
      <p aria-live="polite">${t(HINTS[index])}</p>
      <button type="button" class="hints-next" onClick=${() => go(index + 1)}>
        ${lastOne ? t("Got it") : t("Next")}
      </button>
      <button
        type="button"
        class="hints-close"
        aria-label=${t("Close the hints")}
        title=${t("Close the hints")}
        onClick=${() => go(HINTS.length)}
      >
        ×
      </button>
    </aside>
  `;
}
