/**
 * What a teacher's link hides and locks, and its note. Views ask here before they draw a control.
 * `hide` and `lock` name settings by their path, `lock=settings` all of them, and `hide` also names
 * parts of the page and controls of the transport. `?embed=1` hides what an iframe has no room for.
 */

import { signal } from "../vendor/preact.js";
import { message } from "./i18n.js";
import { within } from "./paths.js";

/**
 * @typedef {Object} Lesson
 * @property {string[]} hide
 * @property {string[]} lock
 * @property {string[]} show what an embedded page shows besides
 * @property {string} note on top of the page
 */

export const LONGEST_NOTE = 300;

/** @type {Lesson} */
export const NONE = { hide: [], lock: [], show: [], note: "" };

export const lesson = signal(NONE);

/** What can be hidden besides settings. */
export const PARTS = {
  settings: message("Settings"),
  network: message("Network"),
  output: message("Output"),
  curves: message("Curves"),
  health: message("Table of layers"),
  compare: message("Compare"),
  presets: message("Presets"),
  export: message("Export"),
  share: message("Share"),
  view: message("View"),
  language: message("Language"),
  step: message("Step"),
  reset: message("Reset"),
  new_weights: message("New weights"),
  scrubber: message("Way back"),
  fork: message("Fork"),
  speed: message("Speed"),
};

/** The page stands in an iframe, or could. */
export const embedded =
  globalThis.location !== undefined &&
  new URLSearchParams(globalThis.location.search).get("embed") === "1";

const NOT_EMBEDDED = ["title", "presets", "compare", "export", "share", "view", "language"];

/**
 * @param {string} name of a part of the page, or the path of a setting
 */
export function isHidden(name) {
  const { hide, show } = lesson.value;
  if (hide.some((one) => within(name, one))) return true;
  return embedded && NOT_EMBEDDED.includes(name) && !show.includes(name);
}

/**
 * The setting may be looked at, and not changed.
 * @param {string} path of a setting
 */
export function isLocked(path) {
  return lesson.value.lock.some((one) => one === "settings" || within(path, one));
}

/**
 * The setting can be seen and changed.
 * @param {string} path of a setting
 */
export function isFree(path) {
  return !isLocked(path) && !isHidden(path);
}
