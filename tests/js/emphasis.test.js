import assert from "node:assert/strict";
import { test } from "node:test";
import { confusion } from "../../static/js/emphasis.js";

test("points are counted by their class and by the answer", () => {
  const part = (/** @type {number[]} */ y) => ({
    x: y.map(() => /** @type {[number, number]} */ ([0, 0])),
    y,
  });
  const data = /** @type {import("../../static/js/api.js").Data} */ ({
    domain: [-6, 6, -6, 6],
    task: "multiclass",
    classes: 3,
    class_names: ["a", "b", "c"],
    columns: null,
    train: part([0, 1]),
    test: part([0, 0, 1, 2, 2]),
  });
  const answers = /** @type {import("../../static/js/wire.js").Answers} */ (
    /** @type {unknown} */ ({ chosen: [0, 0, 0, 1, 1, 2, 0] })
  );
  assert.deepEqual(confusion(data, answers, "test"), [
    [1, 1, 0],
    [0, 1, 0],
    [1, 0, 1],
  ]);
  assert.deepEqual(confusion(data, answers, "train"), [
    [1, 0, 0],
    [1, 0, 0],
    [0, 0, 0],
  ]);
});
