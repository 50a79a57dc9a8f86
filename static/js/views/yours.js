import { html, useEffect, useRef, useSignal } from "../../vendor/preact.js";
import * as api from "../api.js";
import { counted, MOST, missing, NONE } from "../drawing.js";
import { whole } from "../format.js";
import { explainsMark } from "../glossary.js";
import { rich, t } from "../i18n.js";
import { draw, drawn, KIND, shown, use } from "../own.js";
import { get } from "../paths.js";
import { chosen } from "../schema.js";
import * as store from "../store.js";
import { explainsOnHover } from "./help.js";
import { Popover } from "./popover.js";
import { Sketch } from "./sketch.js";
import { Thumbnail } from "./thumbnail.js";

/** @typedef {import("../schema.js").Placed} Placed */
/** @typedef {import("../api.js").Own} Own */
/** @typedef {(upload: () => Promise<Own>) => void} Take */

/**
 * The tile for points of one's own: opens a plane to draw on, and takes a file.
 * @param {{field: Placed}} props
 */
export function Yours({ field }) {
  const option = chosen(field, KIND);
  if (!option) return null;
  const inUse = get(store.spec.value, `${field.path}.kind`) === KIND;
  const own = store.ownInUse.value;
  const name = html`
    ${
      inUse
        ? html`<${Thumbnail} points=${own ?? undefined} regression=${own?.task === "regression"} />`
        : html`<span class="plus" aria-hidden="true">+</span>`
    }
    <span>${t(option.title)}</span>
  `;
  return html`
    <${Popover}
      id="yours"
      class="yours"
      label=${t("Your own points")}
      name=${name}
      named=${
        inUse
          ? t("{title}, in use: draw points or load a file", { title: t(option.title) })
          : t("{title}: draw points or load a file", { title: t(option.title) })
      }
      attributes=${{ "aria-current": inUse, ...explainsOnHover(option) }}
      content=${(/** @type {() => void} */ close) => html`<${Content} field=${field} close=${close} />`}
    />
  `;
}

/** @param {{field: Placed, close: () => void}} props */
function Content({ field, close }) {
  const problem = useSignal("");
  const busy = useRef(false);
  const over = useSignal(false);
  const standardized = useSignal(true);
  useEffect(() => {
    const own = store.ownInUse.value;
    if (drawn.value.y.length === 0 && own) drawn.value = shown() ?? drawn.value;
  }, []);
  const take = async (/** @type {() => Promise<Own>} */ upload) => {
    if (busy.current) return;
    busy.current = true;
    problem.value = await use(field, upload(), standardized.value);
    busy.current = false;
    if (!problem.value) close();
  };
  const read = (/** @type {FileList | null | undefined} */ files) => {
    if (files?.[0]) take(() => api.storeFile(files[0]));
  };
  // All of it takes files: dropped beside their place they would be opened instead of the page.
  return html`
    <div
      class="content"
      onDragOver=${(/** @type {DragEvent} */ event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave=${() => {
        over.value = false;
      }}
      onDrop=${(/** @type {DragEvent} */ event) => {
        event.preventDefault();
        over.value = false;
        read(event.dataTransfer?.files);
      }}
    >
      <${Sketch} />
      <${Using} take=${take} />
      <${FromFile} over=${over.value} read=${read} />
      ${problem.value && html`<p class="problem" role="alert">${problem.value}</p>`}
      <label class="standardized">
        <input
          type="checkbox"
          checked=${standardized.value}
          onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
            standardized.value = currentTarget.checked;
          }}
        />
        ${t("Standardize columns and values")}
      </label>
      <${Earlier} take=${take} />
    </div>
  `;
}

/** @param {{take: Take}} props */
function Using({ take }) {
  const points = drawn.value;
  const todo = missing(points);
  const count = points.y.length;
  const others = shown();
  return html`
    <div class="count">
      <p id="drawn" class="number" role="status">${todo ? t(todo) : countOf(count)}</p>
      <button
        type="button"
        class="small"
        disabled=${count === 0}
        onClick=${() => draw(NONE)}
      >
        ${t("Clear")}
      </button>
      <button
        type="button"
        class="small"
        disabled=${!others}
        ...${explainsMark("marks.copy_points")}
        onClick=${() => {
          if (others) draw(others);
        }}
      >
        ${t("Copy shown")}
      </button>
    </div>
    <button
      type="button"
      class="primary"
      disabled=${todo !== ""}
      aria-describedby="drawn"
      onClick=${() => take(() => api.storePoints(counted(points)))}
    >
      ${t("Use these points")}
    </button>
  `;
}

/** @param {{over: boolean, read: (files: FileList | null) => void}} props */
function FromFile({ over, read }) {
  return html`
    <label class=${over ? "drop over" : "drop"}>
      <input
        type="file"
        class="sr-only"
        accept=".csv,.tsv,.txt,text/csv"
        aria-label=${t("CSV file")}
        aria-describedby="csv"
        onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
          read(currentTarget.files);
          currentTarget.value = ""; // the same file again, once it is mended, is a change too
        }}
      />
      <span>${rich("{or} choose one, or drop it here.", { or: html`<strong>${t("Or a CSV file:")}</strong>` })}</span>
      <span id="csv">
        ${t("Columns of numbers; the last is what to learn, a class or a value. The first row may name them.")}
      </span>
    </label>
  `;
}

/**
 * The table in use; or the data set that was used last, while others are.
 * @param {{take: Take}} props
 */
function Earlier({ take }) {
  const now = store.ownInUse.value;
  const last = Object.values(store.own.value).at(-1);
  if (now)
    return now.columns && html`<p class="hint">${t("In use: {name}", { name: nameOf(now) })}</p>`;
  if (!last) return null;
  return html`
    <button type="button" class="small" onClick=${() => take(() => Promise.resolve(last))}>
      ${t("Go back to {name}", { name: nameOf(last) })}
    </button>
  `;
}

/** @param {number} count of points */
function countOf(count) {
  return count >= MOST
    ? t("{count} points – no more fit", { count: whole(count) })
    : t("{count} points", { count: whole(count) });
}

/** @param {Own} own */
function nameOf({ title, rows, columns }) {
  return columns
    ? t("{title}, {rows} rows of {columns} columns", {
        title: title || t("the table"),
        rows: whole(rows),
        columns: columns.length,
      })
    : t("{title}, {rows} points", { title: title || t("the points"), rows: whole(rows) });
}
