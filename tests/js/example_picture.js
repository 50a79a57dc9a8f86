/**
 * The picture of a lane with this boundary.
 * @param {number} cells
 * @param {number[]} boundary
 * @param {number} [boundaryScale]
 * @returns {import("../../static/js/wire.js").RunPicture}
 */
export function picture(cells, boundary, boundaryScale = 1) {
  const none = new Float32Array();
  return {
    units: [2, boundary.length / (cells * cells)],
    boundary: Int8Array.from(boundary),
    boundaryScale,
    cells,
    seed: 0,
    spread: null,
    spreadScale: 0,
    spreadCells: 0,
    layers: {
      mean: none,
      spread: none,
      dead: none,
      saturated: none,
      gradientNorm: none,
      updateRatio: none,
      histogram: none,
      histogramRange: none,
    },
    closer: null,
    answers: null,
    warp: null,
    opened: null,
  };
}
