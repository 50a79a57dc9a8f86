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
  for (const { pieces, translation } of templates.value) {
    const values = valuesIn(text, pieces);
    if (values) return filled(translation, values);
  }
  return text;
}

/** What finished sentences look like, with their translations: the most particular first. */
const templates = computed(() =>
  Object.entries(catalog.value)
    .flatMap(([english, translation]) => {
      const said = english.replace(PLACE, "").length;
      return typeof translation === "string" && said >= PARTICULAR && said < english.length
        ? [{ said, pieces: english.split(PLACE), translation }]
        : [];
    })
    .sort((a, b) => b.said - a.said),
);

/**
 * The values of a template in a finished sentence; null where that is of another. Each is as short
 * as it can be, found without going back.
 * @param {string} text
 * @param {string[]} pieces literal text and names of places in turn
 */
function valuesIn(text, pieces) {
  const [first, last] = [pieces[0], pieces[pieces.length - 1]];
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return null;
  /** @type {Record<string, string>} */
  const values = {};
  let begin = first.length;
  for (let index = 1; index < pieces.length; index += 2) {
    const [name, literal] = [pieces[index], pieces[index + 1]];
    const until = index + 2 === pieces.length ? end : text.indexOf(literal, begin);
    if (until < begin || until > end) return null;
    const value = text.slice(begin, until);
    if ((values[name] ?? value) !== value) return null;
    values[name] = value;
    begin = until + literal.length;
  }
  return values;
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
