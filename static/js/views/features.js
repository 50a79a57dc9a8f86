import { html, useEffect, useRef, useSignal } from "../../vendor/preact.js";
import { change } from "../settings.js";
import * as store from "../store.js";
import { problemOf } from "./field.js";
import { explainsOnHover } from "./help.js";

/** @typedef {import("../schema.js").Field} Field */

/**
 * Which features the network sees: a button that opens a set of switches.
 * @param {{field: Field, x: number}} props
 */
export function Features({ field, x }) {
  const open = useSignal(false);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const used = /** @type {string[]} */ (store.shown.value?.[field.key] ?? []);
  const problem = problemOf({ ...field, path: field.key, put: field.default });

  useEffect(() => {
    if (!open.value) return;
    const close = (/** @type {Event} */ event) => {
      const inside = event.target instanceof Node && box.current?.contains(event.target);
      const away = event instanceof KeyboardEvent && event.key === "Escape";
      if (away) box.current?.querySelector("button")?.focus();
      if (away || (event.type === "pointerdown" && !inside)) open.value = false;
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, [open.value]);

  const toggle = (/** @type {string} */ name) => {
    const all = field.options.map(({ value }) => value);
    const next = used.includes(name) ? used.filter((one) => one !== name) : [...used, name];
    change(
      field.key,
      next.sort((one, other) => all.indexOf(one) - all.indexOf(other)),
    );
  };

  return html`
    <div class="features" ref=${box} style=${{ left: `${x}px` }}>
      <button
        type="button"
        class="opener"
        aria-expanded=${open.value}
        aria-controls="features"
        onClick=${() => {
          open.value = !open.value;
        }}
        ...${explainsOnHover(field)}
      >
        ${field.title} <span aria-hidden="true">+</span>
      </button>
      <div class="choices" id="features" role="group" aria-label=${field.title} hidden=${!open.value}>
        ${field.options.map(
          ({ value, title }) => html`
            <button
              type="button"
              key=${value}
              aria-pressed=${used.includes(value)}
              aria-invalid=${problem !== ""}
              onClick=${() => toggle(value)}
            >
              ${title}
            </button>
          `,
        )}
        ${problem && html`<p class="problem" role="alert">${problem}</p>`}
      </div>
    </div>
  `;
}
