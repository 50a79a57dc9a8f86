/** The user's own data: what is drawn, storing it, and knowing what an id stands for. */

import { effect, signal } from "../vendor/preact.js";
import * as api from "./api.js";
import * as drawing from "./drawing.js";
import { t } from "./i18n.js";
import { equal, get } from "./paths.js";
import { choose } from "./settings.js";
import { lastOf, record } from "./steps.js";
import * as store from "./store.js";

/** @typedef {import("./api.js").Own} Own */
/** @typedef {import("./schema.js").Placed} Placed */

/** The kind of data that is named by its id. */
export const KIND = "custom";

/** Kept when the drawing is closed. */
export const drawn = signal(drawing.NONE);

/**
 * Draws other points.
 * @param {api.Points} points
 * @param {object} [gesture] such as a stroke, which is taken back whole
 */
export function draw(points, gesture) {
  const before = drawn.value;
  if (equal(points, before)) return;
  const put = (/** @type {api.Points} */ wanted) => async () => {
    drawn.value = wanted;
  };
  const back = lastOf(gesture)?.back ?? put(before);
  record({ what: () => t("Drawn points"), gesture, back, again: put(points) });
  drawn.value = points;
}

/**
 * The points now shown, where they can be drawn on.
 * @returns {import("./api.js").Points | null}
 */
export function shown() {
  const { value: data } = store.data;
  if (!data || data.columns || data.classes === 0 || data.classes > drawing.CLASSES) return null;
  const { train, test } = data;
  return drawing.drawable({ x: [...train.x, ...test.x], y: [...train.y, ...test.y] });
}

/**
 * Stores points and trains on them.
 * @param {Placed} field
 * @param {Promise<Own>} stored
 * @param {boolean} standardized columns, and values, are to be brought to a common size
 * @returns {Promise<string>} what is wrong; empty when all is well
 */
export async function use(field, stored, standardized) {
  try {
    const { id, columns, classes } = await stored;
    await meet(id);
    choose(
      field,
      KIND,
      { id, standardize: standardized && classes === 0 },
      standardized && columns ? [["scaling", { kind: "standardize" }]] : [],
    );
    return "";
  } catch (error) {
    if (error instanceof api.Problem) return error.message;
    return t("This did not reach the server. Please try again; a file may also be too large.");
  }
}

/**
 * Learns what an id stands for.
 * @param {string} id
 */
async function meet(id) {
  if (store.own.value[id]) return;
  const own = await api.stored(id);
  store.own.value = { ...store.own.value, [id]: own };
}

effect(() => {
  const data = store.spec.value?.data;
  // Without an answer its tile stays empty; the points themselves come another way.
  if (get(data, "kind") === KIND) meet(String(get(data, "id"))).catch(() => undefined);
});
