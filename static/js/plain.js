import { t } from "./i18n.js";
/** What is wrong with a setting, in plain words. In other languages the server has them so. */

import { chosen } from "./schema.js";

/** @typedef {import("./schema.js").Field} Field */

/** @type {[RegExp, string][]} */
const PLAIN = [
  [/^Should be a valid number, .*/, "Needs a number"],
  [/^Should be a valid integer, got a number with a fractional part/, "Needs a whole number"],
  [/^Should be a valid integer, .*/, "Needs a whole number"],
  [/^Should be a finite number/, "Needs a number"],
  [/^Should be greater than or equal to (.*)/, "Must be at least $1"],
  [/^Should be less than or equal to (.*)/, "Must be at most $1"],
  [/^Should be greater than (.*)/, "Must be more than $1"],
  [/^Should be less than (.*)/, "Must be less than $1"],
  [/^Should be '(.*)'/, "“$1”"],
  [/^Tuple should have at least 1 item .*/, "At least one is needed"],
  [/^Tuple should have at most (\d+) items? .*/, "At most $1 are possible"],
];

/**
 * @param {string} detail as the server has it
 * @param {Field} [field] whose kinds the text may name
 */
export function plain(detail, field) {
  const parts = detail.split("; or: ").map((part) => {
    const rule = PLAIN.find(([pattern]) => pattern.test(part));
    return rule ? part.replace(rule[0], rule[1]) : part;
  });
  const text = parts.join(" or ");
  if (field?.type !== "choice") return text;
  const named = text.replace(/[a-z0-9_]+/g, (word) => t(chosen(field, word)?.title ?? word));
  return named[0].toUpperCase() + named.slice(1);
}

/**
 * The same as a sentence of its own, with the name of the setting in front.
 * @param {{path: string, detail: string}} error
 * @param {Field[]} fields
 */
export function sentence({ path, detail }, fields) {
  const field = fields.find(({ key }) => key === path.split(".")[0]);
  if (!field) return plain(detail);
  return t("{title}: {text}.", { title: t(field.title), text: plain(detail, field) });
}
