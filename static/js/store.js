/** What the page knows, as signals. Views read it; session.js and settings.js write it. */

import { computed, signal } from "../vendor/preact.js";
import { History } from "./history.js";
import { get, set } from "./paths.js";
import { chosen } from "./schema.js";

/** @typedef {import("./api.js").Experiment} Experiment */
/** @typedef {import("./api.js").Data} Data */
/** @typedef {import("./api.js").Datasets} Datasets */
/** @typedef {import("./api.js").Own} Own */
/** @typedef {import("./api.js").Points} Points */
/** @typedef {import("./wire.js").Picture} Picture */
/** @typedef {import("./paths.js").Plain} Plain */
/** @typedef {import("./schema.js").Field} Field */
/** @typedef {{layer: number, unit: number}} Unit layer 0 is the features */

/** Descriptions of all settings; empty until the schema is here. */
export const fields = signal(/** @type {Field[]} */ ([]));
export const datasets = signal(/** @type {Datasets | null} */ (null));
/** Data sets of the user's own that this page has met, by id. */
export const own = signal(/** @type {Record<string, Own & Points>} */ ({}));

export const experiment = signal(/** @type {Experiment | null} */ (null));
export const data = signal(/** @type {Data | null} */ (null));
/** The latest picture; set at most once per display frame. */
export const picture = signal(/** @type {Picture | null} */ (null));

/** Numbers of all epochs; `rows` changes with them. */
export const history = new History();
export const rows = signal(0);
export const epoch = signal(0);
/** Counts up at most eight times a second, for numbers that people read. */
export const pulse = signal(0);
/** Pictures drawn since the page was opened. */
export const pictures = signal(0);
/** Measured epochs per second; 0 while paused. */
export const rate = signal(0);
export const connection = signal(/** @type {"connecting" | "open" | "lost"} */ ("connecting"));

/** Values typed or dragged that the server has not confirmed, by path. */
export const drafts = signal(/** @type {Record<string, unknown>} */ ({}));
/** What is wrong with a setting, by path. */
export const problems = signal(/** @type {Record<string, string>} */ ({}));
/** What went wrong otherwise. */
export const failure = signal("");
/** Paths of the settings whose change made the run start afresh. */
export const restarted = signal(/** @type {string[]} */ ([]));

/** The unit under the pointer or keyboard focus, and the one kept by a click. */
export const pointed = signal(/** @type {Unit | null} */ (null));
export const pinned = signal(/** @type {Unit | null} */ (null));
export const inspected = computed(() => pointed.value ?? pinned.value);

/** Wanted epochs per second; null is as fast as possible. */
export const speed = signal(/** @type {number | null} */ (null));
export const showTest = signal(false);

export const status = computed(() => experiment.value?.status ?? "loading");
export const playing = computed(() => status.value === "playing");
export const task = computed(() => data.value?.task ?? "binary");

/** The run's settings as the server has them. */
export const spec = computed(() => experiment.value?.runs[0].spec ?? null);

/** The user's own data set in use. */
export const ownInUse = computed(() => own.value[String(get(spec.value, "data.id"))] ?? null);

/** Names of the columns of the data in use; null for points of the plane. */
export const columns = computed(() => {
  if (ownInUse.value) return ownInUse.value.columns;
  const field = fields.value.find(({ key }) => key === "data");
  return (field && chosen(field, spec.value?.data)?.columns) ?? null;
});

/** The settings as the controls show them: with what is typed and not yet confirmed. */
export const shown = computed(() => {
  let whole = spec.value;
  if (!whole) return null;
  for (const [path, value] of Object.entries(drafts.value)) whole = set(whole, path, value);
  return whole;
});
