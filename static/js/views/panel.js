import { html, useComputed, useSignal } from "../../vendor/preact.js";
import { isHidden, isLocked } from "../lesson.js";
import { settings } from "../schema.js";
import * as store from "../store.js";
import { theme } from "../theme.js";
import { Datasets } from "./datasets.js";
import { Field } from "./field.js";

/** @typedef {import("../schema.js").Placed} Placed */

const GROUPS = ["data", "training", "model"];
/** What belongs in front although it is rare, and the other way round. */
const ADVANCED = { schedule: false, loss: false, "regularization.l1": true };

/** All settings that are not drawn in the diagram, by group; the rarer ones behind a button. */
export function Panel() {
  const placed = useComputed(() =>
    settings(store.fields.value, store.shown.value, ADVANCED).filter(
      (field) => isShown(field) && !isHidden(field.path),
    ),
  );
  const open = useSignal(false);
  const all = placed.value;
  if (!store.shown.value || all.length === 0)
    return html`<section class="panel settings" hidden=${isHidden("settings")} aria-label="Settings"></section>`;
  return html`
    <section class="panel settings" hidden=${isHidden("settings")} aria-label="Settings">
      <${Whose} />
      ${GROUPS.map(
        (group) => html`
          <${Group}
            key=${group}
            title=${group}
            fields=${all.filter((field) => field.group === group && !field.advanced)}
          />
        `,
      )}
      <button
        type="button"
        class="all"
        aria-expanded=${open.value}
        aria-controls="rare"
        onClick=${() => {
          open.value = !open.value;
        }}
      >
        ${open.value ? "Fewer settings" : "All settings"}
      </button>
      <div class="rare" id="rare" hidden=${!open.value}>
        ${
          open.value &&
          GROUPS.map(
            (group) => html`
              <${Group}
                key=${group}
                title=${group}
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
      <span class="whose-name">Settings of <strong>${name}</strong></span>
      <small class="whose-about">Changes are for all lanes; where they differ<i class="dot inline"></i>, for this one alone.</small>
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

/** @param {{title: string, fields: Placed[]}} props */
function Group({ title, fields }) {
  return html`
    <div class="group">
      <h2>${title[0].toUpperCase() + title.slice(1)}</h2>
      ${fields.map((field, index) => {
        if (field.path === "data")
          return html`<${Datasets} key=${field.path} field=${field} locked=${isLocked(field.path)} />`;
        const { section, advanced } = field;
        const begins = advanced && section && section !== fields[index - 1]?.section;
        return html`
          ${begins && html`<p class="section" key=${section}>${section}</p>`}
          <${Field} key=${field.path} field=${field} />
        `;
      })}
    </div>
  `;
}
