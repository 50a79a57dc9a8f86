import assert from "node:assert/strict";
import { test } from "node:test";
import { get } from "../../static/js/paths.js";
import { defaults, describe } from "../../static/js/schema.js";
import * as suggest from "../../static/js/suggest.js";
import { SCHEMA } from "./example_schema.js";

const FIELDS = describe(SCHEMA);
const SPEC = defaults(FIELDS);
const ALL = suggest.subjects(FIELDS, SPEC);

/** @param {string} path */
function subject(path) {
  const found = suggest.subjectOf(ALL, path);
  assert.ok(found, path);
  return found;
}

/** @param {string} path */
const titles = (path) => suggest.candidates(subject(path), SPEC).map(({ title }) => title);

test("every setting can be compared, the frequent ones first", () => {
  const paths = ALL.map(({ path }) => path);
  assert.deepEqual(paths.slice(0, 3), [
    "optimizer",
    "optimizer.learning_rate",
    "layers.*.activation",
  ]);
  for (const path of ["penalty.l2", "data", "features", "layers", "precision", "layers.*.units"]) {
    assert.ok(paths.includes(path), path);
  }
  assert.equal(subject("layers.0.activation").title, "Activation in all layers");
  const none = suggest.subjects(FIELDS, { ...SPEC, layers: [] });
  assert.equal(suggest.subjectOf(none, "layers.0.activation"), undefined);
});

test("it is found by its title and by its kinds", () => {
  const found = (/** @type {string} */ text) => suggest.search(ALL, text).map(({ path }) => path);
  assert.ok(found("learn").includes("optimizer.learning_rate"));
  assert.deepEqual(found("sgd"), ["optimizer"]);
  assert.deepEqual(found("nothing like it"), []);
});

test("values worth a try, with the present one among them", () => {
  assert.deepEqual(titles("optimizer"), ["SGD", "Adam"]);
  assert.deepEqual(titles("precision"), ["float32", "float64"]);
  assert.deepEqual(titles("batch_size"), ["1", "4", "10", "16", "64", "256", "1024", "full"]);
  const rates = suggest.candidates(subject("optimizer.learning_rate"), SPEC);
  assert.deepEqual(
    rates.filter(({ now }) => now).map(({ value }) => value),
    [0.02],
  );
  for (const rate of [0.001, 0.01, 0.03, 0.1]) {
    assert.ok(
      rates.some(({ value }) => value === rate),
      String(rate),
    );
  }
  assert.deepEqual(titles("seed"), ["0", "1", "2", "3", "4"]);
  assert.equal(titles("penalty.l2")[0], "0");
  assert.ok(titles("optimizer.beta").every((title) => Number(title) < 1));
  assert.deepEqual(titles("features").slice(0, 2), ["x₁, x₂", "without x₁"]);
  assert.equal(titles("layers")[0], "4");
});

test("typed values are numbers, words or widths", () => {
  const batch = subject("batch_size");
  assert.deepEqual(suggest.typed(batch, "1, 32 full"), { values: [1, 32, "full"], wrong: "" });
  assert.deepEqual(suggest.typed(batch, "1 soon"), { values: [1], wrong: "soon" });
  const layers = suggest.typed(subject("layers"), "8-8, 16x4 a");
  assert.deepEqual(layers.values, [
    [8, 8],
    [16, 4],
  ]);
  assert.equal(layers.wrong, "a");
});

test("a value becomes a change of the spec", () => {
  const change = (/** @type {string} */ path, /** @type {unknown} */ value, spec = SPEC) =>
    suggest.changeTo(subject(path), spec, value);
  assert.deepEqual(change("optimizer.learning_rate", 0.5), { optimizer: { learning_rate: 0.5 } });
  assert.deepEqual(change("optimizer", "sgd"), { optimizer: { kind: "sgd" } });
  assert.deepEqual(change("layers", [8, 3]), {
    layers: [8, 3].map((units) => ({ units, activation: { kind: "tanh" }, init: null })),
  });
  const two = { ...SPEC, layers: [{ units: 2 }, { units: 3, activation: { kind: "relu" } }] };
  const both = change("layers.*.activation", "relu", two);
  assert.deepEqual(get(both, "layers"), [
    { units: 2, activation: { kind: "relu" } },
    { units: 3, activation: { kind: "relu" } },
  ]);
});
