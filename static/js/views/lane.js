import { html, useComputed, useSignal } from "../../vendor/preact.js";
import * as compare from "../compare.js";
import { fixed, loss, percent, setting } from "../format.js";
import { explainsMark } from "../glossary.js";
import { heard, t } from "../i18n.js";
import { MOST_SEEDS } from "../lanes.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { Popover } from "./popover.js";
import { ProbeMark, ProbeValue, probing } from "./probe.js";

/** @typedef {import("../store.js").Lane} Lane */

/**
 * One lane: its colour, name, how it differs, its live boundary, numbers and curve. The strip
 * paints the canvases.
 * @param {{lane: Lane, count: number}} props
 */
export function LaneCard({ lane, count }) {
  const { index, name, words, hidden, run } = lane;
  const selected = store.selected.value === index;
  const kind = `lane${selected ? " selected" : ""}${hidden ? " hidden-lane" : ""}`;
  const state = stateOf(run);
  return html`
    <li
      class=${kind}
      data-lane=${index}
      style=${{ "--tone": theme.value.lanes[lane.tone] }}
      ...${probing(index, ".lane-picture")}
    >
      <div class="lane-head">
        <button
          type="button"
          class="lane-open"
          aria-pressed=${selected}
          onClick=${() => compare.open(index)}
          ...${explainsMark("marks.lane")}
        >
          <i class="dot" aria-hidden="true"></i><span class="lane-name">${name}</span>
        </button>
        <${Menu} lane=${lane} count=${count} />
      </div>
      <p class="lane-words" title=${words || undefined}>${index === 0 ? t("main") : words || t("no difference")}</p>
      <div class="lane-picture" aria-hidden="true">
        <canvas class="lane-map" width="100" height="100"></canvas>
        <canvas class="lane-dots"></canvas>
        <${ProbeMark} lane=${index} />
        <${ProbeValue} lane=${index} short />
      </div>
      <div class="lane-side">
        <canvas class="lane-curve" role="img" aria-label=${t("Curve of the test loss of {lane}", { lane: name })}></canvas>
        ${
          state &&
          html`<p class="lane-state">
            <strong>${state}</strong><span class="lane-message">${heard(run.message)}</span>
          </p>`
        }
        <${Numbers} lane=${lane} hidden=${state !== "" && run.status === "diverged"} />
      </div>
    </li>
  `;
}

/** @param {import("../api.js").RunState} run */
function stateOf({ status, seeds, diverged }) {
  if (status === "diverged") return t("Diverged");
  if (diverged > 0) return t("{diverged} of {seeds} diverged", { diverged, seeds });
  return status === "finished" ? t("Finished") : "";
}

/** @param {{lane: Lane, hidden: boolean}} props */
function Numbers({ lane, hidden }) {
  const latest = useSignal(lane);
  latest.value = lane;
  const now = (/** @type {import("../history.js").Series} */ name) => {
    store.pulse.value;
    return store.history.at(name, store.epoch.value, latest.value.index);
  };
  const test = useComputed(() => loss(now("test_loss")));
  const share = useComputed(() => percent(now("test_accuracy")));
  const fit = useComputed(() => fixed(now("test_r2"), 3));
  const rate = useComputed(() => {
    const value = now("learning_rate");
    return Number.isFinite(value) ? setting(Number(value.toPrecision(2))) : "–";
  });
  const data = store.points.value[store.pointsKey(lane.run)];
  const regression = data?.task === "regression";
  const { seeds } = lane.run;
  return html`
    <dl class="lane-numbers" hidden=${hidden}>
      <div>
        <dt ...${explainsMark("marks.test_loss")}>${t("test")}</dt>
        <dd class="number" data-number="test_loss">${test}</dd>
      </div>
      <div>
        <dt ...${explainsMark(regression ? "marks.r2" : "marks.accuracy")}>
          ${regression ? "R²" : t("acc.")}
        </dt>
        <dd class="number" data-number=${regression ? "test_r2" : "test_accuracy"}>
          ${regression ? fit : share}
        </dd>
      </div>
      <div>
        <dt ...${explainsMark("marks.learning_rate")}>${t("rate")}</dt>
        <dd class="number" data-number="learning_rate">${rate}</dd>
      </div>
      ${
        seeds > 1 &&
        html`
          <div>
            <dt ...${explainsMark("marks.seeds")}>${t("seeds")}</dt>
            <dd class="number">${seeds}</dd>
          </div>
        `
      }
    </dl>
  `;
}

/** @param {{lane: Lane, count: number}} props */
function Menu({ lane, count }) {
  const { index, name, tone, hidden, run } = lane;
  const id = `lane-menu-${tone}`;
  const close = () => document.getElementById(id)?.hidePopover();
  const item = (
    /** @type {string} */ text,
    /** @type {() => unknown} */ act,
    disabled = false,
  ) => html`
    <button
      type="button"
      class="item"
      disabled=${disabled}
      onClick=${() => {
        close();
        act();
      }}
    >
      ${text}
    </button>
  `;
  const rename = (/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) =>
    compare.rename(index, currentTarget.value);
  const enter = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // or it would press the button that gets the focus
    close(); // leaves the box, which takes the name
  };
  const content = () => html`
    <label class="line">
      <span class="line-name">${t("Name")}</span>
      <input
        type="text"
        class="box"
        maxlength="80"
        autocomplete="off"
        value=${String(run.spec.name ?? "")}
        placeholder=${name}
        onChange=${rename}
        onKeyDown=${enter}
      />
    </label>
    <${Seeds}
      seeds=${run.seeds}
      change=${(/** @type {number} */ count) => compare.setSeeds([index], count)}
    />
    <div class="lane-actions">
      ${item(t("Make main"), () => compare.move(index, 0), index === 0)}
      ${item(t("Move left"), () => compare.move(index, index - 1), index === 0)}
      ${item(t("Move right"), () => compare.move(index, index + 1), index === count - 1)}
      ${item(hidden ? t("Show in the chart") : t("Hide in the chart"), () => compare.toggleHidden(index))}
      ${item(t("Remove"), () => compare.remove(index))}
    </div>
  `;
  return html`
    <${Popover}
      id=${id}
      class="lane-menu"
      label=${t("Lane {name}", { name })}
      name="⋯"
      named=${t("More for {name}", { name })}
      attributes=${explainsMark("marks.lane_menu")}
      content=${content}
    />
  `;
}

/**
 * How many random starts the same settings are trained from.
 * @param {{seeds: number, change: (count: number) => unknown}} props
 */
export function Seeds({ seeds, change }) {
  const to = (/** @type {number} */ wanted) => {
    const count = Math.min(MOST_SEEDS, Math.max(1, Math.round(wanted) || 1));
    if (count !== seeds) change(count);
  };
  return html`
    <div class="line" role="group" aria-label=${t("Seeds")}>
      <span class="line-name" tabindex="0" ...${explainsMark("marks.seeds")}>
        ${t("Seeds")}
      </span>
      <button type="button" class="line-step" aria-label=${t("Fewer seeds")} disabled=${seeds <= 1} onClick=${() => to(seeds - 1)}>
        −
      </button>
      <input
        type="text"
        class="box count number"
        inputmode="numeric"
        aria-label=${t("Number of seeds")}
        value=${String(seeds)}
        onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
          to(Number(currentTarget.value));
          currentTarget.value = String(seeds);
        }}
      />
      <button
        type="button"
        class="line-step"
        aria-label=${t("More seeds")}
        disabled=${seeds >= MOST_SEEDS}
        onClick=${() => to(seeds + 1)}
      >
        +
      </button>
    </div>
  `;
}
