import { html, useComputed } from "../../vendor/preact.js";
import { rate, whole } from "../format.js";
import { isHidden } from "../lesson.js";
import * as store from "../store.js";
import * as transport from "../transport.js";
import { Fork } from "./fork.js";
import { Scrubber } from "./scrubber.js";

const SPEEDS = [1, 2, 5, 10, 25, 50, 100, 250, 500];

const PAUSE = html`<svg viewBox="0 0 16 16" aria-hidden="true">
  <path d="M3 2h3.5v12H3zM9.5 2H13v12H9.5z" />
</svg>`;
const PLAY = html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 1.8v12.4L14 8z" /></svg>`;

export function Transport() {
  const playing = store.playing.value;
  const loading = store.experiment.value === null;
  const over = store.status.value === "finished" || store.status.value === "diverged";
  const ended = "The training has ended: reset it or change a setting";
  return html`
    <section class="transport" aria-label="Transport">
      <button
        type="button"
        class="primary"
        onClick=${transport.toggle}
        disabled=${loading || over}
        title=${over ? ended : playing ? "Pause (space)" : "Play (space)"}
      >
        ${playing ? PAUSE : PLAY}<span class="word">${playing ? "Pause" : "Play"}</span>
      </button>
      <button
        type="button"
        hidden=${isHidden("step")}
        onClick=${transport.step}
        disabled=${loading || over}
        title=${over ? ended : "Train one epoch (right arrow)"}
      >
        Step
      </button>
      <button
        type="button"
        hidden=${isHidden("reset")}
        onClick=${() => transport.reset()}
        disabled=${loading}
        title="Back to epoch 0 with the same weights (R)"
      >
        Reset
      </button>
      <button
        type="button"
        hidden=${isHidden("new_weights")}
        onClick=${() => transport.reset({ newWeights: true })}
        disabled=${loading}
        title="Back to epoch 0 with other random weights (N)"
      >
        New<span class="rest"> weights</span>
      </button>
      <${Counter} />
      <${Scrubber} />
      <${Fork} />
      <${Speed} />
      <${Restarted} />
    </section>
  `;
}

function Counter() {
  const epoch = useComputed(() => whole(store.scrubbed.value ?? store.epoch.value));
  const speed = useComputed(() =>
    store.playing.value && store.rate.value > 0 ? `${rate(store.rate.value)}/s` : "",
  );
  return html`
    <p class="counter">
      <strong class="number">${epoch}</strong> <span class="of">epochs</span>
      <span class="rate number">${speed}</span>
    </p>
  `;
}

function Speed() {
  const speed = store.speed.value;
  const speeds = speed === null || SPEEDS.includes(speed) ? SPEEDS : [...SPEEDS, speed];
  return html`
    <label class="speed" hidden=${isHidden("speed")}>
      <span class="name">Speed</span>
      <select
        value=${speed === null ? "max" : String(speed)}
        onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ { currentTarget }) =>
          transport.setSpeed(currentTarget.value === "max" ? null : Number(currentTarget.value))}
      >
        ${speeds.map(
          (value) => html`
            <option value=${String(value)} selected=${speed === value}>
              ${value} epoch${value === 1 ? "" : "s"}/s
            </option>
          `,
        )}
        <option value="max" selected=${speed === null}>max</option>
      </select>
    </label>
  `;
}

/** Says, in passing, which change sent the run back to the start. */
function Restarted() {
  const paths = store.restarted.value;
  const names = paths.map((path) => {
    const top = store.fields.value.find(({ key }) => key === path.split(".")[0]);
    return top?.title.toLowerCase() ?? path;
  });
  const unique = [...new Set(names)].join(", ");
  return html`
    <p class="restarted" key=${paths}>
      ${paths.length > 0 ? `Restarted from epoch 0: ${unique} changed` : ""}
    </p>
  `;
}
