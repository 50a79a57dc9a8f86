/** Whether the server has another version of the page than the one that is open. */

import { signal } from "../vendor/preact.js";
import * as api from "./api.js";

/** The page is an old one: what it has not loaded yet is no longer there. */
export const outdated = signal(false);

/** To be called after a connection has come back, and when a file of the page is missing. */
export async function compare() {
  const mine = document.getElementById("page")?.dataset.version;
  const theirs = await api.version().catch(() => "");
  if (mine && theirs) outdated.value = mine !== theirs;
}
