import assert from "node:assert/strict";
import { test } from "node:test";
import {
  loss,
  percent,
  rate,
  setting,
  signed,
  small,
  typedNumber,
  whole,
} from "../../static/js/format.js";
import { Rate } from "../../static/js/rate.js";

test("numbers are short and say when there is none", () => {
  assert.equal(whole(1284), "1,284");
  assert.deepEqual([0.1764, 0, 1.8e-4, 123.456, 1e9].map(loss), [
    "0.176",
    "0.000",
    "1.8e−4",
    "123.5",
    "1.0e9",
  ]);
  assert.deepEqual([loss(Number.NaN), percent(Number.NaN), signed(Number.NaN)], ["–", "–", "–"]);
  assert.equal(percent(0.956), "95.6\u00a0%");
  assert.deepEqual([-0.001, -0.5, 2].map(signed), ["0.00", "−0.50", "2.00"]);
  assert.deepEqual([912.4, 5, 0.5].map(rate), ["912", "5", "0.5"]);
});

test("statistics of any size are as short as can be", () => {
  const sizes = [0, 0.0312, 0.5, 4.25, 123.4, 2e-5, 5e6, Number.NaN];
  assert.deepEqual(sizes.map(small), ["0", ".031", ".50", "4.3", "123", "2e−5", "5e6", "–"]);
});

test("a setting reads as it can be typed", () => {
  for (const value of [0.02, 1e-8, 0.1 + 0.2, 500, 100_000, 0]) {
    assert.ok(Math.abs(Number(setting(value)) - value) <= 1e-9 * Math.abs(value), setting(value));
  }
  assert.equal(setting("full"), "full");
});

test("the rate follows the last second", () => {
  const measured = new Rate();
  let last = 0;
  for (let k = 0; k <= 40; k++) last = measured.at(k * 50, k * 50);
  assert.equal(last, 1000);
  assert.equal(measured.at(0, 2050), 0);
});

test("a number may be typed with a comma or a point, a dash or a minus, grouped or not", () => {
  const texts = ["0.02", "0,02", " 1e-8 ", "−3", "-3", "10,000", "1,234,567.5", "10 000", "1,5"];
  assert.deepEqual(texts.map(typedNumber), [0.02, 0.02, 1e-8, -3, -3, 1e4, 1234567.5, 1e4, 1.5]);
  // Not of three digits, or behind a nought: a decimal comma.
  assert.deepEqual(["0,125", "1,25", "12,3456"].map(typedNumber), [0.125, 1.25, 12.3456]);
  for (const text of ["", "  ", "full", "1,2,3", "1.2.3", "--1"]) {
    assert.ok(Number.isNaN(typedNumber(text)), text);
  }
});
