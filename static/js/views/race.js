import { html, useSignal } from "../../vendor/preact.js";
import { Problem } from "../api.js";
import { typedNumber, whole } from "../format.js";
import { explainsMark } from "../glossary.js";
import { heard, message, t } from "../i18n.js";
import { get } from "../paths.js";
import { plain, sentence } from "../plain.js";
import { drop, open, race, start } from "../race.js";
import * as store from "../store.js";
import { explainsOnFocus, explainsOnHover } from "./help.js";
import { RaceResult } from "./race_result.js";
import { Sheet } from "./sheet.js";

/** @typedef {{currentTarget: HTMLInputElement}} Input */

/** Who takes part if nothing else is said, beside the one in use. */
const USUAL = ["sgd", "momentum", "rmsprop", "adam"];
const NUMBERS = { low: "0.001", high: "1", count: "7", seeds: "16", epochs: "200" };

/**
 * The fair race: set up, followed, and its result.
 * @param {{plotly: string}} props
 */
export function Race({ plotly }) {
  const { value: known } = race;
  const content = () => {
    if (!known) return store.race.value === null ? html`<${Setup} />` : null;
    if (known.status === "running") return html`<${Progress} race=${known} />`;
    if (known.result)
      return html`<${RaceResult} id=${known.id} result=${known.result} plotly=${plotly} />`;
    return html`
      <p class="problem" role="alert">${t("The race failed: {why}.", { why: heard(known.message) })}</p>
      <button type="button" onClick=${drop}>${t("Another race")}</button>
    `;
  };
  return html`
    <${Sheet} open=${open} class="race" title=${t("Fair race")} content=${content} />
  `;
}

function Setup() {
  const spec = store.runs.value[0]?.spec;
  const field = store.fields.value.find(({ key }) => key === "optimizer");
  const inUse = String(get(spec, "optimizer.kind") ?? "");
  const ticked = useSignal([...new Set([...USUAL, inUse])]);
  const numbers = useSignal(/** @type {Record<string, string>} */ (NUMBERS));
  const refused = useSignal(/** @type {string[]} */ ([]));
  const busy = useSignal(false);
  if (!spec || !field) return null;
  const chosen = field.options.filter(({ value }) => ticked.value.includes(value));
  const number = (/** @type {string} */ name) => typedNumber(numbers.value[name]);
  const runs = chosen.length * number("count") * number("seeds");
  const wanted = () => ({
    base: spec,
    // The one in use takes part as it is set.
    optimizers: chosen.map(({ value }) => (value === inUse ? spec.optimizer : value)),
    learning_rates: { low: number("low"), high: number("high"), count: number("count") },
    seeds: number("seeds"),
    epochs: number("epochs"),
  });
  const begin = async (/** @type {Event} */ event) => {
    event.preventDefault();
    refused.value = [];
    busy.value = true;
    try {
      await start(wanted());
    } catch (error) {
      refused.value = reasonsOf(error);
    }
    busy.value = false;
  };
  const entry = (
    /** @type {string} */ name,
    /** @type {string} */ title,
    mark = "marks.race_rates",
  ) => html`
    <${Entry} name=${name} title=${title} mark=${mark} numbers=${numbers} />
  `;
  return html`
    <form class="race-setup" onSubmit=${begin}>
      <p class="hint">
        ${t("Which optimizer is best for the settings of the main lane? Each tries every learning rate with every seed; its best rate is chosen on validation points, and the winner on test points that were never looked at before.")}
      </p>
      <${Racers} options=${field.options} ticked=${ticked} />
      <div class="race-numbers">
        ${entry("low", t("Lowest rate"))}${entry("high", t("Highest rate"))}${entry("count", t("Rates"))}
        ${entry("seeds", t("Seeds"), "marks.seeds")}${entry("epochs", t("Epochs"), "marks.epochs")}
      </div>
      ${refused.value.map((text) => html`<p class="problem" role="alert" key=${text}>${text}</p>`)}
      <div class="race-foot">
        <p class="hint">
          ${
            Number.isFinite(runs) &&
            t("{optimizers} optimizers × {rates} rates × {seeds} seeds: {runs} runs", {
              optimizers: chosen.length,
              rates: number("count"),
              seeds: number("seeds"),
              runs: whole(runs),
            })
          }
        </p>
        <button
          type="submit"
          class="do"
          disabled=${chosen.length === 0 || busy.value}
          ...${explainsMark("marks.race")}
        >
          ${t("Start the race")}
        </button>
      </div>
    </form>
  `;
}

/**
 * @param {{
 *   options: import("../schema.js").Option[],
 *   ticked: import("../../vendor/preact.js").Signal<string[]>,
 * }} props
 */
function Racers({ options, ticked }) {
  return html`
    <fieldset class="racers">
      <legend>${t("Optimizers")}</legend>
      ${options.map((option) => {
        const { value, title } = option;
        return html`
          <label class="value" key=${value} ...${explainsOnHover(option)}>
            <input
              type="checkbox"
              class="tick"
              checked=${ticked.value.includes(value)}
              onChange=${(/** @type {Input} */ { currentTarget }) => {
                const others = ticked.value.filter((one) => one !== value);
                ticked.value = currentTarget.checked ? [...others, value] : others;
              }}
              ...${explainsOnFocus(option)}
            />
            <span>${t(title)}</span>
          </label>
        `;
      })}
    </fieldset>
  `;
}

/**
 * @param {{
 *   name: string, title: string, mark: string,
 *   numbers: import("../../vendor/preact.js").Signal<Record<string, string>>,
 * }} props
 */
function Entry({ name, title, mark, numbers }) {
  return html`
    <label class="number-entry" ...${explainsMark(mark)}>
      <span>${title}</span>
      <input
        type="text"
        class="box number"
        inputmode="decimal"
        autocomplete="off"
        value=${numbers.value[name]}
        onInput=${(/** @type {Input} */ { currentTarget }) => {
          numbers.value = { ...numbers.value, [name]: currentTarget.value };
        }}
      />
    </label>
  `;
}

/** @param {{race: import("../race.js").Sweep}} props */
function Progress({ race: { done, total } }) {
  const share = total > 0 ? done / total : 0;
  return html`
    <div class="race-progress">
      <progress aria-label=${t("Progress of the race")} value=${share} max="1"></progress>
      <p class="number">${t("{percent} %: {done} of {total} epochs, all runs together", { percent: Math.floor(100 * share), done: whole(done), total: whole(total) })}</p>
      <p class="hint">
        ${t("This window can be closed: the race goes on, and the address of the page leads back to it.")}
      </p>
      <button type="button" onClick=${drop}>${t("Cancel")}</button>
    </div>
  `;
}

/** @type {Record<string, string>} */
const TITLES = {
  "learning_rates.low": message("Lowest rate"),
  "learning_rates.high": message("Highest rate"),
  "learning_rates.count": message("Rates"),
  learning_rates: message("Rates"),
  optimizers: message("Optimizers"),
  seeds: message("Seeds"),
  epochs: message("Epochs"),
};

/**
 * @param {unknown} error
 * @returns {string[]}
 */
function reasonsOf(error) {
  if (!(error instanceof Problem)) return [t("The server could not be reached just now.")];
  if (error.errors.length === 0) return [error.message];
  return error.errors.map(({ path, detail }) => {
    const own = path.replace(/\.(grid|list)(?=\.|$)/, "");
    const title = TITLES[own];
    if (title) return t("{title}: {text}.", { title: t(title), text: plain(detail) });
    return sentence({ path: own.replace(/^base\./, ""), detail }, store.fields.value);
  });
}
