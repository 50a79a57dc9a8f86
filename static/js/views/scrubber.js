import { html } from "../../vendor/preact.js";
import { whole } from "../format.js";
import { explainsMark } from "../glossary.js";
import { t } from "../i18n.js";
import { isHidden } from "../lesson.js";
import { seek } from "../seek.js";
import * as store from "../store.js";

const MOST_MARKS = 60;
/** Half of the thumb, which stays within the track. */
const INSET = 7;

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
      aria-label=${t("Epoch")}
      aria-valuetext=${t("Epoch {epoch} of {last}", { epoch: whole(place), last: whole(last) })}
      ...${explainsMark("marks.rewind")}
      min="0"
      max=${Math.max(1, last)}
      step="1"
      value=${place}
      disabled=${last === 0}
      style=${{ "--filled": `${(100 * share).toFixed(2)}%`, "--marks": marks(last) }}
      onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
        seek(Number(currentTarget.value));
      }}
    />
  `;
}

/**
 * Where settings were changed, where it was gone back to or forked, as backgrounds.
 * @param {number} last
 */
function marks(last) {
  const { changes = [], rewinds = [], runs = [] } = store.experiment.value ?? {};
  const travels = [...rewinds, ...runs.flatMap(({ forked }) => forked ?? [])];
  const places = [...ticks(changes, "--accent", last), ...ticks(travels, "--muted", last)];
  return places.length > 0 ? places.join(", ") : "none";
}

/**
 * @param {{epoch: number}[]} moments
 * @param {string} colour
 * @param {number} last
 */
function ticks(moments, colour, last) {
  const epochs = [...new Set(moments.map(({ epoch }) => epoch))];
  return epochs
    .filter((epoch) => epoch <= last && last > 0)
    .slice(-MOST_MARKS)
    .map((epoch) => {
      const left = `calc(${INSET}px + ${(epoch / last).toFixed(4)} * (100% - ${2 * INSET}px))`;
      return `linear-gradient(var(${colour}) 0 0) ${left} 100% / 2px 5px no-repeat`;
    });
}
