import assert from "node:assert/strict";
import { test } from "node:test";
import {
  divergingTable,
  mix,
  paintClassesFine,
  paintSigned,
  paintSignedFine,
  parse,
  pixel,
} from "../../static/js/colour.js";

const [NEGATIVE, MIDDLE, POSITIVE] = ["#f3b074", "#ffffff", "#7ab4e0"].map(parse);
const TABLE = divergingTable(NEGATIVE, MIDDLE, POSITIVE);

test("colours are read and mixed", () => {
  assert.deepEqual(parse(" #0a10FF "), [10, 16, 255]);
  assert.throws(() => parse("red"));
  assert.deepEqual(mix([0, 100, 200], [100, 0, 201], 0.5), [50, 50, 201]);
});

test("the table goes from negative over the middle to positive", () => {
  assert.equal(TABLE.length, 256);
  assert.equal(TABLE[1], pixel(NEGATIVE));
  assert.equal(TABLE[0], pixel(NEGATIVE));
  assert.equal(TABLE[128], pixel(MIDDLE));
  assert.equal(TABLE[255], pixel(POSITIVE));
  const bytes = new Uint8Array(TABLE.buffer, 4, 4);
  assert.deepEqual([...bytes], [0xf3, 0xb0, 0x74, 255]);
});

test("signed maps are painted through the table", () => {
  const target = new Uint32Array(3);
  paintSigned(target, new Int8Array([-127, 0, 127]), TABLE);
  assert.deepEqual([...target], [TABLE[1], TABLE[128], TABLE[255]]);
  paintSigned(target, new Int8Array([-127, 0, 100]), TABLE, 0.5);
  assert.deepEqual([...target], [TABLE[65], TABLE[128], TABLE[178]]);
});

test("a fine map keeps even fields even and orientation", () => {
  const even = new Uint32Array(16);
  paintSignedFine(even, new Int8Array([50, 50, 50, 50]), 2, TABLE);
  assert.ok(even.every((one) => one === TABLE[178]));
  const corners = new Uint32Array(16);
  paintSignedFine(corners, new Int8Array([-128, 127, -1, 0]), 2, TABLE);
  assert.equal(corners[0], TABLE[0]);
  assert.equal(corners[3], TABLE[255]);
});

test("of several classes the likeliest is painted, paler where it is close", () => {
  const tables = [NEGATIVE, POSITIVE].map((full) => divergingTable(MIDDLE, MIDDLE, full));
  const target = new Uint32Array(4);
  paintClassesFine(target, new Int8Array([127, 0]), 1, tables);
  assert.ok(target.every((one) => one === pixel(NEGATIVE)));
  paintClassesFine(target, new Int8Array([60, 67]), 1, tables);
  assert.ok(target.every((one) => one === tables[1][128 + 7]));
  const wide = new Uint32Array(16);
  paintClassesFine(wide, new Int8Array([127, 0, 127, 0, 0, 127, 0, 127]), 2, tables);
  assert.equal(wide[0], pixel(NEGATIVE));
  assert.equal(wide[3], pixel(POSITIVE));
  assert.deepEqual(
    [wide[1], wide[2]].map((one, index) => one === tables[index][128 + 64]),
    [true, true],
  );
});
