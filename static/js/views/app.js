import { html } from "../../vendor/preact.js";
import { t } from "../i18n.js";
import * as store from "../store.js";
import { Chooser, opensChooser } from "./chooser.js";
import { Curves } from "./curves.js";
import { Export } from "./export.js";
import { Help } from "./help.js";
import { LanguageMenu } from "./language.js";
import { Layers } from "./layers.js";
import { Network } from "./network.js";
import { Announcer, Notices } from "./notice.js";
import { Output } from "./output.js";
import { Panel } from "./panel.js";
import { Race } from "./race.js";
import { Share } from "./share.js";
import { Strip } from "./strip.js";
import { Transport } from "./transport.js";

/** @param {{plotly: string}} props the address of Plotly */
export function App({ plotly }) {
  return html`
    <div
      class="page"
      data-status=${store.status}
      data-epoch=${store.epoch}
      data-pictures=${store.pictures}
      data-connection=${store.connection}
    >
      <header class="bar">
        <h1><span class="first">Neural </span>Playground</h1>
        <${Transport} />
        <div class="bar-end">
          <button type="button" class="compare" disabled=${store.spec.value === null} ...${opensChooser()}>
            ${t("Compare")}<span aria-hidden="true" class="rest"> ▾</span>
          </button>
          <${Export} />
          <${Share} />
          <a class="to-glossary" href="/glossary" target="_blank" aria-label=${t("Glossary")} title=${t("Glossary: everything explained")}>?</a>
          <${LanguageMenu} />
        </div>
      </header>
      <main class=${store.runs.value.length > 1 ? "bench several" : "bench"}>
        <${Panel} />
        <${Network} />
        <${Output} plotly=${plotly} />
        <${Curves} plotly=${plotly} />
        <${Layers} />
        <${Strip} />
        <${Chooser} />
        <${Race} plotly=${plotly} />
        <${Help} />
      </main>
      <${Notices} />
      <${Announcer} />
    </div>
  `;
}
