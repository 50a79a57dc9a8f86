import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, ease, edgeAt, parameterAt } from "../../static/js/geometry.js";

test("units stand inside the diagram and do not overlap", () => {
  const shapes = [
    [2, 1],
    [2, 4, 2, 1],
    [7, 8, 8, 8, 8, 8, 8, 8, 8, 1],
    [2, 64, 1],
  ];
  for (const units of shapes) {
    for (const width of [320, 700]) {
      const { columns, width: whole, height } = arrange(units, width, 420, 14);
      columns.forEach(({ x, y, tile }, layer) => {
        assert.equal(y.length, units[layer]);
        assert.ok(x - tile / 2 >= 0 && x + tile / 2 <= whole);
        assert.ok(tile >= 5);
        if (layer > 0) assert.ok(x - columns[layer - 1].x > tile);
        for (const [index, middle] of y.entries()) {
          assert.ok(middle - tile / 2 >= 0 && middle + tile / 2 <= height);
          if (index > 0) assert.ok(middle - y[index - 1] >= tile);
        }
      });
    }
  }
});

test("eight layers of eight fit into the middle of a wide page", () => {
  const { width, height } = arrange([2, 8, 8, 8, 8, 8, 8, 8, 8, 1], 704, 420);
  assert.ok(width <= 704 && height <= 420, `${width} x ${height}`);
});

test("a long column shrinks, and leaves the others as they are", () => {
  const { columns, height } = arrange([64, 4, 10], 704, 531);
  assert.ok(height <= 540, `${height}`);
  assert.deepEqual(
    columns.map(({ tile }) => tile),
    [5, 46, 37],
  );
});

test("names of features get room, but not too much", () => {
  const left = (/** @type {number} */ longest) => arrange([2, 1], 704, 420, longest).columns[0].x;
  assert.ok(left(2) < left(12) && left(12) < left(40));
  assert.equal(left(40), left(80));
});

test("the curve starts and ends where its units are", () => {
  assert.equal(ease(10, 20, 0), 10);
  assert.equal(ease(10, 20, 1), 20);
  assert.ok(Math.abs(parameterAt(0.5) - 0.5) < 1e-4);
});

test("the edge under the pointer is found", () => {
  const diagram = arrange([2, 3, 1], 700, 420);
  const [first, second] = diagram.columns;
  const middle = { x: (first.x + second.x) / 2, y: (first.y[1] + second.y[2]) / 2 };
  assert.deepEqual(edgeAt(diagram, middle.x, middle.y), { layer: 1, from: 1, to: 2 });
  assert.equal(edgeAt(diagram, middle.x, 5), null);
  assert.equal(edgeAt(diagram, 0, middle.y), null);
});
