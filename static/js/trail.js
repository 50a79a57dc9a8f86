/**
 * How the layers of a lane fared: gradient norms and activations out of the pictures that came, at
 * most so many, thinned evenly.
 */

/** @typedef {import("./wire.js").LayerStatistics} LayerStatistics */

export const MOST = 512;

export class Trail {
  /** @type {number[]} ascending; the arrays below have one item for each */
  epochs = [];
  /** @type {Float32Array[]} gradient norm of each layer, the output last */
  norms = [];
  /** @type {Float32Array[]} mean activation of each layer */
  means = [];
  /** @type {Float32Array[]} (layers, bins) shares of the activations */
  histograms = [];
  /** @type {Float32Array[]} (layers, 2) where the first bin begins, the last ends */
  ranges = [];
  /** Epochs between two that are kept, at least. */
  #every = 1;

  /** @param {string} of the network and the seed whose layers they are */
  constructor(of) {
    this.of = of;
  }

  /**
   * Takes what a picture tells, unless something as near is known.
   * @param {number} epoch
   * @param {LayerStatistics} layers views, which are copied
   */
  take(epoch, layers) {
    if (epoch < (this.epochs.at(-1) ?? Number.NEGATIVE_INFINITY) + this.#every) return;
    this.epochs.push(epoch);
    this.norms.push(layers.gradientNorm.slice());
    this.means.push(layers.mean.slice());
    this.histograms.push(layers.histogram.slice());
    this.ranges.push(layers.histogramRange.slice());
    if (this.epochs.length > MOST) this.#thin();
  }

  #thin() {
    const { epochs } = this;
    this.#every = Math.max(2 * this.#every, (2 * (epochs[epochs.length - 1] - epochs[0])) / MOST);
    let next = Number.NEGATIVE_INFINITY;
    const kept = epochs.map((epoch) => {
      if (epoch < next) return false;
      next = epoch + this.#every;
      return true;
    });
    const thinned = (/** @type {any[]} */ all) => all.filter((_, index) => kept[index]);
    for (const name of /** @type {const} */ ([
      "epochs",
      "norms",
      "means",
      "histograms",
      "ranges",
    ])) {
      this[name] = thinned(this[name]);
    }
  }

  /**
   * The least and the largest activation of a layer.
   * @param {number} layer
   * @returns {[number, number]}
   */
  extent(layer) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const range of this.ranges) {
      if (range[2 * layer] < low) low = range[2 * layer];
      if (range[2 * layer + 1] > high) high = range[2 * layer + 1];
    }
    return low < high ? [low, high] : [0, 1];
  }
}
