import { html } from "../../vendor/preact.js";
import { loss, percent, whole } from "../format.js";
import { get } from "../paths.js";
import { change } from "../settings.js";
import * as store from "../store.js";
import * as transport from "../transport.js";

/** What went wrong and what to do about it. */
export function Notices() {
  const lost = store.connection.value === "lost";
  const failure = store.failure.value;
  return html`
    <div class="notices">
      ${lost && html`<p class="notice" role="status">Connection lost – trying again</p>`}
      ${
        failure &&
        html`
          <div class="notice" role="alert">
            <p>${failure}</p>
            <button type="button" onClick=${() => dismiss()}>Dismiss</button>
          </div>
        `
      }
      <${Diverged} />
    </div>
  `;
}

function dismiss() {
  store.failure.value = "";
}

function Diverged() {
  const run = store.experiment.value?.runs[0];
  if (run?.status !== "diverged") return null;
  const path = "optimizer.learning_rate";
  const learningRate = get(run.spec, path);
  const lower = Number((Number(learningRate) / 10).toPrecision(2));
  return html`
    <div class="notice" role="alert">
      <p>${run.message}</p>
      <div class="buttons">
        <button type="button" onClick=${() => transport.reset()}>Reset</button>
        ${
          learningRate !== undefined &&
          html`
            <button type="button" onClick=${() => lowerRate(path, lower)}>
              Learning rate ${lower}, from the start
            </button>
          `
        }
      </div>
    </div>
  `;
}

/**
 * @param {string} path
 * @param {number} value
 */
async function lowerRate(path, value) {
  change(path, value);
  await transport.reset();
}

/** Tells a screen reader how training stands whenever it starts or stops. */
export function Announcer() {
  const status = store.status.value;
  const { history } = store;
  const numbers = () => {
    const accuracy = history.last("test_accuracy");
    const share = Number.isFinite(accuracy) ? `, accuracy ${percent(accuracy)}` : "";
    return `Test loss ${loss(history.last("test_loss"))}${share}.`;
  };
  const texts = {
    loading: "",
    playing: "Training.",
    paused: `Paused at epoch ${whole(store.epoch.peek())}. ${numbers()}`,
    finished: `Finished at epoch ${whole(store.epoch.peek())}. ${numbers()}`,
    diverged: "",
  };
  return html`<p class="sr-only" role="status">${texts[status]}</p>`;
}
