import { html } from "../../vendor/preact.js";
import * as api from "../api.js";
import { message, t } from "../i18n.js";
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
    <${Popover}
      id="export"
      class="export"
      label=${t("Export")}
      name=${html`${t("Export")}<span aria-hidden="true" class="rest"> ▾</span>`}
      attributes=${{ disabled: store.experiment.value === null }}
      content=${content}
    />
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
