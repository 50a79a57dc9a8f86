/** What the page's marks mean: explanations that the server has, asked for when first wanted. */

import * as api from "./api.js";
import { explainsOnFocus, explainsOnHover } from "./views/help.js";

/** @typedef {import("./api.js").Term} Term */

/** @type {Promise<Map<string, Term>> | null} */
let terms = null;

/**
 * @param {string} id
 * @returns {Promise<Term | null>} null where there is none, or the server is not reached
 */
async function termOf(id) {
  terms ??= api.glossary().then((all) => new Map(all.map((term) => [term.id, term])));
  try {
    return (await terms).get(id) ?? null;
  } catch {
    terms = null;
    return null;
  }
}

/**
 * What shows the explanation of a mark that is no setting, by pointer, finger and keyboard. What
 * cannot be focused by itself needs a tabindex.
 * @param {string} id such as "marks.test_loss"
 */
export function explainsMark(id) {
  const ask = () => termOf(id);
  return { ...explainsOnHover(ask), ...explainsOnFocus(ask), "data-explained": id };
}
