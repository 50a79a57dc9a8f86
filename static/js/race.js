/** The fair race: started on the server, followed while it runs, and what comes of it. */

import { effect, signal } from "../vendor/preact.js";
import * as api from "./api.js";
import { t } from "./i18n.js";
import * as store from "./store.js";

/** @typedef {import("./paths.js").Plain} Plain */

/**
 * @typedef {Object} RateResult
 * @property {number} learning_rate
 * @property {number | null} lower
 * @property {number | null} median of the validation loss
 * @property {number | null} upper
 * @property {number} diverged
 *
 * @typedef {Object} OptimizerResult
 * @property {string} title
 * @property {Plain} optimizer at its best rate
 * @property {RateResult[]} rates
 * @property {number | null} best_rate
 * @property {{low: number, high: number, decades: number, limit: number} | null} safe_zone
 * @property {number | null} test_lower
 * @property {number | null} test_median
 * @property {number | null} test_upper
 * @property {number | null} test_score
 *
 * @typedef {Object} Result
 * @property {Plain & {base: Plain}} spec
 * @property {number[]} seeds
 * @property {"accuracy" | "r2"} score
 * @property {number | null} untrained_loss
 * @property {OptimizerResult[]} optimizers
 * @property {{places: {competitor: number, rank: number, verdict: string}[], needed_seeds: number}} ranking
 * @property {string} verdict
 * @property {string[]} notes
 *
 * @typedef {Object} Sweep
 * @property {string} id
 * @property {"running" | "finished" | "failed"} status
 * @property {string} message
 * @property {number} done
 * @property {number} total
 * @property {Plain} spec
 * @property {Result | null} result
 */

const PAUSE = 500;

/** The race that is followed or has been run. */
export const race = signal(/** @type {Sweep | null} */ (null));
/** Its dialog is open. */
export const open = signal(false);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Throws what the server refuses.
 * @param {Plain} spec
 */
export async function start(spec) {
  take(await api.startSweep(spec));
}

/** Ends it, if it still runs, and forgets it. */
export function drop() {
  clearTimeout(timer);
  const { value: known } = race;
  race.value = null;
  store.race.value = null;
  if (known) api.cancelSweep(known.id).catch(() => undefined);
}

/** @param {Sweep} sweep */
function take(sweep) {
  clearTimeout(timer);
  race.value = sweep;
  store.race.value = sweep.id;
  if (sweep.status === "running") timer = setTimeout(() => poll(sweep.id), PAUSE);
}

/** @param {string} id */
async function poll(id) {
  try {
    const sweep = await api.sweep(id);
    if (store.race.value === id) take(sweep);
  } catch (error) {
    if (store.race.value !== id) return;
    if (error instanceof api.Problem && error.status === 404) {
      open.value = false;
      store.race.value = null;
      store.failure.value = t("The server no longer has that race.");
    } else timer = setTimeout(() => poll(id), 2 * PAUSE);
  }
}

// A link names a race that was started before.
effect(() => {
  const { value: id } = store.race;
  if (id === null) {
    clearTimeout(timer);
    race.value = null;
  } else if (race.peek()?.id !== id) {
    race.value = null;
    open.value = true;
    poll(id);
  }
});

/**
 * The loss of each optimizer against its learning rate, as Plotly takes it: band between the
 * quartiles, median, safe zone, best rate.
 * @param {OptimizerResult} optimizer
 * @param {string} colour `#rrggbb`
 */
export function ratesOf({ title, rates, best_rate, safe_zone }, colour) {
  const x = rates.map(({ learning_rate }) => learning_rate);
  const edge = { type: "scatter", mode: "lines", hoverinfo: "skip", x, line: { width: 0 } };
  const line = { type: "scatter", mode: "lines+markers", name: t(title), x };
  const zone = zoneOf(rates, safe_zone);
  const best = rates.find(({ learning_rate }) => learning_rate === best_rate);
  return [
    { ...edge, y: rates.map(({ lower }) => lower) },
    { ...edge, y: rates.map(({ upper }) => upper), fill: "tonexty", fillcolor: `${colour}1f` },
    {
      ...edge,
      x: zone.map(([rate]) => rate),
      y: zone.map(([, loss]) => loss),
      line: { color: `${colour}59`, width: 8 },
    },
    {
      ...line,
      y: rates.map(({ median }) => median),
      text: rates.map(({ diverged }) =>
        diverged > 0 ? t(", {count} diverged", { count: diverged }) : "",
      ),
      line: { color: colour, width: 1.75 },
      marker: { color: colour, size: 4 },
      hovertemplate: "%{y:.3g}%{text}",
    },
    ...(best
      ? [
          {
            ...edge,
            mode: "markers",
            x: [best.learning_rate],
            y: [best.median],
            marker: { color: colour, size: 12, symbol: "circle-open", line: { width: 2 } },
          },
        ]
      : []),
  ];
}

/**
 * The part of the curve that lies in the safe zone.
 * @param {RateResult[]} rates
 * @param {OptimizerResult["safe_zone"]} zone
 * @returns {[number, number | null][]}
 */
function zoneOf(rates, zone) {
  if (!zone) return [];
  const { low, high, limit } = zone;
  const inside = rates.filter(({ learning_rate: rate }) => low <= rate && rate <= high);
  /** @type {[number, number | null][]} */
  const curve = inside.map(({ learning_rate, median }) => [learning_rate, median]);
  if (inside[0]?.learning_rate !== low) curve.unshift([low, limit]);
  if (inside.at(-1)?.learning_rate !== high) curve.push([high, limit]);
  return curve;
}

/**
 * From a little below the best up to twice what untrained networks have.
 * @param {Result} result
 * @returns {[number, number]} powers of ten
 */
export function lossRange({ optimizers, untrained_loss: untrained }) {
  const all = optimizers.flatMap(({ rates }) =>
    rates.flatMap(({ lower, upper }) => [lower, upper]),
  );
  const known = all.filter((loss) => loss !== null && loss > 0).map(Number);
  const least = Math.min(...known, untrained ?? 1);
  const most = Math.min(Math.max(...known, untrained ?? 1), 2 * (untrained ?? 1));
  return [Math.log10(least) - 0.1, Math.log10(most) + 0.1];
}

/**
 * The runs that show the result side by side: each optimizer at its best rate, the winner first.
 * @param {Result} result
 * @returns {Plain[]}
 */
export function lanesOf({ spec, optimizers, ranking }) {
  return ranking.places
    .map(({ competitor }) => optimizers[competitor])
    .filter(({ best_rate }) => best_rate !== null)
    .map(({ title, optimizer }) => ({ ...spec.base, name: title, optimizer }));
}
