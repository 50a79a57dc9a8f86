import { html, useSignal } from "../../vendor/preact.js";
import { fork } from "../compare.js";
import { whole } from "../format.js";
import { explainsMark } from "../glossary.js";
import { t } from "../i18n.js";
import { MOST } from "../lanes.js";
import { isHidden } from "../lesson.js";
import * as store from "../store.js";
import * as suggest from "../suggest.js";
import { openLane, useAttempt } from "./attempt.js";
import { explainsOnHover } from "./help.js";
import { Popover } from "./popover.js";

/** @typedef {import("../suggest.js").Subject} Subject */

/** What can only be chosen at epoch 0. */
const FROM_THE_START =
  /^(seed|features|init|layers|layers\.\*\.(units|init|batch_norm)|data\.(kind|seed))$/;

const ICON = html`<svg viewBox="0 0 16 16" aria-hidden="true">
  <path d="M4 2v12M4 9c0-4 8-1 8-6" fill="none" stroke="currentColor" stroke-width="1.6" />
  <path d="M9.6 4.4 12 1.6l2.4 2.8z" />
</svg>`;

/** A second future from here: a lane with the same past and one setting changed. */
export function Fork() {
  const epoch = store.epoch.value;
  const off = store.playing.value || epoch === 0 || store.runs.value.length >= MOST;
  const close = () => document.getElementById("fork")?.hidePopover();
  return html`
    <${Popover}
      id="fork"
      class="fork"
      label=${t("Fork here")}
      name=${html`${ICON}<span class="word">${t("Fork")}</span>`}
      named=${t("Fork here")}
      attributes=${{ disabled: off, hidden: isHidden("fork"), ...explainsMark("marks.fork") }}
      content=${() => html`<${Choice} close=${close} />`}
    />
  `;
}

/** @param {{close: () => void}} props */
function Choice({ close }) {
  const spec = store.spec.value;
  const path = useSignal("");
  const value = useSignal("");
  const { attempt, refused, busy } = useAttempt(close);
  if (!spec) return null;
  const lane = openLane();
  const all = suggest
    .subjects(store.fields.value, spec)
    .filter((one) => !FROM_THE_START.test(one.path));
  const subject = all.find((one) => one.path === path.value);
  const offered = subject ? offersOf(subject, spec) : [];
  const typed = subject && suggest.canType(subject);
  const wrong = subject && typed ? wrongIn(subject, value.value) : "";
  const submit = () =>
    attempt(() =>
      fork(subject ? suggest.changeTo(subject, spec, chosenOf(subject, offered, value.value)) : {}),
    );
  return html`
    <p class="title">${t("Fork at epoch {epoch}", { epoch: whole(store.epoch.value) })}</p>
    <p class="hint">
      ${
        lane
          ? t(
              "A new lane goes on from this very state of {lane}, the optimizer’s memory included. Change one thing, or nothing.",
              { lane },
            )
          : t(
              "A new lane goes on from this very state, the optimizer’s memory included. Change one thing, or nothing.",
            )
      }
    </p>
    <label class="line" ...${explainsMark("marks.fork")}>
      <span class="line-name">${t("Change")}</span>
      <select
        aria-label=${t("Setting to change")}
        value=${path.value}
        onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ { currentTarget }) => {
          path.value = currentTarget.value;
          const next = all.find((one) => one.path === currentTarget.value);
          value.value = next ? firstOf(next, spec) : "";
          refused.value = "";
        }}
      >
        <option value="">${t("nothing")}</option>
        ${all.map((one) => html`<option key=${one.path} value=${one.path}>${one.title}</option>`)}
      </select>
    </label>
    ${subject && html`<${Value} subject=${subject} offered=${offered} value=${value} typed=${typed} submit=${submit} />`}
    ${(wrong || refused.value) && html`<p class="problem" role="alert">${wrong || refused.value}</p>`}
    <button type="button" class="do" disabled=${busy.value || wrong !== ""} onClick=${submit}>
      ${t("Fork")}
    </button>
  `;
}

/**
 * @param {{
 *   subject: Subject, offered: suggest.Candidate[], typed: boolean | undefined,
 *   value: import("../../vendor/preact.js").Signal<string>, submit: () => void,
 * }} props
 */
function Value({ subject, offered, typed, value, submit }) {
  const take = (/** @type {{currentTarget: HTMLInputElement | HTMLSelectElement}} */ event) => {
    value.value = event.currentTarget.value;
  };
  return html`
    <label class="line" ...${explainsOnHover(subject.field)}>
      <span class="line-name">${t("to")}</span>
      ${
        typed
          ? html`
              <input
                type="text"
                class="box"
                aria-label=${subject.title}
                list="fork-values"
                autocomplete="off"
                spellcheck=${false}
                value=${value.value}
                onInput=${take}
                onKeyDown=${(/** @type {KeyboardEvent} */ { key }) => {
                  if (key === "Enter") submit();
                }}
              />
            `
          : html`
              <select aria-label=${subject.title} value=${value.value} onChange=${take}>
                ${offered.map(({ title }) => html`<option key=${title} value=${title}>${title}</option>`)}
              </select>
            `
      }
    </label>
  `;
}

/**
 * @param {Subject} subject
 * @param {import("../paths.js").Plain} spec
 */
function offersOf(subject, spec) {
  const columns = store.columns.value;
  return suggest.candidates(subject, spec, columns).filter(({ now }) => !now);
}

/**
 * What is proposed first: of numbers the next lower one.
 * @param {Subject} subject
 * @param {import("../paths.js").Plain} spec
 */
function firstOf(subject, spec) {
  const all = suggest.candidates(subject, spec, store.columns.value);
  const now = all.findIndex((one) => one.now);
  const before = suggest.canType(subject) ? all[now - 1] : undefined;
  return (before ?? all.find((one) => !one.now))?.title ?? "";
}

/**
 * @param {Subject} subject
 * @param {string} text
 */
function wrongIn(subject, text) {
  const { values, wrong } = suggest.typed(subject, text);
  if (wrong) return t("“{text}” is no value", { text: wrong });
  return values.length > 1 ? t("One value") : "";
}

/**
 * @param {Subject} subject
 * @param {suggest.Candidate[]} offered
 * @param {string} text
 */
function chosenOf(subject, offered, text) {
  const known = offered.find(({ title }) => title === text);
  return known ? known.value : suggest.typed(subject, text).values[0];
}
