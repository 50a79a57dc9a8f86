/** Keys of the whole page: space, left and right arrow, R and N, wherever nobody is typing or choosing. */

import { isHidden } from "./lesson.js";
import { back } from "./seek.js";
import * as transport from "./transport.js";

/** @type {Record<string, () => unknown>} */
const COMMANDS = {
  " ": transport.toggle,
  ArrowRight: transport.step,
  ArrowLeft: back,
  r: () => transport.reset(),
  n: () => transport.reset({ newWeights: true }),
};

/** What is left out of the page has no key either. */
/** @type {Record<string, string>} */
const BUTTONS = { arrowright: "step", arrowleft: "scrubber", r: "reset", n: "new_weights" };

const OWN_ARROWS = "[data-own-arrows]";

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const command = COMMANDS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  const target = event.target instanceof Element ? event.target : document.body;
  if (
    !command ||
    isHidden(BUTTONS[event.key.toLowerCase()] ?? "") ||
    target.closest("input:not([type=range]), select, textarea")
  )
    return;
  const arrow = event.key.startsWith("Arrow");
  if (arrow && target.closest(`input, [role=tab], ${OWN_ARROWS}`)) return;
  if (event.key === " " && target.closest("button, summary, a")) return; // presses it
  event.preventDefault();
  if (!event.repeat || arrow) command();
}

export function listen() {
  document.addEventListener("keydown", press);
}
