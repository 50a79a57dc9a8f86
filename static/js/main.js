/** Starts the page: draws it, gets the schema, opens the experiment the URL describes. */

import { html, render } from "../vendor/preact.js";
import * as address from "./address.js";
import * as api from "./api.js";
import { listen } from "./keys.js";
import * as language from "./language.js";
import { describe } from "./schema.js";
import { reopen } from "./session.js";
import * as store from "./store.js";
import { parse } from "./url.js";
import { App } from "./views/app.js";

const root = /** @type {HTMLElement} */ (document.getElementById("page"));

/**
 * Tries until the server answers.
 * @template T
 * @param {() => Promise<T>} get
 * @returns {Promise<T>}
 */
async function insist(get) {
  for (;;) {
    try {
      return await get();
    } catch {
      store.connection.value = "lost";
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

async function start() {
  const schema = insist(api.schema);
  insist(api.datasets).then((datasets) => {
    store.datasets.value = datasets;
  });
  await language.begin();
  root.replaceChildren();
  render(html`<${App} plotly=${root.dataset.plotly ?? ""} />`, root);
  listen();
  const state = (await address.read()) ?? parse("");
  store.fields.value = describe(await schema);
  await reopen(state); // asks for it before the settings are drawn
}

start();
