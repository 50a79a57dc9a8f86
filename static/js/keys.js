/** Keys of the whole page, wherever nobody is typing or choosing. */

import { message } from "./i18n.js";
import { isHidden } from "./lesson.js";
import { back } from "./seek.js";
import * as transport from "./transport.js";
import { redo, undo } from "./undo.js";

/**
 * @typedef {Object} Key
 * @property {string} key as `pressed` spells it
 * @property {string} shown on the list
 * @property {string} title
 * @property {() => unknown} command
 * @property {string} [part] of the page that does the same: without it the key does nothing
 * @property {string} [typing] where it is typed instead, if not wherever keys are
 */

const TYPING = "input:not([type=range]), select, textarea";
/** Where a slash is a letter; a number has none. */
const TEXTS = "[type=text]:not([inputmode=decimal]), [type=search], textarea";
/** Where a setting is looked for. */
export const FINDER = "find-setting";

/** Where the list of all keys opens. */
export const LIST = "keys";
export const showKeys = () => document.getElementById(LIST)?.togglePopover();

/** @type {Key[]} */
export const KEYS = [
  { key: " ", shown: message("Space"), title: message("Play or pause"), command: transport.toggle },
  {
    key: "ArrowRight",
    shown: "→",
    title: message("Train one epoch"),
    command: transport.step,
    part: "step",
  },
  {
    key: "Shift+ArrowRight",
    shown: "⇧ →",
    title: message("Train one mini-batch"),
    command: transport.stepBatch,
    part: "step",
  },
  {
    key: "ArrowLeft",
    shown: "←",
    title: message("Back one epoch"),
    command: back,
    part: "scrubber",
  },
  {
    key: "r",
    shown: "R",
    title: message("Reset to epoch 0, same weights"),
    command: transport.reset,
    part: "reset",
  },
  {
    key: "n",
    shown: "N",
    title: message("Reset with new weights"),
    command: transport.newWeights,
    part: "new_weights",
  },
  { key: "Ctrl+z", shown: "Ctrl Z", title: message("Undo"), command: undo },
  {
    key: "Ctrl+Shift+z",
    shown: "Ctrl ⇧ Z",
    title: message("Redo"),
    command: redo,
  },
  {
    key: "/",
    shown: "/",
    title: message("Find a setting"),
    command: () => document.getElementById(FINDER)?.focus(),
    typing: TEXTS,
  },
  {
    key: "?",
    shown: "?",
    title: message("Show these keys"),
    command: showKeys,
  },
];

const OWN_ARROWS = "[data-own-arrows]";
const REPEATED = /Arrow/;

/**
 * "r", "?", "Shift+ArrowRight", "Ctrl+Shift+z": Shift only where it makes no other sign.
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, shiftKey: boolean}} event
 */
export function pressed({ key, ctrlKey, metaKey, shiftKey }) {
  const single = key.length === 1;
  const ctrl = ctrlKey || metaKey;
  const shift = shiftKey && (ctrl || !single);
  return `${ctrl ? "Ctrl+" : ""}${shift ? "Shift+" : ""}${single ? key.toLowerCase() : key}`;
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.altKey || event.defaultPrevented) return;
  const found = KEYS.find(({ key }) => key === pressed(event));
  const target = event.target instanceof Element ? event.target : document.body;
  if (!found || isHidden(found.part ?? "") || target.closest(found.typing ?? TYPING)) return;
  const arrow = REPEATED.test(event.key);
  if (arrow && target.closest(`input, [role=tab], ${OWN_ARROWS}`)) return;
  if (event.key === " " && target.closest("button, summary, a")) return; // presses it
  event.preventDefault();
  if (!event.repeat || arrow) found.command();
}

export function listen() {
  document.addEventListener("keydown", press);
}
