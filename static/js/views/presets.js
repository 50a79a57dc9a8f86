import { html, useEffect, useSignal } from "../../vendor/preact.js";
import * as api from "../api.js";
import { beginPreset } from "../ready.js";

/**
 * Experiments that are worth comparing, ready to play.
 * @param {{back: () => void, close: () => void}} props
 */
export function Presets({ back, close }) {
  const presets = useSignal(/** @type {api.Preset[] | null} */ (null));
  const failed = useSignal("");
  useEffect(() => {
    api.presets().then(
      (found) => {
        presets.value = found;
      },
      () => {
        failed.value = "The server could not be reached just now.";
      },
    );
  }, []);
  const begin = (/** @type {api.Preset} */ preset) => {
    close();
    beginPreset(preset);
  };
  return html`
    <div class="chooser-head">
      <button type="button" class="back" aria-label="All settings" title="All settings" onClick=${back}>
        ‹
      </button>
      <p class="title">Presets</p>
    </div>
    <p class="hint">Ready to play. What is open now is replaced; Back returns to it.</p>
    ${failed.value && html`<p class="problem" role="alert">${failed.value}</p>`}
    <div class="subjects" role="group" aria-label="Presets" tabindex="0">
      <ul class="subject-list">
        ${(presets.value ?? []).map(
          (preset) => html`
            <li key=${preset.id}>
              <button type="button" class="item preset" onClick=${() => begin(preset)}>
                <strong>${preset.title}</strong>
                <span class="lanes-count">${preset.runs.length} lanes</span>
                <span class="present">${preset.description}</span>
              </button>
            </li>
          `,
        )}
      </ul>
    </div>
  `;
}
