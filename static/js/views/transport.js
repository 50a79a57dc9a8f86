import { html, useComputed } from "../../vendor/preact.js";
import { rate, whole } from "../format.js";
import { explainsMark } from "../glossary.js";
import { goal, reached, wordsOf } from "../goal.js";
import { t, tn } from "../i18n.js";
import { isHidden } from "../lesson.js";
import * as store from "../store.js";
import * as transport from "../transport.js";
import { Fork } from "./fork.js";
import { KeyList } from "./keys.js";
import { Scrubber } from "./scrubber.js";
import { Ways } from "./ways.js";

const SPEEDS = [1, 2, 5, 10, 25, 50, 100, 250, 500];

/**
 * Why a run does not go on, in the glossary.
 * @type {Record<string, string>}
 */
const ENDED = { finished: "marks.finished", diverged: "marks.diverged" };

const PAUSE = html`<svg viewBox="0 0 16 16" aria-hidden="true">
  <path d="M3 2h3.5v12H3zM9.5 2H13v12H9.5z" />
</svg>`;
const PLAY = html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 1.8v12.4L14 8z" /></svg>`;

export function Transport() {
  const playing = store.playing.value;
  const loading = store.experiment.value === null;
  const over = store.status.value === "finished" || store.status.value === "diverged";
  return html`
    <section class="transport" aria-label=${t("Transport")}>
      <button
        type="button"
        class="primary"
        onClick=${transport.toggle}
        disabled=${loading || over}
        ...${explainsMark(ENDED[store.status.value] ?? "marks.play")}
      >
        ${playing ? PAUSE : PLAY}<span class="word">${playing ? t("Pause") : t("Play")}</span>
      </button>
      <div class="split" hidden=${isHidden("step")}>
        <button
          type="button"
          class="step"
          onClick=${transport.step}
          disabled=${loading || over}
          ...${explainsMark(ENDED[store.status.value] ?? "marks.step")}
        >
          ${t("Step")}
        </button>
        <${Ways} disabled=${loading || over} />
      </div>
      <button
        type="button"
        hidden=${isHidden("reset")}
        onClick=${() => transport.reset()}
        disabled=${loading}
        ...${explainsMark("marks.reset")}
      >
        ${t("Reset")}
      </button>
      <button
        type="button"
        hidden=${isHidden("new_weights")}
        aria-label=${t("New weights")}
        onClick=${() => transport.newWeights()}
        disabled=${loading}
        ...${explainsMark("marks.new_weights")}
      >
        <span class="long">${t("New weights")}</span><span class="short">${t("New")}</span>
      </button>
      <${Counter} />
      <${Scrubber} />
      <${Fork} />
      <${Speed} />
    </section>
    <${Passing} />
    <${KeyList} />
  `;
}

function Counter() {
  const epoch = useComputed(() => whole(store.scrubbed.value ?? store.epoch.value));
  const speed = useComputed(() =>
    store.playing.value && store.rate.value > 0
      ? t("{rate}/s", { rate: rate(store.rate.value) })
      : "",
  );
  return html`
    <p class="counter" tabindex="0" ...${explainsMark("marks.counter")}>
      <strong class="number">${epoch}</strong> <span class="of">${t("epochs")}</span>
      <span class="rate number">${speed}</span><span class="below">${t("epochs")}</span>
    </p>
  `;
}

function Speed() {
  const speed = store.speed.value;
  const speeds = speed === null || SPEEDS.includes(speed) ? SPEEDS : [...SPEEDS, speed];
  return html`
    <label class="speed" hidden=${isHidden("speed")} ...${explainsMark("marks.speed")}>
      <span class="name">${t("Speed")}</span>
      <select
        value=${speed === null ? "max" : String(speed)}
        onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ { currentTarget }) =>
          transport.setSpeed(currentTarget.value === "max" ? null : Number(currentTarget.value))}
      >
        ${speeds.map(
          (value) => html`
            <option value=${String(value)} selected=${speed === value}>
              ${tn("{count} epoch/s", "{count} epochs/s", value)}
            </option>
          `,
        )}
        <option value="max" selected=${speed === null}>${t("max")}</option>
      </select>
    </label>
  `;
}

/** Says in passing what is waited for, what has been reached, and what sent the run to the start. */
function Passing() {
  const { value: aimed } = goal;
  const { value: there } = reached;
  const text = aimed
    ? t("Runs until {goal}", { goal: wordsOf(aimed) })
    : there
      ? saidOf(there)
      : restartedBy();
  return html`
    <div role="status">
      ${text && html`<p class=${aimed ? "passing lasting" : "passing"} key=${text}>${text}</p>`}
    </div>
  `;
}

/** @param {{goal: import("../goal.js").Goal, epoch: number}} there */
function saidOf({ goal: met, epoch }) {
  const words = wordsOf(met);
  if (met.measure === "epoch") return t("Reached {goal}", { goal: words });
  return t("Reached {goal} at epoch {epoch}", { goal: words, epoch: whole(epoch) });
}

/** Which change sent the run back to the start. */
function restartedBy() {
  const names = store.restarted.value.map((path) => {
    const top = store.fields.value.find(({ key }) => key === path.split(".")[0]);
    return top ? t(top.title).toLowerCase() : path;
  });
  if (names.length === 0) return "";
  return t("Restarted from epoch 0: {settings} changed", {
    settings: [...new Set(names)].join(", "),
  });
}
