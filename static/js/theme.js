/** The colours of the style sheet as what canvases and plots need; follows light and dark. */

import { signal } from "../vendor/preact.js";
import { divergingTable, mix, parse, pixel } from "./colour.js";

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
  const middle = parse(colours.panel);
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

export const theme = signal(measure());

const refresh = () => {
  theme.value = measure();
};
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", refresh);
