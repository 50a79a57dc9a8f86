/** What the open lane's settings mean before anything is trained, as the engine works it out. */

import { effect, signal } from "../vendor/preact.js";
import * as api from "./api.js";
import * as store from "./store.js";

/** @typedef {import("./api.js").Preview} Preview */

const PAUSE = 150;
const KEPT = 50;
/** What changes nothing that is drawn. */
const ASIDE = ["name", "loss", "regularization", "gradient_clip", "early_stopping", "frozen"];

export const preview = signal(/** @type {Preview | null} */ (null));

/** @type {Map<string, Preview>} */
const known = new Map();
let timer = 0;
let wanted = "";

effect(() => {
  const spec = store.spec.value;
  if (!spec) return;
  const drawn = Object.fromEntries(Object.entries(spec).filter(([key]) => !ASIDE.includes(key)));
  const key = JSON.stringify(drawn);
  if (key === wanted) return;
  wanted = key;
  clearTimeout(timer);
  const found = known.get(key);
  if (found) preview.value = found;
  else timer = setTimeout(() => fetch(key, spec), PAUSE);
});

/**
 * A picture beside a control: where it cannot be had, the one before stays.
 * @param {string} key
 * @param {import("./paths.js").Plain} spec
 */
async function fetch(key, spec) {
  const found = await api.preview(spec).catch(() => null);
  if (!found) return;
  known.set(key, found);
  const [oldest] = known.keys();
  if (known.size > KEPT) known.delete(oldest);
  if (key === wanted) preview.value = found;
}
