import { html, signal, useEffect, useRef, useSignal } from "../../vendor/preact.js";
import * as compare from "../compare.js";
import { explainsMark } from "../glossary.js";
import { t, tn } from "../i18n.js";
import { MOST } from "../lanes.js";
import { isFree } from "../lesson.js";
import { equal } from "../paths.js";
import * as race from "../race.js";
import * as store from "../store.js";
import * as suggest from "../suggest.js";
import { openLane, useAttempt } from "./attempt.js";
import { explainsOnFocus, explainsOnHover } from "./help.js";
import { place } from "./popover.js";

/** @typedef {import("../suggest.js").Subject} Subject */
/** @typedef {{currentTarget: HTMLInputElement}} Input */

const ID = "compare";

/** The setting that is compared, by path; null while one is looked for. */
const at = signal(/** @type {string | null} */ (null));
/** The button that it opened at. */
let opener = /** @type {HTMLElement | null} */ (null);

/**
 * What makes a button open the chooser, at a setting or at the list of all.
 * @param {string | null} [path]
 */
export function opensChooser(path = null) {
  return {
    popovertarget: ID,
    "aria-haspopup": "dialog",
    onClick: (/** @type {{currentTarget: HTMLElement}} */ { currentTarget }) => {
      opener = currentTarget;
      at.value = path;
    },
  };
}

/** Chooses a setting and the values that get a lane each. */
export function Chooser() {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const open = useSignal(false);
  const path = at.value;
  useEffect(() => {
    if (!open.value || !box.current || !opener) return;
    place(box.current, opener);
    box.current.querySelector("input")?.focus();
  }, [open.value, path]);
  const close = () => box.current?.hidePopover();
  return html`
    <div
      class="popover chooser"
      id=${ID}
      ref=${box}
      popover="auto"
      role="dialog"
      aria-label=${t("Compare")}
      onBeforeToggle=${(/** @type {ToggleEvent} */ { newState }) => {
        if (newState === "open") open.value = true;
      }}
      onToggle=${(/** @type {ToggleEvent} */ { newState }) => {
        if (newState === "closed") open.value = false;
      }}
    >
      ${open.value && html`<${Content} close=${close} />`}
    </div>
  `;
}

/** @param {{close: () => void}} props */
function Content({ close }) {
  const spec = store.spec.value;
  if (!spec) return null;
  const all = suggest.subjects(store.fields.value, spec).filter(({ path }) => isFree(path));
  const subject = at.value === null ? undefined : suggest.subjectOf(all, at.value);
  if (!subject) return html`<${Search} all=${all} spec=${spec} close=${close} />`;
  return html`<${Values} key=${subject.path} subject=${subject} spec=${spec} close=${close} />`;
}

/** @param {{all: Subject[], spec: import("../paths.js").Plain, close: () => void}} props */
function Search({ all, spec, close }) {
  const text = useSignal("");
  const found = suggest.search(all, text.value);
  const frequent = found.filter(suggest.isFrequent);
  const rest = found.filter((one) => !suggest.isFrequent(one));
  const option = (/** @type {Subject} */ subject) => html`
    <li key=${subject.path}>
      <button
        type="button"
        class="item subject"
        onClick=${() => {
          at.value = subject.path;
        }}
        ...${explainsOnHover(subject.field)}
        ...${explainsOnFocus(subject.field)}
      >
        <span class="subject-name">${subject.title}</span>
        <span class="present">${suggest.present(subject, spec)}</span>
      </button>
    </li>
  `;
  const enter = (/** @type {KeyboardEvent} */ { key }) => {
    if (key === "Enter" && found.length > 0) at.value = found[0].path;
  };
  return html`
    <div class="chips">
      <button
        type="button"
        class="chip"
        ...${explainsMark("marks.race")}
        onClick=${() => {
          close();
          race.open.value = true;
        }}
      >
        ${t("Fair race…")}
      </button>
    </div>
    <p class="title">${t("Compare another…")}</p>
    <input
      type="search"
      class="box"
      placeholder=${t("Find a setting")}
      aria-label=${t("Find a setting")}
      autocomplete="off"
      value=${text.value}
      onInput=${(/** @type {Input} */ { currentTarget }) => {
        text.value = currentTarget.value;
      }}
      onKeyDown=${enter}
    />
    <div class="subjects" role="group" aria-label=${t("Settings")} tabindex="0">
      ${frequent.length > 0 && html`<ul class="subject-list">${frequent.map(option)}</ul>`}
      ${rest.length > 0 && html`<p class="sort">${t("All settings")}</p><ul class="subject-list">${rest.map(option)}</ul>`}
      ${found.length === 0 && html`<p class="hint">${t("There is no such setting.")}</p>`}
    </div>
  `;
}

/** @param {Subject} subject */
function aboutValues({ field }) {
  const lane = openLane();
  if (field.type === "choice") {
    return lane
      ? t(
          "Each value ticked becomes a lane: a copy of {lane} that differs in this and in what comes with it.",
          { lane },
        )
      : t(
          "Each value ticked becomes a lane: a copy that differs in this and in what comes with it.",
        );
  }
  return lane
    ? t("Each value ticked becomes a lane: a copy of {lane} that differs in this alone.", { lane })
    : t("Each value ticked becomes a lane: a copy that differs in this alone.");
}

/**
 * @param {{subject: Subject, spec: import("../paths.js").Plain, close: () => void}} props
 */
function Values({ subject, spec, close }) {
  const ticked = useSignal(/** @type {unknown[]} */ ([]));
  const text = useSignal("");
  const { attempt, refused, busy } = useAttempt(close);
  const columns = store.columns.value;
  const offered = suggest.candidates(subject, spec, columns);
  const { values, wrong } = suggest.typed(subject, text.value);
  const present = offered.find(({ now }) => now)?.value;
  const wanted = [...ticked.value, ...values].filter(
    (value, index, list) =>
      !equal(value, present) && list.findIndex((one) => equal(one, value)) === index,
  );
  const room = MOST - store.runs.value.length;
  const over = wanted.length > room;
  const add = () =>
    attempt(() => compare.add(wanted.map((value) => suggest.changeTo(subject, spec, value))));
  return html`
    <div class="chooser-head">
      <button
        type="button"
        class="back"
        aria-label=${t("All settings")}
        title=${t("All settings")}
        onClick=${() => {
          at.value = null;
        }}
      >
        ‹
      </button>
      <p class="title"><span ...${explainsOnHover(subject.field)}>${subject.title}</span></p>
    </div>
    <p class="hint">
      ${aboutValues(subject)}
    </p>
    <fieldset class="values">
      <legend class="sr-only">${t("Values of {title}", { title: subject.title })}</legend>
      ${offered.map(
        ({ value, title, now }) => html`
          <label key=${title} class=${now ? "value now" : "value"}>
            <input
              type="checkbox"
              class="tick"
              checked=${now || ticked.value.some((one) => equal(one, value))}
              disabled=${now}
              onChange=${(/** @type {Input} */ { currentTarget }) => {
                const others = ticked.value.filter((one) => !equal(one, value));
                ticked.value = currentTarget.checked ? [...others, value] : others;
              }}
            />
            <span>${title}</span>${now && html`<span class="present">${t("now")}</span>`}
          </label>
        `,
      )}
    </fieldset>
    ${
      suggest.canType(subject) &&
      html`
        <label class="line">
          <span class="line-name">${t("Others")}</span>
          <input
            type="text"
            class="box"
            autocomplete="off"
            spellcheck=${false}
            placeholder=${subject.field.type === "list" ? "8-8, 16-8-4" : "0.01, 0.1"}
            aria-invalid=${wrong !== ""}
            value=${text.value}
            onInput=${(/** @type {Input} */ { currentTarget }) => {
              text.value = currentTarget.value;
            }}
            onKeyDown=${(/** @type {KeyboardEvent} */ { key }) => {
              if (key === "Enter" && wanted.length > 0 && !over && !wrong) add();
            }}
          />
        </label>
      `
    }
    ${wrong && html`<p class="problem" role="alert">${t("“{text}” is no value", { text: wrong })}</p>`}
    ${refused.value && html`<p class="problem" role="alert">${refused.value}</p>`}
    ${over && html`<p class="problem" role="status">${t("{most} lanes at most: room for {room}", { most: MOST, room })}</p>`}
    <button
      type="button"
      class="do"
      disabled=${wanted.length === 0 || over || wrong !== "" || busy.value}
      onClick=${add}
    >
      ${wanted.length > 1 ? tn("Add {count} lane", "Add {count} lanes", wanted.length) : t("Add a lane")}
    </button>
  `;
}
