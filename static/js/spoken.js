/** How the training stands, in sentences. */

import { travelsOf, wordsOf } from "./chart/marks.js";
import { loss, percent, signed, whole } from "./format.js";
import { heard, t, tn } from "./i18n.js";
import * as store from "./store.js";

/**
 * The last milestone up to an epoch: 100, 200, 500, 1000, ...; 0 before the first.
 * @param {number} epoch
 */
export function milestone(epoch) {
  if (epoch < 100) return 0;
  const size = 10 ** Math.floor(Math.log10(epoch));
  return size * (epoch >= 5 * size ? 5 : epoch >= 2 * size ? 2 : 1);
}

/**
 * The numbers of a lane at an epoch.
 * @param {number} lane
 * @param {number} epoch
 */
export function numbers(lane, epoch) {
  const at = (/** @type {import("./history.js").Series} */ name) =>
    store.history.at(name, epoch, lane);
  const values = { test: loss(at("test_loss")), train: loss(at("train_loss")) };
  const [accuracy, r2] = [at("test_accuracy"), at("test_r2")];
  if (Number.isFinite(accuracy)) {
    return t("Test loss {test}, training loss {train}, accuracy {accuracy}.", {
      ...values,
      accuracy: percent(accuracy),
    });
  }
  if (Number.isFinite(r2)) {
    return t("Test loss {test}, training loss {train}, R² {r2}.", { ...values, r2: signed(r2) });
  }
  return t("Test loss {test}, training loss {train}.", values);
}

/** In one sentence or two: what is told when it starts, stops or reaches a milestone. */
export function standing() {
  const epoch = store.epoch.peek();
  const place = { epoch: whole(epoch), numbers: numbers(store.selected.peek(), epoch) };
  switch (store.status.peek()) {
    case "playing":
      return t("Training, at epoch {epoch}. {numbers}", place);
    case "paused":
      return t("Paused at epoch {epoch}. {numbers}", place);
    case "finished":
      return t("Finished at epoch {epoch}. {numbers}", place);
    case "diverged":
      return t("Diverged after epoch {epoch}.", place);
    default:
      return "";
  }
}

/** Everything that the page's pictures say, in paragraphs. */
export function summary() {
  const epoch = store.epoch.peek();
  const open = store.selected.peek();
  const lanes = store.lanes.peek();
  const [inputs = 0, ...rest] = store.units.peek();
  const outputs = rest.pop() ?? 0;
  const hidden = rest.length > 0 ? rest.join(", ") : t("none");
  const network = t(
    "Units of the network: {inputs} inputs, {hidden} in hidden layers, outputs: {outputs}.",
    {
      inputs,
      hidden,
      outputs,
    },
  );
  return [
    standing(),
    course(open, epoch),
    lowest(open, epoch),
    ...(lanes.length > 1
      ? lanes.map(({ name, index }) => `${name}: ${numbers(index, epoch)}`)
      : []),
    network,
    ...lanes.flatMap(({ run }) => (run.message ? [heard(run.message)] : [])),
    ...changed(),
    ...travelled(),
  ].filter(Boolean);
}

/**
 * Where the test loss has gone in the second half of the epochs.
 * @param {number} lane
 * @param {number} epoch
 */
function course(lane, epoch) {
  if (epoch < 10) return "";
  const half = Math.floor(epoch / 2);
  const [before, now] = [half, epoch].map((one) => store.history.at("test_loss", one, lane));
  const values = { epoch: whole(half), before: loss(before), now: loss(now) };
  if (!Number.isFinite(before) || !Number.isFinite(now)) return "";
  if (Math.abs(now - before) < 0.02 * before) {
    return t("Since epoch {epoch} the test loss has hardly changed: {before}, now {now}.", values);
  }
  return now < before
    ? t("Since epoch {epoch} the test loss has fallen from {before} to {now}.", values)
    : t("Since epoch {epoch} the test loss has risen from {before} to {now}.", values);
}

/**
 * @param {number} lane
 * @param {number} epoch
 */
function lowest(lane, epoch) {
  const { history } = store;
  const { values, extremes } = history.drawn("test_loss", lane);
  const best = extremes.least(values, history.row(epoch) + 1);
  if (best < 0 || epoch === 0) return "";
  return t("The lowest test loss so far was {loss}, at epoch {epoch}.", {
    loss: loss(values[best]),
    epoch: whole(history.epochs[best]),
  });
}

function travelled() {
  const experiment = store.experiment.peek();
  if (!experiment) return [];
  const names = store.lanes.peek().map(({ name }) => name);
  return travelsOf(experiment, names)
    .slice(-5)
    .map(({ epoch, text }) =>
      t("At epoch {epoch}: {words}.", { epoch: whole(epoch), words: text }),
    );
}

function changed() {
  const changes = store.experiment.peek()?.changes ?? [];
  if (changes.length === 0) return [];
  const latest = changes.slice(-5);
  return [
    tn("{count} change while training:", "{count} changes while training:", changes.length),
    ...latest.map((change) =>
      t("At epoch {epoch}: {words}.", {
        epoch: whole(change.epoch),
        words: wordsOf(change, store.fields.peek()),
      }),
    ),
  ];
}
