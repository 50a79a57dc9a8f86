/** One seed of the open lane by itself: its curve, asked for while somebody wants to see it. */

import { effect, signal } from "../vendor/preact.js";
import * as api from "./api.js";
import { t } from "./i18n.js";
import * as store from "./store.js";

/** @typedef {import("./chart/traces.js").Own} Own */

const PAUSE = 1000;

/** The curve of the seed that is pictured is wanted in the chart. */
export const wanted = signal(false);
/** That curve, once it is here. */
export const own = signal(/** @type {Own | null} */ (null));

/** The seed pictured of the open lane, if that has several. */
export function pictured() {
  const { value: run } = store.selected;
  const seeds = store.lane.value?.seeds ?? 1;
  return { run, seeds, seed: Math.min(seeds - 1, store.pictured.value[run] ?? 0) };
}

/** @param {number} seed of the open lane */
export function choose(seed) {
  const all = store.runs.value.map((_, lane) => store.pictured.value[lane] ?? 0);
  all[store.selected.value] = seed;
  store.pictured.value = all;
}

let timer = 0;
let busy = false;
let again = false;

async function refresh() {
  timer = 0;
  const id = store.experiment.peek()?.id;
  if (!id || !wanted.peek()) return;
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  const { run, seed } = pictured();
  const timeline = store.experiment.peek()?.timeline;
  try {
    const { epoch: epochs, runs } = await api.seedHistory(id, run, seed);
    const columns = Object.fromEntries(
      Object.entries(runs[0])
        .filter(([, values]) => Array.isArray(values))
        .map(([name, values]) => [name, Float64Array.from(values, (one) => one ?? Number.NaN)]),
    );
    const known = store.experiment.peek();
    if (known?.id === id && known.timeline === timeline && wanted.peek()) {
      own.value = {
        lane: run,
        name: t("seed {number} alone", { number: seed + 1 }),
        epochs: Float64Array.from(epochs),
        columns,
      };
    }
  } catch {
    // The next one comes soon; whether the server is there is the stream's business.
  }
  busy = false;
  if (again) {
    again = false;
    refresh();
  }
}

// What is asked for, and of what.
effect(() => {
  const { seeds } = pictured();
  store.experiment.value?.timeline;
  own.value = null;
  if (wanted.value && seeds > 1) refresh();
});

// New rows.
effect(() => {
  store.known.value;
  const several = (store.lane.peek()?.seeds ?? 1) > 1;
  if (wanted.peek() && several && timer === 0) timer = setTimeout(refresh, PAUSE);
});
