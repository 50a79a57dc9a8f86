/** The colours of the style sheet as what canvases and plots need; follows what is chosen. */

import { effect, signal } from "../vendor/preact.js";
import { divergingTable, mix, parse, pixel } from "./colour.js";
import { resolved } from "./look.js";

const NAMES = /** @type {const} */ ([
  "panel",
  "chip",
  "ink",
  "muted",
  "line",
  "accent",
  "negative",
  "positive",
  "negative-tint",
  "positive-tint",
]);

/** @typedef {(typeof NAMES)[number]} Name */

function measure() {
  const style = getComputedStyle(document.documentElement);
  const token = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  const colours = /** @type {Record<Name, string>} */ (
    Object.fromEntries(NAMES.map((name) => [name, token(name)]))
  );
  const middle = parse(token("middle"));
  const classes = token("classes").split(/\s+/);
  return {
    ...colours,
    /** Full tones of class 0, 1, 2, ... */
    classes,
    /** By the tone of a lane. */
    lanes: token("lanes").split(/\s+/),
    font: token("font"),
    blank: pixel(middle),
    signed: divergingTable(
      parse(colours["negative-tint"]),
      middle,
      parse(colours["positive-tint"]),
    ),
    /** From blank to dark, for what has no sign. */
    shade: divergingTable(middle, middle, mix(middle, parse(colours.ink), 0.8)),
    /** For each class a table whose upper half goes from undecided to sure. */
    rising: token("class-tints")
      .split(/\s+/)
      .map((tint) => divergingTable(middle, middle, parse(tint))),
  };
}

/** Makes the style sheets follow, then measures them. */
function wear() {
  Object.assign(document.documentElement.dataset, resolved.value);
  return measure();
}

export const theme = signal(wear());

effect(() => {
  theme.value = wear();
});
