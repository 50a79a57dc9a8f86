import { html, signal, useSignalEffect } from "../../vendor/preact.js";
import { compare } from "../version.js";

/**
 * A view whose modules come when it is first shown: what a page can be used without does not hold
 * it up.
 * @param {() => Promise<(props: any) => unknown>} load
 * @param {{value: boolean}} [wanted] a signal; without it, as soon as it is drawn
 * @param {() => unknown} [meanwhile] what stands in its place
 * @returns {(props: any) => any}
 */
export function lazy(load, wanted = { value: true }, meanwhile = () => null) {
  const found = signal(/** @type {((props: any) => unknown) | null} */ (null));
  let asked = false;
  const ask = () => {
    if (asked) return;
    asked = true;
    load().then(
      (view) => {
        found.value = view;
      },
      () => {
        asked = false;
        compare(); // of another version of the page it is not there
      },
    );
  };
  return function Lazy(props) {
    useSignalEffect(() => {
      if (wanted.value) ask();
    });
    const view = found.value;
    return view ? html`<${view} ...${props} />` : meanwhile();
  };
}
