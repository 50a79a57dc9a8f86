import { useSignal } from "../../vendor/preact.js";
import { Problem } from "../api.js";
import { t } from "../i18n.js";
import { sentence } from "../plain.js";
import * as store from "../store.js";

/**
 * One thing that a form asks of the server: whether it is under way, and why it was refused.
 * @param {() => void} done called when it has succeeded
 */
export function useAttempt(done) {
  const refused = useSignal("");
  const busy = useSignal(false);
  const attempt = async (/** @type {() => Promise<unknown>} */ act) => {
    refused.value = "";
    busy.value = true;
    try {
      await act();
      done();
    } catch (error) {
      refused.value = reasonOf(error);
    }
    busy.value = false;
  };
  return { attempt, refused, busy };
}

/** The lane whose settings a form begins with: nothing while there is only one. */
export function openLane() {
  const lanes = store.lanes.value;
  return lanes.length > 1 ? lanes[store.selected.value].name : "";
}

/** @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Problem)) return t("The server could not be reached just now.");
  const sentences = error.errors.map(({ path, detail }) => {
    const own = path.replace(/^(lanes\.\d+\.)?(changes\.)?/, "");
    return sentence({ path: own, detail }, store.fields.value);
  });
  return [...new Set(sentences)].join(" ") || error.message;
}
