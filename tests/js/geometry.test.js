import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, BIAS, biasMark, ease, edgeAt, parameterAt } from "../../static/js/geometry.js";

const SHAPES = [
  [2, 1],
  [2, 4, 2, 1],
  [7, 8, 8, 8, 8, 8, 8, 8, 8, 1],
  [2, 64, 1],
  [2, 64, 64, 64, 64, 64, 64, 64, 64, 1],
  [30, 256, 3, 256, 10],
];

test("units stand inside the diagram and do not overlap", () => {
  for (const units of SHAPES) {
    for (const width of [320, 700]) {
      const { columns, width: whole, height } = arrange(units, width, 420, { longest: 14 });
      columns.forEach(({ x, width: own, at, tile }, layer) => {
        assert.equal(at.length, units[layer]);
        assert.ok(x - own / 2 >= 0 && x + own / 2 <= whole);
        assert.ok(tile >= 16, `${tile}`);
        if (layer > 0) assert.ok(x - own / 2 > columns[layer - 1].x + columns[layer - 1].width / 2);
        for (const [index, one] of at.entries()) {
          assert.ok(one.y - tile / 2 >= 0 && one.y + tile / 2 <= height);
          assert.ok(
            one.x - tile / 2 >= x - own / 2 - 0.01 && one.x + tile / 2 <= x + own / 2 + 0.01,
          );
          for (const other of at.slice(0, index)) {
            const away = Math.max(Math.abs(one.x - other.x), Math.abs(one.y - other.y));
            assert.ok(away >= tile);
          }
        }
      });
    }
  }
});

test("edges meet each layer in the order of its units, each at a height of its own", () => {
  for (const units of SHAPES) {
    for (const { port } of arrange(units, 700, 420).columns) {
      for (const [index, height] of port.slice(1).entries()) assert.ok(height > port[index]);
    }
  }
});

test("nothing has to be scrolled up or down", () => {
  for (const units of SHAPES) assert.ok(arrange(units, 700, 420).height <= 420);
});

test("eight layers of sixty-four fit into the middle of a wide page, nearly", () => {
  const { width } = arrange([2, 64, 64, 64, 64, 64, 64, 64, 64, 1], 704, 520);
  assert.ok(width <= 1000, `${width}`);
});

test("eight layers of eight fit into the middle of a wide page", () => {
  const { width, height } = arrange([2, 8, 8, 8, 8, 8, 8, 8, 8, 1], 704, 420);
  assert.ok(width <= 704 && height <= 420, `${width} x ${height}`);
});

test("units of a wide layer stand side by side, and the other layers as they are", () => {
  const { columns } = arrange([4, 64, 10], 704, 531);
  assert.deepEqual(
    columns.map(({ tile }) => tile),
    [46, 37, 37],
  );
  assert.ok(columns[1].width > 36 && columns[0].width === 46);
});

test("names of features get room, but not too much", () => {
  const left = (/** @type {number} */ longest) =>
    arrange([2, 1], 704, 420, { longest }).columns[0].x;
  assert.ok(left(2) < left(12) && left(12) < left(40));
  assert.equal(left(40), left(80));
});

test("the curve starts and ends where its units are", () => {
  assert.equal(ease(10, 20, 0), 10);
  assert.equal(ease(10, 20, 1), 20);
  assert.ok(Math.abs(parameterAt(0.5) - 0.5) < 1e-4);
});

test("the edge under the pointer is found, and the bias", () => {
  const diagram = arrange([2, 3, 1], 700, 420);
  const [first, second] = diagram.columns;
  const x = (first.x + second.x) / 2;
  const y = (first.at[1].y + second.at[2].y) / 2;
  assert.deepEqual(edgeAt(diagram, x, y), { layer: 1, from: 1, to: 2 });
  assert.equal(edgeAt(diagram, x, 5), null);
  assert.equal(edgeAt(diagram, 0, y), null);
  const mark = biasMark(second, 2);
  assert.ok(mark);
  assert.deepEqual(edgeAt(diagram, mark.x, mark.y), { layer: 1, from: BIAS, to: 2 });
});
