import { html, useEffect, useRef } from "../../vendor/preact.js";
import { paintClassesFine, paintSignedFine } from "../colour.js";
import { CELLS, looksOf } from "../presets.js";
import { theme } from "../theme.js";
import { colourOf } from "./points.js";

/** @typedef {import("../presets.js").Looks} Looks */

const SIDE = 4 * CELLS;

/**
 * What a preset looks like when it has been trained, in the colours in use.
 * @param {{id: string}} props
 */
export function PresetPicture({ id }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const colours = theme.value;
  useEffect(() => {
    let wanted = true;
    looksOf(id).then((looks) => {
      const context = canvas.current?.getContext("2d");
      if (wanted && context && looks) paint(context, looks, colours);
    });
    return () => {
      wanted = false;
    };
  }, [id, colours]);
  return html`
    <canvas class="card-picture" ref=${canvas} width=${SIDE} height=${SIDE} aria-hidden="true"></canvas>
  `;
}

/**
 * A single map, or four of them, two by two.
 * @param {CanvasRenderingContext2D} context
 * @param {Looks} looks
 * @param {typeof theme.value} colours
 */
function paint(context, { maps, points }, colours) {
  const image = context.createImageData(2 * CELLS, 2 * CELLS);
  const pixels = new Uint32Array(image.data.buffer);
  const small = new OffscreenCanvas(2 * CELLS, 2 * CELLS);
  const across = maps.length > 1 ? 2 : 1;
  const side = SIDE / across;
  context.clearRect(0, 0, SIDE, SIDE);
  maps.forEach((map, index) => {
    if (map.length > CELLS * CELLS) paintClassesFine(pixels, map, CELLS, colours.rising);
    else paintSignedFine(pixels, map, CELLS, colours.signed);
    small.getContext("2d")?.putImageData(image, 0, 0);
    const [x, y] = [(index % across) * side, Math.floor(index / across) * side];
    context.drawImage(small, x, y, side, side);
  });
  const [x1, x2, y] = points ?? [[], [], []];
  const regression = y.some((value) => !Number.isInteger(value));
  x1.forEach((x, index) => {
    context.beginPath();
    context.arc((x / 255) * SIDE, (x2[index] / 255) * SIDE, 3, 0, 2 * Math.PI);
    context.fillStyle = colourOf(y[index], regression, colours);
    context.strokeStyle = colours.panel;
    context.fill();
    context.stroke();
  });
}
