/** Brings a setting into view: opens what it lies in, scrolls there, focuses it, marks it briefly. */

import { signal } from "../vendor/preact.js";
import { get } from "./paths.js";
import * as store from "./store.js";

/** The rarer settings are shown. */
export const rareOpen = signal(false);
/** All kinds of data are shown. */
export const dataOpen = signal(false);

const FOUND = "found";
const ROW = ".field, .pill, .features, .datasets > label, .datasets, .add";

/** @param {import("./find.js").Entry} entry */
export function goTo({ path, value }) {
  if (path === "data" && value) dataOpen.value = true;
  const layers = get(store.shown.value, "layers");
  const any = Array.isArray(layers) && layers.length > 0;
  const here = any ? path.replace(".*", ".0") : path.replace(/\.\*.*/, "");
  afterDrawing(() => {
    if (here === "features" || !locate(here)) open(here);
    if (!locate(here) && !locate(above(here))) rareOpen.value = true;
    afterDrawing(() => {
      const found = locate(here, value) ?? locate(above(here));
      if (found) show(found);
    });
  });
}

/** @param {() => void} act once what has changed is drawn */
const afterDrawing = (act) => requestAnimationFrame(act);

/**
 * What stands behind a button: the features, a layer's own settings.
 * @param {string} path
 */
function open(path) {
  const layer = /^layers\.(\d+)\./.exec(path)?.[1];
  const id = layer === undefined ? path : `layer-${layer}`;
  const box = document.getElementById(id);
  if (box?.popover && !box.matches(":popover-open")) box.showPopover();
}

/**
 * Of a setting that only other kinds have: their choice.
 * @param {string} path
 */
const above = (path) => path.split(".").slice(0, -1).join(".") || path;

/**
 * @param {string} path
 * @param {string} [value]
 * @returns {HTMLElement | null}
 */
function locate(path, value) {
  const own = document.querySelector(`[data-setting="${CSS.escape(path)}"]`);
  const one = value && own?.querySelector(`[value="${CSS.escape(value)}"]:not(option)`);
  const found = one || own;
  return found instanceof HTMLElement ? found : null;
}

/** @param {HTMLElement} found */
function show(found) {
  const row = found.closest(ROW) ?? found;
  const inside = found.matches("fieldset") ? found.querySelector("input:checked") : found;
  row.scrollIntoView({ block: "center" });
  if (inside instanceof HTMLElement) inside.focus({ preventScroll: true });
  for (const old of document.querySelectorAll(`.${FOUND}`)) old.classList.remove(FOUND);
  row.classList.add(FOUND);
  row.addEventListener("animationend", () => row.classList.remove(FOUND), { once: true });
}
