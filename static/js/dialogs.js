/** Which of the large dialogs are open that have no module of their own. */

import { signal } from "../vendor/preact.js";

/** The link for a class is put together. */
export const classLink = signal(false);
/** The training is told in words. */
export const words = signal(false);
