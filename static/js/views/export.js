import { html } from "../../vendor/preact.js";
import * as api from "../api.js";
import { explainsMark } from "../glossary.js";
import { message, t } from "../i18n.js";
import { isHidden } from "../lesson.js";
import { fail } from "../session.js";
import * as store from "../store.js";
import { Popover } from "./popover.js";

/** @typedef {{title: string, about: string, path: () => string, type: string, name: string}} Export */

/** @type {Export[]} */
const EXPORTS = [
  {
    title: message("Numbers as CSV"),
    about: message("Every epoch of every lane and seed"),
    path: () => "history",
    type: "text/csv",
    name: "history.csv",
  },
  {
    title: message("Numbers as JSON"),
    about: message("The same for programs"),
    path: () => "history",
    type: "application/json",
    name: "history.json",
  },
  {
    title: message("Summary as CSV"),
    about: message("Each lane in a few numbers"),
    path: () => `summary?target=${store.target.peek()}`,
    type: "text/csv",
    name: "summary.csv",
  },
  {
    title: message("Experiment as JSON"),
    about: message("All settings: for Python, the command line and the API"),
    path: () => "export",
    type: "application/json",
    name: "experiment.json",
  },
];

const DOWN = html`<svg viewBox="0 0 16 16" aria-hidden="true">
  <path class="line" d="M8 2v8M4.5 7L8 10.5 11.5 7M2.5 13.5h11" />
</svg>`;

/** What has been found, to take away. */
export function Export() {
  const content = () =>
    EXPORTS.map(
      (one) => html`
        <button type="button" class="item file" key=${one.title} onClick=${() => download(one)}>
          <span>${t(one.title)}</span><span class="present">${t(one.about)}</span>
        </button>
      `,
    );
  return html`
    <div hidden=${isHidden("export")}>
      <${Popover}
        id="export"
        class="menu export"
        label=${t("Export")}
        name=${html`${DOWN}<span class="word">${t("Export")}</span>`}
        attributes=${{ disabled: store.experiment.value === null, ...explainsMark("marks.export") }}
        content=${content}
      />
    </div>
  `;
}

/** @param {Export} wanted */
async function download({ path, type, name }) {
  const id = store.experiment.value?.id;
  if (!id) return;
  try {
    const url = URL.createObjectURL(await api.file(id, path(), type));
    const link = document.createElement("a");
    link.href = url;
    link.download = `neural-playground-${name}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url));
    document.getElementById("export")?.hidePopover();
  } catch (error) {
    fail(error);
  }
}
