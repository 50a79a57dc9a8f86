import { html, useEffect, useSignal } from "../../vendor/preact.js";
import * as api from "../api.js";
import { message, t, tn } from "../i18n.js";
import { loaded, open } from "../presets.js";
import { beginPreset } from "../ready.js";
import { PresetPicture } from "./preset_picture.js";
import { Sheet } from "./sheet.js";

const GROUPS = /** @type {const} */ ([
  ["start", message("See it happen")],
  ["compare", message("Side by side")],
]);

/** Experiments to start from, as cards. */
export function Presets() {
  const close = () => {
    open.value = false;
  };
  return html`
    <${Sheet}
      open=${open}
      class="presets"
      title=${t("Start from…")}
      hint=${t("Ready to play. What is open now is replaced; the browser's Back returns to it.")}
      light=${true}
      content=${() => html`<${Cards} close=${close} />`}
    />
  `;
}

/** @param {{close: () => void}} props */
function Cards({ close }) {
  const failed = useSignal(false);
  useEffect(() => {
    api.presets().then(
      (found) => {
        loaded.value = found;
      },
      () => {
        failed.value = loaded.value === null;
      },
    );
  }, []);
  const begin = (/** @type {api.Preset} */ preset) => {
    close();
    beginPreset(preset);
  };
  return html`
      ${failed.value && html`<p class="problem" role="alert">${t("The server could not be reached just now.")}</p>`}
      ${GROUPS.map(
        ([group, title]) => html`
          <h3>${t(title)}</h3>
          <ul class="cards" aria-label=${t(title)}>
            ${(loaded.value ?? [])
              .filter((preset) => preset.group === group)
              .map((preset) => html`<${Card} key=${preset.id} preset=${preset} begin=${begin} />`)}
          </ul>
        `,
      )}
  `;
}

/** @param {{preset: api.Preset, begin: (preset: api.Preset) => void}} props */
function Card({ preset, begin }) {
  const { id, title, description, runs } = preset;
  return html`
    <li>
      <button type="button" class="card" onClick=${() => begin(preset)}>
        <${PresetPicture} id=${id} />
        <span class="card-text">
          <strong>${t(title)}</strong>
          <span class="about">${t(description)}</span>
          ${runs.length > 1 && html`<span class="about count">${tn("{count} lane", "{count} lanes", runs.length)}</span>`}
        </span>
      </button>
    </li>
  `;
}
