import { html, useSignal } from "../../vendor/preact.js";
import { setting, typedNumber } from "../format.js";
import { change, forget } from "../settings.js";
import { explainsOnFocus } from "./help.js";

/** @typedef {import("../schema.js").Placed} Placed */
/** @typedef {import("../slider.js").Track} Track */

/**
 * Exact entry of a value. What was typed stays, also when it is refused.
 * @param {{
 *   id: string, field: Placed, value: unknown, invalid: boolean, describedby: string,
 *   words: import("./help.js").Words, rail?: Track | null, label?: string, class?: string,
 * }} props
 */
export function Entry(props) {
  const { id, field, value, invalid, describedby, words, rail, label } = props;
  const typed = useSignal(/** @type {string | null} */ (null));
  const numeric = field.type === "number";

  const commit = () => {
    const text = typed.value;
    typed.value = null;
    if (text === null || text.trim() === setting(value)) return;
    const number = typedNumber(text);
    change(field.path, numeric && Number.isFinite(number) ? number : text.trim());
  };

  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter") commit();
    else if (event.key === "Escape") {
      typed.value = null;
      if (invalid) forget(field.path);
    } else if (rail && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const number = typedNumber(typed.value ?? setting(value));
      if (!Number.isFinite(number)) return;
      const next = rail.position(number) + (event.key === "ArrowUp" ? 1 : -1);
      typed.value = null;
      change(field.path, rail.value(Math.min(rail.stops, Math.max(0, next))), "soon");
    }
  };

  return html`
    <input
      type="text"
      class=${`entry number ${props.class ?? ""}`}
      id=${id}
      data-setting=${field.path}
      inputmode=${numeric ? "decimal" : "text"}
      autocomplete="off"
      spellcheck=${false}
      value=${typed.value ?? setting(value)}
      aria-label=${label}
      aria-invalid=${invalid}
      aria-describedby=${describedby}
      onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
        typed.value = currentTarget.value;
      }}
      onChange=${commit}
      onKeyDown=${press}
      ...${explainsOnFocus(words)}
    />
  `;
}
