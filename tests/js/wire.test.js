import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import {
  decode,
  firstMap,
  incoming,
  inflate,
  isDeflated,
  statisticsOf,
} from "../../static/js/wire.js";

/**
 * @param {object} header
 * @param {import("../../static/js/wire.js").Values[]} arrays
 */
function frame(header, arrays) {
  let offset = 0;
  const places = arrays.map((array) => {
    const at = offset;
    offset += Math.ceil(array.byteLength / 8) * 8;
    return at;
  });
  const listed = { ...header, arrays: /** @type {any} */ (header).arrays.map(place) };
  /** @type {(array: object, index: number) => object} */
  function place(array, index) {
    return { ...array, offset: places[index] };
  }
  const text = JSON.stringify(listed);
  const padded = text.padEnd(Math.ceil((text.length + 8) / 8) * 8 - 8);
  const message = new Uint8Array(8 + padded.length + offset);
  message.set(new TextEncoder().encode("NPG1"));
  new DataView(message.buffer).setUint32(4, padded.length, true);
  message.set(new TextEncoder().encode(padded), 8);
  arrays.forEach((array, index) => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    message.set(bytes, 8 + padded.length + places[index]);
  });
  return message.buffer;
}

const HEADER = {
  type: "frame",
  sequence: 7,
  timeline: 2,
  position: [6, 1],
  first_epoch: 4,
  epoch: 7,
  rows: 2,
};

test("a frame without picture has its rows", () => {
  const message = frame(
    {
      ...HEADER,
      picture_epoch: null,
      picture_batch: 0,
      runs: [],
      focus: [],
      arrays: [
        { name: "train_loss", run: null, dtype: "f8", shape: [1, 2] },
        { name: "epoch", run: null, dtype: "i4", shape: [2] },
      ],
    },
    [new Float64Array([0.5, Number.NaN]), new Int32Array([4, 6])],
  );
  const { sequence, timeline, position, rows, history, picture, ...more } = decode(message);
  assert.deepEqual([sequence, timeline, rows], [7, 2, 2]);
  assert.deepEqual(more, { firstEpoch: 4, epoch: 7, epochs: Int32Array.of(4, 6) });
  assert.deepEqual(position, { epoch: 6, batch: 1 });
  assert.deepEqual([...history.train_loss], [0.5, Number.NaN]);
  assert.deepEqual(Object.keys(history), ["train_loss"]);
  assert.equal(picture, null);
});

test("a picture has its maps, statistics, weights and sharp units", () => {
  const floats = ["layer_mean", "layer_spread", "layer_dead", "layer_saturated"];
  const more = ["layer_update_ratio", "layer_histogram", "layer_histogram_range"];
  const inside = ["unit_statistics", "ablation"];
  const names = [...floats, "layer_gradient_norm", "weights", "unit_scales", ...more, ...inside];
  const message = frame(
    {
      ...HEADER,
      rows: 0,
      picture_epoch: 5,
      picture_batch: 1,
      runs: [{ units: [1, 1], boundary_scale: 2.5 }],
      focus: [[0, 0, 0, 6]],
      arrays: [
        ...names.map((name) => ({ name, run: 0, dtype: "f4", shape: [1] })),
        { name: "boundary", run: 0, dtype: "i1", shape: [1, 2, 2] },
        { name: "unit_maps", run: 0, dtype: "i1", shape: [1, 1, 1] },
        { name: "focus", run: null, dtype: "i1", shape: [1, 2, 2] },
      ],
    },
    [
      ...names.map((_, index) => new Float32Array([index])),
      new Int8Array([-127, 0, 1, 127]),
      new Int8Array([64]),
      new Int8Array([1, 2, 3, 4]),
    ],
  );
  const { picture } = decode(message);
  assert.ok(picture);
  assert.deepEqual([picture.epoch, picture.batch, picture.timeline], [5, 1, 2]);
  const [run] = picture.runs;
  assert.deepEqual([...run.boundary], [-127, 0, 1, 127]);
  assert.deepEqual([run.cells, run.opened?.side, run.boundaryScale], [2, 1, 2.5]);
  assert.deepEqual([run.layers.updateRatio[0], run.layers.histogram[0]], [7, 8]);
  assert.deepEqual([run.layers.gradientNorm[0], run.opened?.weights[0]], [4, 5]);
  assert.equal(run.opened?.unitScales[0], 6);
  assert.deepEqual([run.opened?.unitStatistics[0], run.opened?.ablation[0]], [10, 11]);
  assert.deepEqual([...picture.focus[0].map], [1, 2, 3, 4]);
  assert.equal(picture.focus[0].scale, 6);
});

test("anything else is refused", () => {
  assert.throws(() => decode(new ArrayBuffer(4)), /NPG1/);
  assert.throws(() => decode(new Uint8Array(16).buffer), /NPG1/);
  const cut = frame({ ...HEADER, arrays: [] }, []).slice(0, 20);
  assert.throws(() => decode(cut), /cut off/);
});

test("incoming weights are views at the place of their layer", () => {
  const weights = Float32Array.from({ length: 17 }, (_, index) => index);
  const { fanIn, fanOut, weights: own, biases } = incoming([2, 4, 1], weights, 2);
  assert.deepEqual([fanIn, fanOut], [4, 1]);
  assert.deepEqual([...own], [12, 13, 14, 15]);
  assert.deepEqual([...biases], [16]);
  assert.equal(firstMap([2, 4, 1], 1), 2);
});

test("deflated messages are frames or texts", async () => {
  const deflated = (/** @type {string} */ text) =>
    new Uint8Array(Buffer.concat([Buffer.from("NPGZ"), deflateSync(text)])).buffer;
  assert.equal(await inflate(deflated('{"type":"state"}')), '{"type":"state"}');
  const frame = await inflate(deflated("NPG1 and more"));
  assert.ok(frame instanceof ArrayBuffer);
  assert.equal(frame.byteLength, 13);
  assert.ok(isDeflated(deflated("")));
  assert.ok(!isDeflated(frame));
});

test("each unit has its statistics", () => {
  const run = {
    units: [2, 1, 2],
    unitMaps: new Int8Array(),
    unitScales: new Float32Array(),
    side: 0,
    weights: new Float32Array(),
    unitStatistics: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
    ablation: new Float32Array(),
  };
  assert.deepEqual(statisticsOf(run, 1, 0), { mean: 1, spread: 4, flat: 7 });
  assert.deepEqual(statisticsOf(run, 2, 1), { mean: 3, spread: 6, flat: 9 });
});
