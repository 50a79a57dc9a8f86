import assert from "node:assert/strict";
import { test } from "node:test";
import { frozenTest, isFrozen, isFrozenWith, withFrozen, withUnit } from "../../static/js/parts.js";

const layer = { layer: 1 };
const unit = { layer: 1, unit: 0 };
const bias = { layer: 1, unit: 0, input: -1 };

test("what is frozen with a larger part is frozen, but not by itself", () => {
  assert.ok(isFrozen([layer], bias) && isFrozenWith([layer], bias));
  assert.ok(isFrozen([bias], bias) && !isFrozenWith([bias], bias));
  assert.ok(!isFrozen([unit], { layer: 1, unit: 1 }) && !isFrozen([bias], unit));
  assert.ok(isFrozen([{ layer: 1, unit: null, input: null }], unit)); // as the server writes it
});

test("a larger part takes the place of those it holds", () => {
  assert.deepEqual(withFrozen([bias, { layer: 2 }], unit, true), [{ layer: 2 }, unit]);
  assert.deepEqual(withFrozen([unit], unit, false), []);
});

test("weights are told apart one by one", () => {
  const parts = [layer, { layer: 2, unit: 3 }, { layer: 3, unit: 0, input: -1 }];
  const frozen = frozenTest(parts);
  for (const one of [1, 2, 3]) {
    for (const to of [0, 3]) {
      for (const input of [-1, 0, 5]) {
        assert.equal(frozen(one, to, input), isFrozen(parts, { layer: one, unit: to, input }));
      }
    }
  }
});

test("a unit is dropped once", () => {
  assert.deepEqual(withUnit(withUnit([], unit, true), unit, true), [unit]);
  assert.deepEqual(withUnit([unit], unit, false), []);
});
