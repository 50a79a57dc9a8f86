import { html, useSignal } from "../../vendor/preact.js";
import { typedNumber } from "../format.js";
import { explainsMark } from "../glossary.js";
import { MEASURES, meets, wordsOf } from "../goal.js";
import { t } from "../i18n.js";
import { showKeys } from "../keys.js";
import * as store from "../store.js";
import * as transport from "../transport.js";
import { Popover } from "./popover.js";

/** @typedef {import("../goal.js").Measure} Measure */

const ARROW = html`<svg viewBox="0 0 10 10" aria-hidden="true"><path d="M1.5 3.5h7L5 7z" /></svg>`;

/** What was asked for last, so that it can be changed a little. */
const LIKELY = {
  epoch: "",
  test_loss: "0.1",
  train_loss: "0.1",
  test_accuracy: "95",
  train_accuracy: "95",
};

/**
 * Other ways to go on than one epoch.
 * @param {{disabled: boolean}} props
 */
export function Ways({ disabled }) {
  return html`
    <${Popover}
      id="ways"
      class="ways"
      label=${t("Other ways to go on")}
      name=${ARROW}
      named=${t("Other ways to go on")}
      attributes=${{ disabled, ...explainsMark("marks.ways") }}
      content=${(/** @type {() => void} */ close) => html`<${Choice} close=${close} />`}
    />
  `;
}

/** @param {{close: () => void}} props */
function Choice({ close }) {
  const list = () => {
    close(); // with it would close what it opened
    showKeys();
  };
  return html`
    <button type="button" class="way" onClick=${transport.stepBatch} ...${explainsMark("marks.batch_step")}>
      ${t("One mini-batch")} <kbd>⇧ →</kbd>
    </button>
    <p class="hint">${t("Its points glow in the output; units that dropout left out are marked.")}</p>
    <${Until} close=${close} />
    <button type="button" class="way" onClick=${list} ...${explainsMark("marks.keys")}>${t("All keys")} <kbd>?</kbd></button>
  `;
}

/** @param {{close: () => void}} props */
function Until({ close }) {
  const measure = useSignal(/** @type {Measure} */ ("epoch"));
  const text = useSignal(String(nextGoal()));
  const problem = useSignal("");
  const measures = /** @type {Measure[]} */ (Object.keys(MEASURES)).filter(
    (one) => !(one.endsWith("accuracy") && store.task.value === "regression"),
  );
  const submit = () => {
    problem.value = wrongIn(measure.value, text.value);
    if (problem.value) return;
    close();
    transport.runUntil(measure.value, numberOf(measure.value, text.value));
  };
  return html`
    <div class="until" role="group" aria-label=${t("Run until")} ...${explainsMark("marks.run_until")}>
      <span class="title">${t("Run until")}</span>
      <select
        aria-label=${t("What is to be reached")}
        value=${measure.value}
        onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ { currentTarget }) => {
          measure.value = /** @type {Measure} */ (currentTarget.value);
          text.value = LIKELY[measure.value] || String(nextGoal());
          problem.value = "";
        }}
      >
        ${measures.map((one) => html`<option key=${one} value=${one}>${t(MEASURES[one].title)}</option>`)}
      </select>
      <span class="sign" aria-hidden="true">${signOf(measure.value)}</span>
      <input
        type="text"
        class="box number"
        inputmode="decimal"
        autocomplete="off"
        aria-label=${t("Value to reach")}
        aria-invalid=${problem.value !== ""}
        value=${text.value}
        onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
          text.value = currentTarget.value;
          problem.value = "";
        }}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
          if (event.key !== "Enter") return;
          event.preventDefault(); // or it would press the opener, which gets the focus
          submit();
        }}
      />
      <span class="percent" aria-hidden="true">${measure.value.endsWith("accuracy") ? "%" : ""}</span>
      <button type="button" class="do" onClick=${submit}>${t("Run")}</button>
    </div>
    ${problem.value && html`<p class="problem" role="alert">${problem.value}</p>`}
  `;
}

/** @param {Measure} measure */
function signOf(measure) {
  if (measure === "epoch") return "=";
  return measure.endsWith("loss") ? "≤" : "≥";
}

/** The next round epoch. */
function nextGoal() {
  const epoch = store.epoch.peek();
  const round = 10 ** Math.max(1, Math.floor(Math.log10(Math.max(1, epoch))));
  return (Math.floor(epoch / round) + 1) * round;
}

/**
 * @param {Measure} measure
 * @param {string} text
 */
function numberOf(measure, text) {
  const value = typedNumber(text.replace("%", ""));
  return measure.endsWith("accuracy") ? value / 100 : value;
}

/**
 * @param {Measure} measure
 * @param {string} text
 */
function wrongIn(measure, text) {
  const value = numberOf(measure, text);
  const epoch = store.epoch.peek();
  if (!Number.isFinite(value) || value < 0) return t("That is no number to reach.");
  if (measure === "epoch" && !Number.isInteger(value)) return t("Epochs are whole numbers.");
  if (measure.endsWith("accuracy") && value > 1) return t("An accuracy is at most 100 %.");
  const goal = { measure, value, run: store.selected.peek() };
  return meets(goal, epoch) ? t("It is there already: {goal}.", { goal: wordsOf(goal) }) : "";
}
