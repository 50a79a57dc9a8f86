import { html } from "../../vendor/preact.js";
import * as store from "../store.js";
import { Curves } from "./curves.js";
import { Help } from "./help.js";
import { Layers } from "./layers.js";
import { Network } from "./network.js";
import { Announcer, Notices } from "./notice.js";
import { Output } from "./output.js";
import { Panel } from "./panel.js";
import { Share } from "./share.js";
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
        <h1>Neural Playground</h1>
        <${Transport} />
        <${Share} />
      </header>
      <main class="bench">
        <${Panel} />
        <${Network} />
        <${Output} plotly=${plotly} />
        <${Curves} plotly=${plotly} />
        <${Layers} />
        <${Help} />
      </main>
      <${Notices} />
      <${Announcer} />
    </div>
  `;
}
