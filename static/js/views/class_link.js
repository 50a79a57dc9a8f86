import { html, useEffect, useSignal } from "../../vendor/preact.js";
import { settle } from "../address.js";
import { classLink as open } from "../dialogs.js";
import { message, t } from "../i18n.js";
import { LONGEST_NOTE, lesson, NONE, PARTS } from "../lesson.js";
import * as store from "../store.js";
import { withLesson } from "../url.js";
import { Copy } from "./share.js";
import { Sheet } from "./sheet.js";

/** @typedef {import("../lesson.js").Lesson} Lesson */
/** @typedef {"free" | "locked" | "hidden"} Access */

const GROUPS = {
  data: message("Data"),
  training: message("Training"),
  model: message("Model"),
};
const ACCESS = {
  free: message("Free"),
  locked: message("Locked"),
  hidden: message("Hidden"),
};

/** What a class may see and change, with a note: as a link, or as an iframe. */
export function ClassLink() {
  const close = () => {
    open.value = false;
  };
  return html`
    <${Sheet}
      open=${open}
      class="class-link"
      title=${t("Link for a class")}
      hint=${t("Opens exactly this state. What is locked can be read and not changed.")}
      content=${() => html`<${Content} close=${close} />`}
    />
  `;
}

/** @param {{close: () => void}} props */
function Content({ close }) {
  const wanted = useSignal(/** @type {Lesson} */ (lesson.peek()));
  useEffect(() => {
    settle();
  }, []);
  const set = (/** @type {string[]} */ paths, /** @type {Access} */ access) => {
    const without = (/** @type {string[]} */ list) => list.filter((one) => !paths.includes(one));
    const { hide, lock } = wanted.value;
    wanted.value = {
      ...wanted.value,
      hide: [...without(hide), ...(access === "hidden" ? paths : [])],
      lock: [...without(lock), ...(access === "locked" ? paths : [])],
    };
  };
  const access = (/** @type {string} */ path) => {
    if (wanted.value.hide.includes(path)) return "hidden";
    return wanted.value.lock.includes(path) ? "locked" : "free";
  };
  const link = () => {
    const url = new URL(location.href);
    url.hash = withLesson(url.hash, wanted.value);
    return url.href;
  };
  const frame = () => {
    const url = new URL(link());
    url.searchParams.set("embed", "1");
    const source = url.href.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    return `<iframe src="${source}" width="100%" height="720" title="Neural Playground"></iframe>`;
  };
  const embeddable = document.getElementById("page")?.dataset.embeddable !== undefined;
  return html`
      <${Note} wanted=${wanted} />
      <div class="access-columns">
        ${Object.entries(GROUPS).map(
          ([group, title]) => html`
            <${Section}
              key=${group}
              title=${t(title)}
              rows=${store.fields.value
                .filter((field) => field.group === group && field.type !== "text")
                .map((field) => [field.key, t(field.title)])
                .concat(group === "model" ? [["weights", t("Weights by hand")]] : [])}
              access=${access}
              set=${set}
            />
          `,
        )}
        <fieldset class="access parts">
          <legend>${t("Parts of the page")}</legend>
          ${Object.entries(PARTS).map(
            ([name, title]) => html`
              <label key=${name} class="check">
                <input
                  type="checkbox"
                  checked=${access(name) !== "hidden"}
                  onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) =>
                    set([name], currentTarget.checked ? "free" : "hidden")}
                />
                ${t(title)}
              </label>
            `,
          )}
        </fieldset>
      </div>
      <div class="sheet-foot">
        <input
          type="text"
          class="box"
          readonly
          aria-label=${t("Link")}
          value=${link()}
          onFocus=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => currentTarget.select()}
        />
        <${Copy} class="do" title=${t("Copy link")} text=${link} />
        ${embeddable && html`<${Copy} class="plain" title=${t("Copy as iframe")} text=${frame} />`}
        <button
          type="button"
          onClick=${() => {
            wanted.value = NONE;
          }}
        >
          ${t("All free")}
        </button>
        <button
          type="button"
          onClick=${() => {
            close();
            lesson.value = wanted.value;
          }}
        >
          ${t("Try it here")}
        </button>
      </div>
  `;
}

/** @param {{wanted: import("../../vendor/preact.js").Signal<Lesson>}} props */
function Note({ wanted }) {
  return html`
    <label class="note-entry">
      <span>${t("Note on top of the page")}</span>
      <textarea
        class="box"
        rows="2"
        maxlength=${LONGEST_NOTE}
        placeholder=${t("What shall they try, and what shall they watch?")}
        value=${wanted.value.note}
        onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ { currentTarget }) => {
          wanted.value = { ...wanted.value, note: currentTarget.value };
        }}
      ></textarea>
    </label>
  `;
}

/**
 * Settings that belong together: all at once, or one by one.
 * @param {{
 *   title: string,
 *   rows: [string, string][],
 *   access: (path: string) => Access,
 *   set: (paths: string[], access: Access) => void,
 * }} props
 */
function Section({ title, rows, access, set }) {
  const paths = rows.map(([path]) => path);
  const all = new Set(paths.map(access));
  const choice = (
    /** @type {string} */ label,
    /** @type {Access | "mixed"} */ now,
    /** @type {string[]} */ which,
  ) => html`
    <select
      class="small"
      aria-label=${label}
      value=${now}
      onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ { currentTarget }) =>
        set(which, /** @type {Access} */ (currentTarget.value))}
    >
      ${now === "mixed" && html`<option value="mixed" selected disabled>${t("Mixed")}</option>`}
      ${Object.entries(ACCESS).map(
        ([value, text]) => html`
          <option key=${value} value=${value} selected=${value === now}>${t(text)}</option>
        `,
      )}
    </select>
  `;
  return html`
    <fieldset class="access">
      <legend>${title}</legend>
      <p class="access-row whole">
        <span>${t("All of them")}</span>
        ${choice(t("All: {group}", { group: title }), all.size > 1 ? "mixed" : [...all][0], paths)}
      </p>
      ${rows.map(
        ([path, name]) => html`
          <p class="access-row" key=${path}>
            <span>${name}</span>${choice(name, access(path), [path])}
          </p>
        `,
      )}
    </fieldset>
  `;
}
