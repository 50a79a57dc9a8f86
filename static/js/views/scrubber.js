import { html } from "../../vendor/preact.js";
import { whole } from "../format.js";
import { isHidden } from "../lesson.js";
import { seek } from "../seek.js";
import * as store from "../store.js";

/** Goes to any epoch that has been, exactly; while training it follows. */
export function Scrubber() {
  const { value: last } = store.last;
  const place = store.scrubbed.value ?? store.epoch.value;
  const share = last > 0 ? Math.min(1, place / last) : 0;
  return html`
    <input
      type="range"
      class="scrubber"
      hidden=${isHidden("scrubber")}
      aria-label="Epoch"
      aria-valuetext=${`Epoch ${whole(place)} of ${whole(last)}`}
      title="Drag to go back to a past epoch (left arrow: one back)"
      min="0"
      max=${Math.max(1, last)}
      step="1"
      value=${place}
      disabled=${last === 0}
      style=${{ "--filled": `${(100 * share).toFixed(2)}%` }}
      onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
        seek(Number(currentTarget.value));
      }}
    />
  `;
}
