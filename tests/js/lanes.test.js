import assert from "node:assert/strict";
import { test } from "node:test";
import {
  carryItems,
  differences,
  fairness,
  freeTones,
  inWords,
  isApart,
  namesOf,
} from "../../static/js/lanes.js";
import { set } from "../../static/js/paths.js";
import { defaults, describe } from "../../static/js/schema.js";
import { SCHEMA } from "./example_schema.js";

const FIELDS = describe(SCHEMA);
const MAIN = { spec: defaults(FIELDS), seeds: 1 };

/** @param {[string, unknown][]} changes */
function lane(changes, seeds = 1) {
  return { spec: changes.reduce((spec, [path, to]) => set(spec, path, to), MAIN.spec), seeds };
}

/** @param {import("../../static/js/lanes.js").Run} run */
const words = (run) => inWords(differences(run, MAIN, FIELDS));

test("a lane says in which settings it differs, and how", () => {
  assert.equal(words(lane([])), "");
  assert.equal(words(lane([["optimizer.learning_rate", 0.1]])), "learning rate 0.1");
  const sgd = lane([["optimizer", { kind: "sgd", learning_rate: 0.1 }]]);
  assert.equal(words(sgd), "optimizer SGD, learning rate 0.1");
  const same = lane([["optimizer", { kind: "sgd", learning_rate: 0.02 }]]);
  assert.equal(words(same), "optimizer SGD");
  assert.equal(words(lane([["batch_size", "full"]])), "batch size full");
  assert.equal(words(lane([["features", ["x1"]]])), "features x₁");
  assert.equal(words(lane([["penalty.l2", 0.01]], 8)), "L2 0.01, 8 seeds");
  assert.equal(words(lane([["name", "Mine"]])), "");
});

test("layers differ in a field in all of them, in some, or in their number", () => {
  const layer = { units: 4, activation: { kind: "tanh" }, init: null };
  const relu = { ...layer, activation: { kind: "relu" } };
  assert.equal(words(lane([["layers", [relu]]])), "activation ReLU");
  assert.equal(words(lane([["layers", [layer, relu]]])), "hidden layers 4-4");
  assert.equal(words(lane([["layers", []]])), "hidden layers none");
  const [two, mixed] = [lane([["layers", [layer, layer]]]), lane([["layers", [layer, relu]]])];
  assert.equal(inWords(differences(mixed, two, FIELDS)), "activation of layer 2 ReLU");
});

test("lanes are called after what sets them apart", () => {
  const sgd = lane([["optimizer", { kind: "sgd", learning_rate: 0.02 }]]);
  assert.deepEqual(namesOf([MAIN], FIELDS), ["Main"]);
  assert.deepEqual(namesOf([MAIN, sgd], FIELDS), ["Adam", "SGD"]);
  const fast = lane([["optimizer.learning_rate", 0.5]]);
  const names = namesOf([MAIN, fast, lane([["name", "Mine"]]), MAIN], FIELDS);
  assert.deepEqual(names, ["Learning rate 0.02", "Learning rate 0.5", "Mine", "Same again"]);
  const faster = lane([["optimizer", { kind: "sgd", learning_rate: 0.5 }]]);
  assert.deepEqual(namesOf([MAIN, faster], FIELDS), ["Adam", "SGD"]);
  const both = namesOf([MAIN, sgd, faster], FIELDS);
  assert.deepEqual(both, ["Adam", "SGD", "SGD, learning rate 0.5"]);
  const twice = [MAIN, fast, fast].map((run, seeds) => ({ ...run, seeds: seeds + 1 }));
  assert.deepEqual(namesOf(twice, FIELDS).slice(1), [
    "Learning rate 0.5, 2 seeds",
    "Learning rate 0.5, 3 seeds",
  ]);
  assert.deepEqual(namesOf([MAIN, fast, fast], FIELDS)[2], "Learning rate 0.5 (2)");
});

test("what lanes share is compared, weights only of equal shapes", () => {
  const one = {
    units: [2, 4, 1],
    fingerprints: { points: "9f3a11aa", weights: "c4", batches: "0" },
  };
  const wide = { units: [2, 8, 1], fingerprints: { ...one.fingerprints, weights: "77" } };
  const noisy = { ...one, fingerprints: { ...one.fingerprints, points: "1111", weights: "d5" } };
  assert.deepEqual(
    fairness([one, wide, noisy]).map(({ part, same, digits }) => [part, same, digits]),
    [
      ["points", false, "9f3a"],
      ["weights", false, "c4"],
      ["batches", true, "0"],
    ],
  );
  assert.ok(fairness([one, wide]).every(({ same }) => same));
});

test("new lanes get colours that no other has", () => {
  assert.deepEqual(freeTones([0, 2], 2), [1, 3]);
});

test("lanes differ in a setting by kind, by value, or by the number of layers", () => {
  const runs = [MAIN, lane([["optimizer.learning_rate", 0.5]])];
  assert.ok(isApart("optimizer.learning_rate", runs));
  assert.ok(!isApart("optimizer", runs)); // of the same kind
  assert.ok(isApart("optimizer", [MAIN, lane([["optimizer", { kind: "sgd" }]])]));
  assert.ok(!isApart("layers", [MAIN, lane([["layers.0.units", 9]])]));
  assert.ok(isApart("layers", [MAIN, lane([["layers", []]])]));
  assert.ok(isApart("features", [MAIN, lane([["features", ["x1", "x2", "length"]]])]));
});

test("a changed list is carried over to lanes whose items differ", () => {
  const [a, b] = [{ units: 4, activation: "tanh" }, { units: 2, activation: "tanh" }]; // biome-ignore format: short
  const own = [a, b].map((item) => ({ ...item, activation: "relu" }));
  const added = carryItems([a, b, { ...b }], [a, b], own);
  assert.deepEqual(
    added.map(({ units, activation }) => [units, activation]),
    [
      [4, "relu"],
      [2, "relu"],
      [2, "relu"],
    ],
  );
  assert.deepEqual(carryItems([b], [a, b], own), [own[1]]);
  assert.deepEqual(carryItems([a], [], []), [a]);
});
