import assert from "node:assert/strict";
import { test } from "node:test";
import { answerAt, placeUnder, shares } from "../../static/js/probe.js";
import { picture } from "./example_picture.js";

/** @type {[number, number, number, number]} */
const DOMAIN = [-2, 2, 0, 8];

test("a place on the map and back", () => {
  const box = { left: 10, top: 20, width: 100, height: 200 };
  const place = placeUnder(DOMAIN, box, { clientX: 35, clientY: 70 });
  assert.deepEqual(place, { x1: -1, x2: 6 });
  assert.ok(place);
  assert.deepEqual(shares(DOMAIN, place), { across: 0.25, down: 0.25 });
  assert.equal(placeUnder(DOMAIN, box, { clientX: 9, clientY: 70 }), null);
  assert.equal(shares(DOMAIN, { x1: 0, x2: 9 }), null);
});

test("the answer there: the likelier class and its probability, or the value", () => {
  const top = { x1: -1, x2: 6 };
  const bottom = { x1: 1, x2: 1 };
  const two = picture(2, [127, 0, 0, -127]);
  assert.deepEqual(answerAt(two, DOMAIN, top, false), { value: 1, winner: 1 });
  assert.deepEqual(answerAt(two, DOMAIN, bottom, false), { value: 1, winner: 0 });
  assert.deepEqual(answerAt(picture(2, [0, 0, 0, 127], 3), DOMAIN, bottom, true), {
    value: 3,
    winner: null,
  });
  const three = picture(1, [10, 0, 127]);
  assert.deepEqual(answerAt(three, DOMAIN, top, false), { value: 1, winner: 2 });
  assert.equal(answerAt(three, DOMAIN, { x1: 3, x2: 1 }, false), null);
});

test("the far edge belongs to the last cell", () => {
  const found = answerAt(picture(2, [1, 2, 3, 127]), DOMAIN, { x1: 2, x2: 0 }, false);
  assert.deepEqual(found, { value: 1, winner: 1 });
});
