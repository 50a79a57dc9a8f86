import { html } from "../../vendor/preact.js";
import * as dialogs from "../dialogs.js";
import { explainsMark } from "../glossary.js";
import { t } from "../i18n.js";
import { embedded, isHidden, lesson } from "../lesson.js";
import { open as presetsOpen } from "../presets.js";
import { open as raceOpen } from "../race.js";
import * as store from "../store.js";
import { Announcer } from "./announcer.js";
import { Chooser, opensChooser } from "./chooser.js";
import { Curves } from "./curves.js";
import { Export } from "./export.js";
import { Help } from "./help.js";
import { Hints } from "./hints.js";
import { LanguageMenu } from "./language.js";
import { Layers } from "./layers.js";
import { lazy } from "./lazy.js";
import { Network } from "./network.js";
import { Notices } from "./notice.js";
import { Output } from "./output.js";
import { Panel } from "./panel.js";
import { PresetsButton } from "./presets_button.js";
import { Share } from "./share.js";
import { Strip } from "./strip.js";
import { Transport } from "./transport.js";
import { View } from "./view.js";

const ClassLink = lazy(
  () => import("./class_link.js").then((found) => found.ClassLink),
  dialogs.classLink,
);
const Presets = lazy(() => import("./presets.js").then((found) => found.Presets), presetsOpen);
const Race = lazy(() => import("./race.js").then((found) => found.Race), raceOpen);
const Words = lazy(() => import("./words.js").then((found) => found.Words), dialogs.words);

/** Panels that a lesson may leave out: the others take their room. */
const PANELS = ["settings", "network", "output", "curves", "health"];

function benchClass() {
  const several = store.runs.value.length > 1 ? ["several"] : [];
  const without = PANELS.filter(isHidden).map((name) => `no-${name}`);
  return ["bench", ...several, ...without].join(" ");
}

const COLUMNS = html`<svg viewBox="0 0 16 16" aria-hidden="true">
  <path d="M2.5 3h4.5v10h-4.5zM9 3h4.5v10h-4.5z" />
</svg>`;

/** @param {{plotly: string}} props the address of Plotly */
export function App({ plotly }) {
  return html`
    <div
      class=${embedded ? "page embedded" : "page"}
      data-status=${store.status}
      data-epoch=${store.epoch}
      data-pictures=${store.pictures}
      data-connection=${store.connection}
    >
      <header class="bar">
        <h1 class=${isHidden("title") ? "sr-only" : ""}>
          <span class="first">${"Neural "}</span>Playground
        </h1>
        <${Transport} />
        <div class="bar-end">
          <${PresetsButton} />
          <button
            type="button"
            class="bar-button compare"
            hidden=${isHidden("compare")}
            disabled=${store.spec.value === null}
            ...${opensChooser()}
            ...${explainsMark("marks.compare")}
          >
            ${COLUMNS}<span class="word">${t("Compare")}</span>
          </button>
          <${Export} />
          <${Share} />
          <a class="to-glossary" hidden=${embedded} href="/glossary" target="_blank" aria-label=${t("Glossary")} ...${explainsMark("marks.glossary")}>?</a>
          <${View} />
          <div hidden=${isHidden("language")}><${LanguageMenu} /></div>
        </div>
      </header>
      ${lesson.value.note && html`<aside class="lesson-note" aria-label=${t("Note")}>${lesson.value.note}</aside>`}
      <main class=${benchClass()}>
        <${Panel} />
        <${Network} />
        <${Hints} />
        <${Output} plotly=${plotly} />
        <${Curves} plotly=${plotly} />
        <${Layers} />
        <${Strip} />
        <${Chooser} />
        <${Race} plotly=${plotly} />
        <${Presets} />
        <${ClassLink} />
        <${Words} />
        <${Help} />
      </main>
      <${Notices} />
      <${Announcer} />
    </div>
  `;
}
