import { html } from "../../vendor/preact.js";
import { confusion } from "../emphasis.js";
import { explainsMark } from "../glossary.js";
import { t } from "../i18n.js";
import * as modes from "../modes.js";
import { className } from "../names.js";
import * as store from "../store.js";
import { theme } from "../theme.js";

/** Percent of ink behind a cell that has all points of its row. */
const DARKEST = 28;

/** Which classes are taken for which, among the test points. */
export function Confusion() {
  const data = store.data.value;
  const answers = data && modes.answersFor(data);
  if (!data || !answers || data.classes === 0) return null;
  const classes = Array.from({ length: data.classes }, (_, index) => index);
  const counts = confusion(data, answers, "test");
  return html`
    <table class="confusion">
      <caption ...${explainsMark("marks.confusion")}>${t("Test points: true class down, answer across")}</caption>
      <thead>
        <tr>
          <td></td>
          ${classes.map((answer) => html`<th key=${answer} scope="col"><${Disc} index=${answer} /></th>`)}
        </tr>
      </thead>
      <tbody>
        ${classes.map((truth) => {
          const all = counts[truth].reduce((sum, count) => sum + count, 0);
          return html`
            <tr key=${truth}>
              <th scope="row"><${Disc} index=${truth} /></th>
              ${classes.map((answer) => {
                const share = all > 0 ? counts[truth][answer] / all : 0;
                const ink = `color-mix(in srgb, var(--ink) ${DARKEST * share}%, transparent)`;
                return html`
                  <td key=${answer} class=${truth === answer ? "number right" : "number"} style=${{ background: ink }}>
                    ${counts[truth][answer]}
                  </td>
                `;
              })}
            </tr>
          `;
        })}
      </tbody>
    </table>
  `;
}

/** @param {{index: number}} props a class, by its colour */
function Disc({ index }) {
  const { classes } = theme.value;
  const tone = classes[index % classes.length];
  return html`
    <i aria-hidden="true" style=${{ background: tone }}></i>
    <span class="sr-only">${className(index)}</span>
  `;
}
