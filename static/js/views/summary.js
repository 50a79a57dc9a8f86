import { html, useEffect, useRef, useSignal, useSignalEffect } from "../../vendor/preact.js";
import * as api from "../api.js";
import { explainsMark } from "../glossary.js";
import { listed, t, tn } from "../i18n.js";
import * as store from "../store.js";
import { bestOf, columns, sorted } from "../summary.js";
import { theme } from "../theme.js";
import { download } from "./download.js";
import { explainsOnHover } from "./help.js";
import { Target } from "./target.js";

/** @typedef {import("../summary.js").Column} Column */
/** @typedef {import("../summary.js").Key} Key */
/** @typedef {import("../summary.js").RunSummary} RunSummary */

const PAUSE = 1000;

/** The lanes in numbers, from the server, about once a second while there is news. */
export function Summary() {
  const runs = useSummary();
  const order = useSignal({ key: /** @type {Key | null} */ (null), falling: false });
  const shown = columns(store.task.value === "regression");
  const { key, falling } = order.value;
  const lanes = store.lanes.value;
  const id = store.experiment.value?.id;
  const path = `/experiments/${id}/summary?target=${store.target.value}`;
  const file = (/** @type {"text/csv" | "application/json"} */ type) =>
    download(path, type, "summary");
  return html`
    <div class="chart-bar">
      <${Target} />
      <span class="room"></span>
      <button type="button" class="link" ...${explainsMark("marks.export")} onClick=${() => file("text/csv")}>CSV</button>
      <button type="button" class="link" ...${explainsMark("marks.export")} onClick=${() => file("application/json")}>JSON</button>
    </div>
    <div class="summary scroller" id="curve" role="tabpanel" aria-label=${t("Summary")} tabindex="0">
      <table>
        <thead>
          <tr>
            <${Head} title=${t("lane")} mark="marks.lane" name=${null} order=${order} />
            ${shown.map(
              ({ key: name, title, mark, falling: most }) => html`
                <${Head} key=${name} name=${name} title=${t(title)} mark=${mark} most=${most} order=${order} />
              `,
            )}
          </tr>
        </thead>
        <tbody>
          ${sorted(runs, key, falling).map(
            (run) => html`
              <${Row} key=${run.run} run=${run} lane=${lanes[run.run]} columns=${shown} all=${runs} />
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}

/**
 * @param {{
 *   name: Key | null, title: string, mark: string, most?: boolean,
 *   order: import("../../vendor/preact.js").Signal<{key: Key | null, falling: boolean}>,
 * }} props
 */
function Head({ name, title, mark, most = false, order }) {
  const { key, falling } = order.value;
  const chosen = name === key;
  const sort = chosen && name !== null ? (falling ? "descending" : "ascending") : "none";
  const press = () => {
    order.value = { key: name, falling: chosen && name !== null ? !falling : most };
  };
  return html`
    <th scope="col" aria-sort=${sort}>
      <button type="button" onClick=${press} ...${explainsMark(mark)}>
        ${title}<span aria-hidden="true">${sort === "none" ? "" : falling ? " ↓" : " ↑"}</span>
      </button>
    </th>
  `;
}

/**
 * @param {{
 *   run: RunSummary, lane: store.Lane | undefined, columns: Column[], all: RunSummary[],
 * }} props
 */
function Row({ run, lane, columns: shown, all }) {
  if (!lane) return null;
  const tones = theme.value.lanes;
  const colour = store.runs.value.length > 1 ? tones[lane.tone % tones.length] : theme.value.ink;
  const seeds = run.seeds > 1 ? tn("{count} seed", "{count} seeds", run.seeds) : "";
  const lost = run.diverged > 0 ? t("{count} diverged", { count: run.diverged }) : "";
  return html`
    <tr data-lane=${run.run}>
      <th scope="row">
        <i class="spot" aria-hidden="true" style=${{ background: colour }}></i>
        <span class="name" ...${explainsOnHover({ title: lane.name, description: lane.words || t("no difference") })}>
          ${lane.name}
        </span>
        <small>${listed([seeds, lost].filter(Boolean))}</small>
      </th>
      ${shown.map((column) => {
        const value = /** @type {number | null} */ (run[column.key]);
        const best = value !== null && value === bestOf(all, column);
        const kind = best ? "number best" : "number";
        return html`
          <td key=${column.key} class=${kind} data-column=${column.key} data-value=${value}>
            ${value === null ? "–" : column.text(value)}
          </td>
        `;
      })}
    </tr>
  `;
}

/** What the server counts; asked again when something has changed, at most once a second. */
function useSummary() {
  const runs = useSignal(/** @type {RunSummary[]} */ ([]));
  const clock = useSignal(0);
  const { current: state } = useRef({ timer: 0, busy: false, next: 0, closed: false });
  useSignalEffect(() => {
    store.known.value;
    clock.value;
    const { value: target } = store.target;
    const { id, timeline } = store.experiment.value ?? {};
    if (id === undefined || timeline === undefined) return;
    const wait = state.next - performance.now();
    if (state.busy || wait > 0) {
      const later = () => {
        state.timer = 0;
        clock.value++;
      };
      state.timer ||= setTimeout(later, Math.max(50, wait));
      return;
    }
    state.busy = true;
    state.next = performance.now() + PAUSE;
    api
      .summary(id, target)
      .then((answer) => {
        if (!state.closed) runs.value = answer.runs;
      })
      .catch(() => undefined) // whether the server is there is the stream's business
      .finally(() => {
        state.busy = false;
      });
  });
  useEffect(
    () => () => {
      state.closed = true;
      clearTimeout(state.timer);
    },
    [],
  );
  return runs.value;
}
