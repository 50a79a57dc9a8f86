/** What a person has changed, step by step, to be taken back and made again. */

import { signal } from "../vendor/preact.js";

/**
 * @typedef {Object} Step
 * @property {() => string} what was changed, in words
 * @property {unknown} [gesture] changes of one gesture, such as a drag, are one step
 * @property {() => Promise<void>} back takes it back; throws what the server refuses, or Gone
 * @property {() => Promise<void>} again makes it again
 */

export const MOST = 200;

/** The latest last. */
export const past = signal(/** @type {Step[]} */ ([]));
/** What was taken back, the next one to be made again last. */
export const future = signal(/** @type {Step[]} */ ([]));

/** What a step is about is no longer there. */
export class Gone extends Error {}

/**
 * Remembers a step, in place of the last one of the same gesture. What had been taken back before
 * it is forgotten.
 * @param {Step} step
 */
export function record(step) {
  const before = lastOf(step.gesture) ? past.value.slice(0, -1) : past.value;
  past.value = [...before, step].slice(-MOST);
  future.value = [];
}

/**
 * The last step, if it is of this gesture, which then goes on.
 * @param {unknown} gesture
 */
export function lastOf(gesture) {
  const last = past.value.at(-1);
  return gesture !== undefined && last?.gesture === gesture ? last : undefined;
}

export function clear() {
  past.value = [];
  future.value = [];
}
