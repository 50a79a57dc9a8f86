/**
 * Decodes the binary frames of the stream: magic, header length, JSON header, aligned arrays.
 * The arrays are views into the message, not copies.
 */

/**
 * @typedef {Object} ArrayHeader
 * @property {string} name
 * @property {number | null} run
 * @property {"f8" | "f4" | "i1" | "i4" | "u1"} dtype
 * @property {number[]} shape
 * @property {number} offset bytes from the start of the first array
 *
 * @typedef {Object} RunHeader
 * @property {number[]} units
 * @property {number} boundary_scale
 * @property {number} seed index of the one that is pictured
 * @property {number | null} spread_scale
 *
 * @typedef {import("./store.js").Domain} Domain
 *
 * @typedef {Object} WarpHeader
 * @property {number} layer
 * @property {[number, number] | null} units
 * @property {[number, number]} shares of the training points' variance, along each axis
 * @property {[number, number, number] | null} line a u + b v + c = 0
 *
 * @typedef {Object} FrameHeader
 * @property {"frame"} type
 * @property {number} sequence
 * @property {number} timeline
 * @property {number} first_epoch
 * @property {number} epoch
 * @property {number} rows
 * @property {number | null} picture_epoch
 * @property {number} picture_batch
 * @property {[number, number]} position epoch and batch where the experiment stands
 * @property {RunHeader[]} runs
 * @property {[number, number, number, number][]} focus run, layer, unit, scale
 * @property {Domain | null} [closer]
 * @property {WarpHeader | null} [warp]
 * @property {ArrayHeader[]} arrays
 *
 * @typedef {Object} LayerStatistics one number per hidden layer and one for the output
 * @property {Float32Array} mean
 * @property {Float32Array} spread
 * @property {Float32Array} dead
 * @property {Float32Array} saturated
 * @property {Float32Array} gradientNorm
 * @property {Float32Array} updateRatio the change of the next update, as a share of the weights
 * @property {Float32Array} histogram (layers, bins) shares of the activations
 * @property {Float32Array} histogramRange (layers, 2) where the first bin begins, the last ends
 *
 * @typedef {Object} RunPicture
 * @property {number[]} units width of each layer: features, hidden, outputs
 * @property {Int8Array} boundary (outputs, cells, cells), top row first
 * @property {number} boundaryScale
 * @property {number} cells
 * @property {number} seed index of the seed that is pictured
 * @property {Int8Array | null} spread (spreadCells, spreadCells): how far the seeds disagree
 * @property {number} spreadScale
 * @property {number} spreadCells
 * @property {LayerStatistics} layers
 * @property {Closer | null} closer the part of the plane that was asked for
 * @property {Answers | null} answers
 * @property {Warp | null} warp
 * @property {Opened | null} opened null for the lanes that are not open in the diagram
 *
 * @typedef {Object} Opened the network of a lane from inside
 * @property {number[]} units as above
 * @property {Int8Array} unitMaps (features and hidden units, side, side)
 * @property {Float32Array} unitScales
 * @property {number} side
 * @property {Float32Array} weights W1 (fan_out, fan_in), b1, W2, b2, ...
 * @property {Float32Array} unitStatistics (3, hidden units and outputs): mean, spread and share of
 *   points without slope
 * @property {Float32Array} ablation train and test loss as it is, then with the dropped units back;
 *   empty where none is dropped
 *
 * @typedef {Object} Closer
 * @property {Domain} domain
 * @property {Int8Array} boundary
 * @property {number} cells
 *
 * @typedef {Object} Answers at the first points of the training part, then of the test part
 * @property {Float32Array} values probability of class 1, or of the class chosen, or the value
 * @property {Uint8Array} chosen
 * @property {Float32Array} losses
 *
 * @typedef {WarpHeader & {grid: Float32Array, points: Float32Array}} Warp (2, lines, lines) and
 *   (2, n) places
 *
 * @typedef {Object} FocusMap one unit at full resolution
 * @property {number} run
 * @property {number} layer
 * @property {number} unit
 * @property {number} scale
 * @property {number} cells
 * @property {Int8Array} map
 *
 * @typedef {Object} Picture
 * @property {number} epoch
 * @property {number} batch
 * @property {number} timeline
 * @property {RunPicture[]} runs one per lane
 * @property {FocusMap[]} focus
 *
 * @typedef {Object} Frame
 * @property {number} sequence
 * @property {number} timeline
 * @property {{epoch: number, batch: number}} position where the experiment stands
 * @property {number} firstEpoch what it tells of begins here,
 * @property {number} epoch and ends here
 * @property {number} rows
 * @property {Int32Array} epochs (rows,) which of them are kept, ascending
 * @property {Record<string, Float64Array>} history (lanes, rows), row-major, by name: train_loss, ...
 * @property {Picture | null} picture
 */

/** @typedef {Float64Array | Float32Array | Int32Array | Int8Array | Uint8Array} Values */

const MAGIC = 0x3147504e; // "NPG1", little-endian
const DEFLATED = 0x5a47504e; // "NPGZ"
const CONSTRUCTORS = {
  f8: Float64Array,
  f4: Float32Array,
  i4: Int32Array,
  i1: Int8Array,
  u1: Uint8Array,
};

/** Whether deflated messages can be asked for. */
export const inflates = typeof DecompressionStream === "function";

/** @param {ArrayBuffer} message */
export function isDeflated(message) {
  return message.byteLength >= 4 && new DataView(message).getUint32(0, true) === DEFLATED;
}

/**
 * @param {ArrayBuffer} message that is deflated
 * @returns {Promise<ArrayBuffer | string>} the frame, or the text
 */
export async function inflate(message) {
  const stream = new Blob([new Uint8Array(message, 4)])
    .stream()
    .pipeThrough(new DecompressionStream("deflate"));
  const found = await new Response(stream).arrayBuffer();
  const isFrame = found.byteLength >= 4 && new DataView(found).getUint32(0, true) === MAGIC;
  return isFrame ? found : new TextDecoder().decode(found);
}

/**
 * @param {ArrayBuffer} message
 * @returns {Frame}
 */
export function decode(message) {
  const start = new DataView(message);
  if (message.byteLength < 8 || start.getUint32(0, true) !== MAGIC) {
    throw new Error("Not a frame: it does not start with NPG1");
  }
  const length = start.getUint32(4, true);
  if (8 + length > message.byteLength) throw new Error("Frame cut off inside its header");
  const text = new TextDecoder().decode(new Uint8Array(message, 8, length));
  const header = /** @type {FrameHeader} */ (JSON.parse(text));
  const find = reader(message, 8 + length, header.arrays);
  return {
    sequence: header.sequence,
    timeline: header.timeline,
    position: { epoch: header.position[0], batch: header.position[1] },
    firstEpoch: header.first_epoch,
    epoch: header.epoch,
    rows: header.rows,
    epochs: /** @type {Int32Array} */ (find("epoch", null)?.values),
    history: Object.fromEntries(
      header.arrays
        .filter(({ run, dtype }) => run === null && dtype === "f8")
        .map(({ name }) => [name, /** @type {Float64Array} */ (find(name, null)?.values)]),
    ),
    picture: header.picture_epoch === null ? null : picture(header, header.picture_epoch, find),
  };
}

/**
 * @param {ArrayBuffer} message
 * @param {number} base where the first array starts
 * @param {ArrayHeader[]} arrays
 */
function reader(message, base, arrays) {
  /** @type {Map<string, ArrayHeader>} */
  const byName = new Map(arrays.map((array) => [`${array.name} ${array.run}`, array]));
  return (/** @type {string} */ name, /** @type {number | null} */ run) => {
    const array = byName.get(`${name} ${run}`);
    if (!array) return undefined;
    const size = array.shape.reduce((product, extent) => product * extent, 1);
    /** @type {Values} */
    const values = new CONSTRUCTORS[array.dtype](message, base + array.offset, size);
    return { values, shape: array.shape };
  };
}

/**
 * @param {FrameHeader} header
 * @param {number} epoch
 * @param {ReturnType<typeof reader>} find
 * @returns {Picture}
 */
function picture(header, epoch, find) {
  const runs = header.runs.map((own, run) => {
    const need = (/** @type {string} */ name) => {
      const found = find(name, run);
      if (!found) throw new Error(`Frame without ${name} of run ${run}`);
      return found;
    };
    const floats = (/** @type {string} */ name) => /** @type {Float32Array} */ (need(name).values);
    const boundary = need("boundary");
    const closer = find("closer", run);
    const answered = find("answer_values", run);
    const grid = find("warp_grid", run);
    const maps = find("unit_maps", run);
    const spread = find("spread", run);
    return {
      units: own.units,
      boundary: /** @type {Int8Array} */ (boundary.values),
      boundaryScale: own.boundary_scale,
      cells: boundary.shape[1] ?? 0,
      seed: own.seed,
      spread: /** @type {Int8Array | null} */ (spread?.values ?? null),
      spreadScale: own.spread_scale ?? 0,
      spreadCells: spread?.shape[1] ?? 0,
      layers: {
        mean: floats("layer_mean"),
        spread: floats("layer_spread"),
        dead: floats("layer_dead"),
        saturated: floats("layer_saturated"),
        gradientNorm: floats("layer_gradient_norm"),
        updateRatio: floats("layer_update_ratio"),
        histogram: floats("layer_histogram"),
        histogramRange: floats("layer_histogram_range"),
      },
      closer:
        closer && header.closer
          ? {
              domain: header.closer,
              boundary: /** @type {Int8Array} */ (closer.values),
              cells: closer.shape[1],
            }
          : null,
      answers: answered
        ? {
            values: floats("answer_values"),
            chosen: /** @type {Uint8Array} */ (need("answer_chosen").values),
            losses: floats("answer_losses"),
          }
        : null,
      warp:
        grid && header.warp
          ? { ...header.warp, grid: floats("warp_grid"), points: floats("warp_points") }
          : null,
      opened: maps
        ? {
            units: own.units,
            unitMaps: /** @type {Int8Array} */ (maps.values),
            unitScales: floats("unit_scales"),
            side: maps.shape[1] ?? 0,
            weights: floats("weights"),
            unitStatistics: floats("unit_statistics"),
            ablation: floats("ablation"),
          }
        : null,
    };
  });
  const sharp = find("focus", null);
  const cells = sharp?.shape[1] ?? 0;
  const focus = header.focus.map(([run, layer, unit, scale], index) => {
    const map = sharp?.values.subarray(index * cells * cells, (index + 1) * cells * cells);
    return { run, layer, unit, scale, cells, map: /** @type {Int8Array} */ (map) };
  });
  return { epoch, batch: header.picture_batch, timeline: header.timeline, runs, focus };
}

/**
 * The weights into a layer (1 = first hidden layer), as views.
 * @param {number[]} units
 * @param {Float32Array} weights
 * @param {number} layer
 */
export function incoming(units, weights, layer) {
  let offset = 0;
  for (let k = 1; k < layer; k++) offset += (units[k - 1] + 1) * units[k];
  const [fanIn, fanOut] = [units[layer - 1], units[layer]];
  const end = offset + fanIn * fanOut;
  return {
    fanIn,
    fanOut,
    weights: weights.subarray(offset, end),
    biases: weights.subarray(end, end + fanOut),
  };
}

/**
 * Where a layer's first map is among the unit maps.
 * @param {number[]} units
 * @param {number} layer
 */
export function firstMap(units, layer) {
  let index = 0;
  for (let k = 0; k < layer; k++) index += units[k];
  return index;
}

/**
 * Mean, spread and share of points without slope of a hidden unit or output.
 * @param {Opened} run
 * @param {number} layer
 * @param {number} unit
 */
export function statisticsOf({ units, unitStatistics }, layer, unit) {
  const count = unitStatistics.length / 3;
  const index = firstMap(units, layer) - units[0] + unit;
  const [mean, spread, flat] = [0, 1, 2].map((row) => unitStatistics[row * count + index]);
  return { mean, spread, flat };
}
