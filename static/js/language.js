/** Which language the page is in: chosen here, kept in a cookie, and told to the server. */

import { batch } from "../vendor/preact.js";
import { catalog, locale } from "./i18n.js";

/** BCP 47, with the name that each has for itself. */
export const LANGUAGES = /** @type {const} */ ({ en: "English", "zh-Hans": "简体中文" });
/** @typedef {keyof typeof LANGUAGES} Language */

/** What a button has room for. */
export const SHORT = /** @type {const} */ ({ en: "EN", "zh-Hans": "中文" });

const YEAR = 31_536_000;

/** Takes the language that the server has found for this page. */
export async function begin() {
  const { lang } = document.documentElement;
  // In English rather than not at all.
  await show(lang in LANGUAGES ? /** @type {Language} */ (lang) : "en").catch(() => show("en"));
}

/**
 * Changes the language, now and from now on. Throws when its texts cannot be had.
 * @param {Language} language
 */
export async function choose(language) {
  await show(language);
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is younger than the page may be
  document.cookie = `lang=${language}; Max-Age=${YEAR}; Path=/; SameSite=Lax`;
  const url = new URL(location.href);
  // Otherwise the address would win over the choice when the page is loaded again.
  if (url.searchParams.has("lang")) {
    url.searchParams.delete("lang");
    history.replaceState(history.state, "", url);
  }
}

/** @param {Language} language */
async function show(language) {
  const texts = language === "en" ? {} : await load(language);
  batch(() => {
    locale.value = language;
    catalog.value = texts;
  });
  document.documentElement.lang = language;
}

/** @param {Language} language */
async function load(language) {
  const answer = await fetch(new URL(`../locale/${language}.json`, import.meta.url));
  if (!answer.ok) throw new Error(`No texts in ${language}: ${answer.status}`);
  return answer.json();
}
