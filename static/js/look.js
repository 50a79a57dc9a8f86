/** How the page looks, as chosen in this browser: theme, palette, contrast and motion. */

import { computed, effect, signal } from "../vendor/preact.js";
import { message } from "./i18n.js";

/**
 * @typedef {Object} Look
 * @property {"system" | "light" | "dark"} theme
 * @property {"orange-blue" | "pink-green" | "dark-light"} palette
 * @property {"system" | "normal" | "more"} contrast
 * @property {"system" | "full" | "reduced"} motion
 */

const KEY = "look";

/** The values of each choice with their names; the first is the default. */
export const CHOICES = {
  theme: {
    title: message("Theme"),
    values: { system: message("As the system"), light: message("Light"), dark: message("Dark") },
  },
  palette: {
    title: message("Colours"),
    values: {
      "orange-blue": message("Orange and blue"),
      "pink-green": message("Pink and green"),
      "dark-light": message("Dark and light"),
    },
  },
  contrast: {
    title: message("Contrast"),
    values: { system: message("As the system"), normal: message("Normal"), more: message("High") },
  },
  motion: {
    title: message("Motion"),
    values: {
      system: message("As the system"),
      full: message("Full"),
      reduced: message("Reduced"),
    },
  },
};

/** @typedef {keyof Look} Name */

export const look = signal(/** @type {Look} */ (read()));

const dark = media("(prefers-color-scheme: dark)");
const more = media("(prefers-contrast: more)");
const reduced = media("(prefers-reduced-motion: reduce)");

/** What is chosen, with what the system says where that counts. */
export const resolved = computed(() => {
  const { theme, palette, contrast, motion } = look.value;
  return {
    theme: theme === "system" ? (dark.value ? "dark" : "light") : theme,
    palette,
    contrast: contrast === "system" ? (more.value ? "more" : "normal") : contrast,
    motion: motion === "system" ? (reduced.value ? "reduced" : "full") : motion,
  };
});

/**
 * @param {Name} name
 * @param {string} value
 */
export function choose(name, value) {
  look.value = /** @type {Look} */ ({ ...look.peek(), [name]: value });
}

/** @param {string} query */
function media(query) {
  const list = matchMedia(query);
  const matches = signal(list.matches);
  list.addEventListener("change", () => {
    matches.value = list.matches;
  });
  return matches;
}

function read() {
  let stored = null;
  try {
    stored = JSON.parse(localStorage.getItem(KEY) ?? "null");
  } catch {
    // Nothing is stored that could be read.
  }
  return Object.fromEntries(
    Object.entries(CHOICES).map(([name, { values }]) => {
      const [usual] = Object.keys(values);
      return [name, Object.hasOwn(values, stored?.[name]) ? stored[name] : usual];
    }),
  );
}

let first = true;
effect(() => {
  const text = JSON.stringify(look.value);
  if (first) {
    first = false;
    return;
  }
  try {
    localStorage.setItem(KEY, text);
  } catch {
    // Until the page is closed.
  }
});
