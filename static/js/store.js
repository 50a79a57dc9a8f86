/** What the page knows, as signals. Views read it; session.js and settings.js write it. */

import { computed, signal } from "../vendor/preact.js";
import { History } from "./history.js";
import { differences, inWords, namesOf } from "./lanes.js";
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
/** @typedef {"epochs" | "updates" | "gradients" | "milliseconds"} Axis */
/** @typedef {{layer: number, unit: number}} Unit layer 0 is the features */

/**
 * @typedef {Object} Lane
 * @property {number} index
 * @property {import("./api.js").RunState} run
 * @property {string} name its own, or after what sets it apart
 * @property {string} words how it differs from the first; empty for that one
 * @property {number} tone which of the lane colours is its own: theme.lanes[tone]
 * @property {boolean} hidden in the chart
 */

/** Descriptions of all settings; empty until the schema is here. */
export const fields = signal(/** @type {Field[]} */ ([]));
export const datasets = signal(/** @type {Datasets | null} */ (null));
/** Data sets of the user's own that this page has met, by id. */
export const own = signal(/** @type {Record<string, Own & Points>} */ ({}));

export const experiment = signal(/** @type {Experiment | null} */ (null));
/** The points of each kind of data in use, by `pointsKey`. */
export const points = signal(/** @type {Record<string, Data>} */ ({}));
/** The latest picture; set at most once per display frame. */
export const picture = signal(/** @type {Picture | null} */ (null));

/** The numbers; `known` is their last epoch. */
export const history = new History();
export const known = signal(-1);
/** Where the experiment stands; the history may reach further, after going back. */
export const position = signal({ epoch: 0, batch: 0 });
export const epoch = computed(() => position.value.epoch);
/** The last epoch of the history. */
export const last = computed(() => Math.max(experiment.value?.last ?? 0, known.value));
/** Counts up at most eight times a second, for numbers that people read. */
export const pulse = signal(0);
/** Pictures drawn since the page was opened. */
export const pictures = signal(0);
/** Measured epochs per second; 0 while paused. */
export const rate = signal(0);
export const connection = signal(
  /** @type {"connecting" | "open" | "lost" | "waiting"} */ ("connecting"),
);

/** Why the page has to wait for a place on the server. */
export const waiting = signal("");

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

/** The lane that is open in the diagram and in the settings. */
export const selected = signal(0);
/** Lanes left out of the chart. */
export const hidden = signal(/** @type {ReadonlySet<number>} */ (new Set()));
/** The colour of each lane, which it keeps when lanes are moved; see Lane.tone. */
export const tones = signal(/** @type {number[]} */ ([0]));
/** Which seed of each lane is pictured; 0 where there is nothing. */
export const pictured = signal(/** @type {number[]} */ ([]));
/** How far seeds disagree is wanted with the pictures. */
export const spread = signal(false);
/** What the chart's x axis counts. */
export const axis = signal(/** @type {Axis} */ ("epochs"));
/** The test loss to reach. */
export const TARGET = 0.1;
export const target = signal(TARGET);

/** What the chart shows, and on which scale. */
export const chart = signal(/** @type {import("./chart/quantities.js").Quantity} */ ("loss"));
export const logarithmic = signal(false);
/** How much the curves of loss and accuracy are smoothed: 0 to 0.99. */
export const smoothing = signal(0);
/** The chart has the gradients of all lanes by layer, now, instead of one lane's over time. */
export const gradientsNow = signal(false);

/**
 * @typedef {"output" | "classes" | "uncertainty" | "errors" | "losses" | "layer" | "surface"
 *   | "difference" | "disagreement"} Mode
 */
/** What the output pane shows of the plane. */
export const mode = signal(/** @type {Mode} */ ("output"));
/** The lanes whose answers are subtracted; null: the open one, and the main one. */
export const minuend = signal(/** @type {number | null} */ (null));
export const subtrahend = signal(/** @type {number | null} */ (null));
/** The place of the plane that is pointed at, in whatever map. */
export const probe = signal(/** @type {{x1: number, x2: number} | null} */ (null));
/** @typedef {[left: number, right: number, bottom: number, top: number]} Domain */
/** The part of the plane that is seen; null: all of it. */
export const domain = signal(/** @type {Domain | null} */ (null));
/** The same for the server, which is not told of every step on the way. */
export const wantedDomain = signal(/** @type {Domain | null} */ (null));
/** The exact answers at the points are wanted with the pictures. */
export const exact = signal(false);
/** @typedef {{layer: number, units: [number, number] | null}} LayerView null: principal plane */
/** The layer whose view of the plane is wanted with the pictures. */
export const warp = signal(/** @type {LayerView | null} */ (null));
/** @typedef {{part: "train" | "test", index: number}} PointAt */
/** The point that is pointed at. */
export const pointAt = signal(/** @type {PointAt | null} */ (null));
/** The fair race that is followed, or whose result is kept. */
export const race = signal(/** @type {string | null} */ (null));
/** The epoch under the scrubber's thumb while it is dragged. */
export const scrubbed = signal(/** @type {number | null} */ (null));

/** Wanted epochs per second; null is as fast as possible. */
export const speed = signal(/** @type {number | null} */ (null));
export const showTest = signal(false);
/** What the open lane's latest update learned from, after a step of one batch. */
export const lastBatch = signal(/** @type {import("./api.js").LastBatch | null} */ (null));

export const status = computed(() => experiment.value?.status ?? "loading");
export const playing = computed(() => status.value === "playing");

export const runs = computed(() => experiment.value?.runs ?? []);
export const lane = computed(() => runs.value[selected.value] ?? null);
/** The open lane's settings as the server has them. */
export const spec = computed(() => lane.value?.spec ?? null);
/** Widths of the open lane's layers: features, hidden, outputs. */
export const units = computed(() => lane.value?.units ?? []);

/** @type {import("../vendor/preact.js").ReadonlySignal<Lane[]>} */
export const lanes = computed(() => {
  const names = namesOf(runs.value, fields.value);
  return runs.value.map((run, index) => ({
    index,
    run,
    name: names[index],
    words: inWords(index > 0 ? differences(run, runs.value[0], fields.value) : []),
    tone: tones.value[index] ?? index,
    hidden: hidden.value.has(index),
  }));
});

/** The open lane's part of the latest picture, once it is there with its network's inside. */
export const opened = computed(() => {
  const run = picture.value?.runs[selected.value];
  return run?.opened && String(run.units) === String(units.value) ? run.opened : null;
});

/** @param {{spec: Plain}} run */
export const pointsKey = (run) => JSON.stringify(run.spec.data);

/** @type {Data | null} */
let latest = null;
/** The points of the open lane; those before while they are on their way. */
export const data = computed(() => {
  latest = (lane.value && points.value[pointsKey(lane.value)]) ?? latest;
  return latest;
});
export const task = computed(() => data.value?.task ?? "binary");

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
