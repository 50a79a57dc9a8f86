import assert from "node:assert/strict";
import { test } from "node:test";
import { columns, paintHeat } from "../../static/js/chart/heat.js";
import { MOST, Trail } from "../../static/js/trail.js";

/**
 * Two layers of two bins.
 * @param {number} norm
 */
function layers(norm, histogram = [1, 0, 0.25, 0.75]) {
  const of = (/** @type {number[]} */ ...values) => Float32Array.from(values);
  return {
    mean: of(0.5, -0.5),
    spread: of(1, 1),
    dead: of(0, 0),
    saturated: of(0, 0),
    gradientNorm: of(norm, 2 * norm),
    updateRatio: of(0, 0),
    histogram: Float32Array.from(histogram),
    histogramRange: of(-1, 1, 0, norm),
  };
}

test("a trail keeps what pictures told, not their memory", () => {
  const trail = new Trail("2,2,1 0");
  const told = layers(3);
  trail.take(4, told);
  told.gradientNorm.fill(9);
  trail.take(4, layers(7)); // the same epoch again
  trail.take(2, layers(8)); // gone back
  trail.take(5, layers(4));
  assert.deepEqual(trail.epochs, [4, 5]);
  assert.deepEqual(
    trail.norms.map(([first]) => first),
    [3, 4],
  );
  assert.deepEqual(trail.extent(1), [0, 4]);
});

test("however long it gets, it stays bounded and even", () => {
  const trail = new Trail("");
  for (let epoch = 0; epoch < 100_000; epoch += 7) trail.take(epoch, layers(epoch));
  const { epochs } = trail;
  assert.ok(epochs.length <= MOST);
  assert.ok(epochs.length > MOST / 4);
  assert.equal(epochs[0], 0);
  const gaps = epochs.slice(1).map((epoch, k) => epoch - epochs[k]);
  assert.ok(Math.max(...gaps) <= 2 * Math.min(...gaps));
  for (const all of [trail.norms, trail.means, trail.histograms, trail.ranges]) {
    assert.equal(all.length, epochs.length);
  }
  assert.equal(trail.norms[3][0], epochs[3]);
});

test("a sample is shown from its place to that of the next", () => {
  assert.deepEqual(columns([0, 2, 4], [0, 4], 4), [0, 0, 1, 1]);
  assert.deepEqual(columns([2, 4], [0, 8], 4), [null, 0, 1, null]);
  assert.deepEqual(columns([], [0, 8], 2), [null, null]);
});

test("the densest activations are the darkest, and nothing lies outside their range", () => {
  const shade = Uint32Array.from({ length: 256 }, (_, k) => k - 128);
  const trail = new Trail("");
  trail.take(0, layers(1));
  const target = new Uint32Array(8);
  const row = { layer: 1, extent: /** @type {[number, number]} */ ([-1, 1]), samples: [0, null] };
  paintHeat(target, 2, trail, row, shade);
  const tones = [...target].map((tone) => tone);
  // From the top: the upper bin, the lower bin, and twice nothing; the second column is empty.
  assert.deepEqual(
    [tones[0], tones[2], tones[4], tones[6]],
    [80, Math.round(80 * Math.sqrt(1 / 3)), 0, 0],
  );
  assert.ok([1, 3, 5, 7].every((at) => tones[at] === 0));
});
