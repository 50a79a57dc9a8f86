import { html, useComputed } from "../../vendor/preact.js";
import { rareOpen } from "../goto.js";
import { message, rich, t } from "../i18n.js";
import { isHidden, isLocked } from "../lesson.js";
import { get } from "../paths.js";
import { settings } from "../schema.js";
import { change } from "../settings.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { Changed } from "./changed.js";
import { Datasets } from "./datasets.js";
import { Field } from "./field.js";
import { Finder } from "./finder.js";
import { Steps } from "./steps.js";

/** @typedef {import("../schema.js").Placed} Placed */

/** @type {[string, string][]} */
const GROUPS = [
  ["data", message("Data")],
  ["training", message("Training")],
  ["model", message("Model")],
];
/** What belongs in front although it is rare, and the other way round. */
const ADVANCED = { schedule: false, loss: false, "regularization.l1": true };

/** All settings that are not drawn in the diagram, by group; the rarer ones behind a button. */
export function Panel() {
  const placed = useComputed(() =>
    settings(store.fields.value, store.shown.value, ADVANCED).filter(
      (field) => isShown(field) && !isHidden(field.path),
    ),
  );
  const open = rareOpen;
  const all = placed.value;
  if (!store.shown.value || all.length === 0)
    return html`<section class="panel settings" hidden=${isHidden("settings")} aria-label=${t("Settings")}></section>`;
  return html`
    <section class="panel settings" hidden=${isHidden("settings")} aria-label=${t("Settings")}>
      <div class="tools">
        <${Finder} />
        <${Steps} />
      </div>
      <${Whose} />
      ${GROUPS.map(
        ([group, title]) => html`
          <${Group}
            key=${group}
            title=${title}
            fields=${all.filter((field) => field.group === group && !field.advanced)}
          />
        `,
      )}
      <${Elsewhere} />
      <div class="foot">
        <button
          type="button"
          class="all"
          aria-expanded=${open.value}
          aria-controls="rare"
          onClick=${() => {
            open.value = !open.value;
          }}
        >
          ${open.value ? t("Fewer settings") : t("All settings")}
        </button>
        <${Changed} />
      </div>
      <div class="rare" id="rare" hidden=${!open.value}>
        ${
          open.value &&
          GROUPS.map(
            ([group, title]) => html`
              <${Group}
                key=${group}
                title=${title}
                fields=${all.filter((field) => field.group === group && field.advanced)}
              />
            `,
          )
        }
      </div>
    </section>
  `;
}

/** Which lane's settings these are, where there are several. */
function Whose() {
  const lanes = store.lanes.value;
  if (lanes.length < 2) return null;
  const { name, tone, run } = lanes[store.selected.value];
  return html`
    <p class="whose" style=${{ "--tone": theme.value.lanes[tone] }}>
      <span class="whose-name">
        ${rich("Settings of {name}", { name: html`<strong>${name}</strong>` })}
      </span>
      <small class="whose-about">
        ${rich("Changes are for all lanes; where they differ{dot}, for this one alone.", {
          dot: html`<i class="dot inline"></i>`,
        })}
      </small>
      ${run.message && html`<small class="whose-state">${run.message}</small>`}
    </p>
  `;
}

/**
 * Drawn elsewhere, or nothing to choose from, or shown only where runs are compared.
 * @param {Placed} field
 */
function isShown({ type, options, nullable }) {
  if (["set", "list", "parts", "text"].includes(type)) return false;
  return type !== "choice" || options.length > 1 || nullable;
}

/** What is changed in the diagram: how much of it, and a way to put it back. */
function Elsewhere() {
  const spec = store.shown.value;
  return store.fields.value.map((field) => {
    const value = field.type === "parts" ? get(spec, field.key) : null;
    if (!Array.isArray(value) || value.length === 0) return null;
    const title = t(field.title);
    return html`
      <p class="elsewhere" key=${field.key} data-setting=${field.key}>
        <span>${title}</span> <span class="number">${value.length}</span>
        <button
          type="button"
          class="word"
          aria-label=${t("Clear: {setting}", { setting: title })}
          disabled=${isLocked(field.key)}
          onClick=${() => change(field.key, field.default)}
        >
          ${t("Clear")}
        </button>
      </p>
    `;
  });
}

/** @param {{title: string, fields: Placed[]}} props */
function Group({ title, fields }) {
  return html`
    <div class="group">
      <h2>${t(title)}</h2>
      ${fields.map((field, index) => {
        if (field.path === "data")
          return html`<${Datasets} key=${field.path} field=${field} locked=${isLocked(field.path)} />`;
        const { section, advanced } = field;
        const begins = advanced && section && section !== fields[index - 1]?.section;
        return html`
          ${begins && html`<p class="section" key=${section}>${t(section)}</p>`}
          <${Field} key=${field.path} field=${field} />
        `;
      })}
    </div>
  `;
}
