/** The experiments to start from, and what they look like when they have been trained. */

import { signal } from "../vendor/preact.js";

/**
 * @typedef {Object} Looks
 * @property {Int8Array[]} maps of up to four lanes: (outputs, CELLS, CELLS), see wire.js
 * @property {[x1: number[], x2: number[], y: number[]] | undefined} points the places in 0..255,
 *   to the right and downward
 */

export const CELLS = 32;
/** The cards are open. */
export const open = signal(false);
export const loaded = signal(/** @type {import("./api.js").Preset[] | null} */ (null));

/** @type {Promise<Record<string, Looks>> | null} */
let found = null;

/**
 * @param {string} id of a preset
 * @returns {Promise<Looks | undefined>} undefined also where the pictures cannot be had
 */
export async function looksOf(id) {
  found ??= read();
  return (await found)[id];
}

/** @returns {Promise<Record<string, Looks>>} */
async function read() {
  try {
    const answer = await fetch(new URL("../presets.json", import.meta.url));
    /** @type {Record<string, {maps: string[], points?: [number[], number[], number[]]}>} */
    const pictures = await answer.json();
    return Object.fromEntries(
      Object.entries(pictures).map(([id, { maps, points }]) => [
        id,
        { maps: maps.map(decode), points },
      ]),
    );
  } catch {
    found = null; // another time
    return {};
  }
}

/** @param {string} text base64 */
function decode(text) {
  return Int8Array.from(atob(text), (character) => character.charCodeAt(0));
}
