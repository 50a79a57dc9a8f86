/**
 * The page's texts in the language of the person in front of it.
 *
 * English texts are the keys of the gettext catalogues, so they stand in the code as they are read:
 * whole sentences, with {named} places. Babel finds them as arguments of `t`, `tn`, `rich` and
 * `message`.
 */

import { computed, signal } from "../vendor/preact.js";

/** @typedef {string | number} Value */

/** BCP 47. */
export const locale = signal("en");
/** Translations by English text: one, or one for each plural form. */
export const catalog = signal(/** @type {Record<string, string | string[]>} */ ({}));

const plurals = computed(() => new Intl.PluralRules(locale.value));
/** The order in which catalogues have the plural forms of English. */
const FORMS = ["one", "other"];
const PLACE = /\{(\w+)\}/g;
/** Characters besides its places that make a template tell its sentences from others. */
const PARTICULAR = 20;

/**
 * Marks a text that is translated where it is shown: constants are made before the language is
 * known.
 * @param {string} text
 */
export const message = (text) => text;

/**
 * A text in the chosen language. A view that calls it is drawn again when that changes.
 * @param {string} text English, with {named} places
 * @param {Record<string, Value>} [values] for the places
 */
export function t(text, values) {
  return filled(translated(text), values);
}

/**
 * The same for a text that depends on a number, which its place {count} shows.
 * @param {string} one
 * @param {string} other
 * @param {number} count
 * @param {Record<string, Value>} [values]
 */
export function tn(one, other, count, values) {
  const found = catalog.value[one];
  const form = Math.max(0, FORMS.indexOf(plurals.value.select(count)));
  const text = Array.isArray(found) ? (found[form] ?? found[0]) : count === 1 ? one : other;
  return filled(text, { count, ...values });
}

/**
 * A text with elements at its places.
 * @param {string} text
 * @param {Record<string, unknown>} values
 * @returns {unknown[]} children for html``
 */
export function rich(text, values) {
  return translated(text)
    .split(/(\{\w+\})/)
    .map((part) => (/^\{\w+\}$/.test(part) ? values[part.slice(1, -1)] : part));
}

/**
 * Names or phrases, one after the other.
 * @param {string[]} parts
 */
export const listed = (parts) => parts.join(t(", "));

/**
 * A finished sentence of the server's in the chosen language.
 * @param {string} text English
 */
export function heard(text) {
  const exact = translated(text);
  if (exact !== text) return exact;
  for (const { pattern, translation } of templates.value) {
    const found = pattern.exec(text);
    if (found) return filled(translation, found.groups ?? {});
  }
  return text;
}

/** What finished sentences look like, with their translations: the most particular first. */
const templates = computed(() =>
  Object.entries(catalog.value)
    .flatMap(([english, translation]) => {
      const said = english.replace(PLACE, "").length;
      return typeof translation === "string" && said >= PARTICULAR && said < english.length
        ? [{ said, pattern: patternOf(english), translation }]
        : [];
    })
    .sort((a, b) => b.said - a.said),
);

/** @param {string} template */
function patternOf(template) {
  const places = new Set();
  const source = template.split(PLACE).map((part, index) => {
    if (index % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    if (places.has(part)) return `\\k<${part}>`;
    places.add(part);
    return `(?<${part}>.*?)`;
  });
  return new RegExp(`^${source.join("")}$`, "s");
}

/** @param {string} text */
function translated(text) {
  const found = catalog.value[text];
  return typeof found === "string" && found !== "" ? found : text;
}

/**
 * @param {string} text
 * @param {Record<string, Value>} [values]
 */
function filled(text, values) {
  return values ? text.replace(PLACE, (whole, name) => String(values[name] ?? whole)) : text;
}
