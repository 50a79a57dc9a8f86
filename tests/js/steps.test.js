import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { clear, future, lastOf, MOST, past, record } from "../../static/js/steps.js";

/** @type {string[]} */
let done = [];

/**
 * @param {string} name
 * @param {unknown} [gesture]
 */
const step = (name, gesture) => ({
  what: () => name,
  gesture,
  back: async () => void done.push(`${name} back`),
  again: async () => void done.push(`${name} again`),
});

const names = () => past.value.map(({ what }) => what());

beforeEach(() => {
  done = [];
  clear();
});

test("changes of one gesture are one step, others are not", async () => {
  const drag = {};
  record(step("rate", drag));
  const begun = lastOf(drag);
  assert.ok(begun);
  record({ ...step("rate, let go", drag), back: begun.back });
  record(step("lane"));
  record(step("lane"));
  record(step("weight", {}));
  assert.deepEqual(names(), ["rate, let go", "lane", "lane", "weight"]);
  await past.value[0].back();
  await past.value[0].again();
  assert.deepEqual(done, ["rate back", "rate, let go again"]);
});

test("a gesture goes on only while its step is the last one", () => {
  record(step("rate", 1));
  record(step("lane"));
  assert.equal(lastOf(1), undefined);
  assert.equal(lastOf(undefined), undefined);
  past.value = past.value.slice(0, -1);
  assert.equal(lastOf(1)?.what(), "rate");
});

test("a new change forgets what had been taken back", () => {
  record(step("rate"));
  [future.value, past.value] = [past.value, []];
  record(step("lane"));
  assert.equal(future.value.length, 0);
});

test("the oldest of very many steps are forgotten", () => {
  for (let number = 0; number < MOST + 10; number++) record(step(String(number), number));
  assert.equal(past.value.length, MOST);
  assert.equal(names()[0], "10");
  assert.ok(MOST >= 100);
});
