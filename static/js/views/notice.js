import { html, signal } from "../../vendor/preact.js";
import { heard, t } from "../i18n.js";
import { get } from "../paths.js";
import { change } from "../settings.js";
import * as store from "../store.js";
import * as transport from "../transport.js";
import { outdated } from "../version.js";

/** What went wrong and what to do about it. */
export function Notices() {
  const lost = store.connection.value === "lost";
  const failure = store.failure.value;
  return html`
    <div class="notices">
      <${Waiting} />
      ${lost && html`<p class="notice" role="status">${t("Connection lost – trying again")}</p>`}
      <${Outdated} />
      ${
        failure &&
        html`
          <div class="notice" role="alert">
            <p>${failure}</p>
            <button type="button" onClick=${() => dismiss()}>${t("Dismiss")}</button>
          </div>
        `
      }
      <${Paused} />
      <${Diverged} />
      <${Finished} />
      <${Ended} />
    </div>
  `;
}

/** The server has been upgraded meanwhile. */
function Outdated() {
  if (!outdated.value) return null;
  return html`
    <div class="notice" role="status">
      <p>${t("A new version of this page is here.")}</p>
      <button type="button" onClick=${() => location.reload()}>${t("Reload")}</button>
    </div>
  `;
}

/** The server is full: its place in the queue, for all to read and hear. */
function Waiting() {
  const why = store.waiting.value;
  // The region is there before there is something to say, otherwise some readers do not say it.
  return html`
    <p class=${why ? "notice" : "sr-only"} role="status">
      ${why && t("{why} This page goes on by itself.", { why })}
    </p>
  `;
}

/** Why the server paused the training. */
function Paused() {
  const message = store.experiment.value?.message;
  return message && html`<p class="notice" role="status">${heard(message)}</p>`;
}

/** The notice that has been read. */
const read = signal(/** @type {string | null} */ (null));

/** All lanes have ended, if there are several. */
function Ended() {
  const lanes = store.lanes.value;
  const message = lanes
    .filter(({ run }) => run.status === "diverged")
    .map(({ name, run }) => t("{lane}: {text}", { lane: name, text: heard(run.message) }))
    .join(" ");
  const over = lanes.length > 1 && lanes.every(({ run }) => run.status !== "training");
  if (!over || read.value === message) return null;
  const close = () => {
    read.value = message;
  };
  return html`
    <div class="notice" role="status">
      <p><strong>${t("The training of all lanes has ended.")}</strong> ${message}</p>
      <div class="buttons">
        <button type="button" onClick=${() => transport.reset()}>${t("Reset")}</button>
        <button type="button" onClick=${close}>${t("Dismiss")}</button>
      </div>
    </div>
  `;
}

function Finished() {
  const run = only();
  if (run?.status !== "finished" || read.value === run.message) return null;
  const close = () => {
    read.value = run.message;
  };
  return html`
    <div class="notice" role="status">
      <p>${heard(run.message)}</p>
      <div class="buttons">
        <button type="button" onClick=${() => transport.reset()}>${t("Reset")}</button>
        <button type="button" onClick=${close}>${t("Dismiss")}</button>
      </div>
    </div>
  `;
}

/** The only lane; where there are several, each says on its card how it ended. */
function only() {
  const runs = store.runs.value;
  return runs.length === 1 ? runs[0] : null;
}

function dismiss() {
  store.failure.value = "";
}

function Diverged() {
  const run = only();
  if (run?.status !== "diverged") return null;
  const path = "optimizer.learning_rate";
  const learningRate = get(run.spec, path);
  const lower = Number((Number(learningRate) / 10).toPrecision(2));
  return html`
    <div class="notice" role="alert">
      <p>${heard(run.message)}</p>
      <div class="buttons">
        <button type="button" onClick=${() => transport.reset()}>${t("Reset")}</button>
        ${
          learningRate !== undefined &&
          html`
            <button type="button" onClick=${() => lowerRate(path, lower)}>
              ${t("Learning rate {rate}, from the start", { rate: lower })}
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
