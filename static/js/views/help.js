import { html, signal, useEffect, useRef } from "../../vendor/preact.js";

/**
 * @typedef {Object} Words
 * @property {string} title
 * @property {string} description
 * @property {string} [formula]
 * @property {unknown} [picture] of the chosen value
 * @property {string} [applies] whether a change of it applies live
 * @property {Words} [more] on the chosen value
 */

const PAUSE = 350;

const shown = signal(/** @type {{anchor: Element, words: Words} | null} */ (null));
let timer = 0;
let byKeyboard = false;

/**
 * @param {Element} anchor
 * @param {Words} words
 * @param {number} pause
 */
function show(anchor, words, pause) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    shown.value = { anchor, words };
  }, pause);
}

function hide() {
  clearTimeout(timer);
  shown.value = null;
}

/** @typedef {{currentTarget: Element}} Target */

/**
 * What shows the explanation when the pointer rests on a field's name, or a tap touches it.
 * @param {Words} words
 */
export function explainsOnHover(words) {
  return {
    onPointerEnter: (/** @type {PointerEvent & Target} */ { currentTarget, pointerType }) =>
      show(currentTarget, words, pointerType === "touch" ? 0 : PAUSE),
    onPointerLeave: (/** @type {PointerEvent} */ { pointerType }) => {
      if (pointerType !== "touch") hide();
    },
  };
}

/**
 * What shows the explanation when a control is reached by keyboard.
 * @param {Words} words
 */
export function explainsOnFocus(words) {
  return {
    onFocus: (/** @type {Target} */ { currentTarget }) => {
      if (byKeyboard) show(currentTarget, words, PAUSE);
    },
    onBlur: hide,
  };
}

document.addEventListener("keydown", ({ key }) => {
  byKeyboard = true;
  if (key === "Escape") hide();
});
document.addEventListener("pointerdown", () => {
  byKeyboard = false;
  hide();
});

/** The one explanation that is open. */
export function Help() {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const open = shown.value;
  useEffect(() => {
    if (!open || !box.current) return;
    box.current.hidePopover();
    box.current.showPopover(); // above a popover that is open
    place(box.current, open.anchor);
  }, [open]);
  if (!open) return null;
  const { title, description, formula, picture, applies, more } = open.words;
  return html`
    <div class="help" role="tooltip" popover="manual" ref=${box}>
      <p><strong>${title}</strong></p>
      ${paragraphs(description)} ${formula && html`<p class="formula">${formula}</p>`}
      ${
        more &&
        html`
          <p class="more"><strong>${more.title}</strong></p>
          ${paragraphs(more.description)}
          ${more.formula && html`<p class="formula">${more.formula}</p>`}
        `
      }
      ${picture}
      ${applies && html`<p class="applies">${applies}</p>`}
    </div>
  `;
}

/** @param {string} text */
function paragraphs(text) {
  return text.split(/\n\s*\n/).map((part) => html`<p>${part}</p>`);
}

/**
 * Beside the anchor where there is room, otherwise below or above it.
 * @param {HTMLElement} box
 * @param {Element} anchor
 */
function place(box, anchor) {
  const row = anchor.closest(".field, .pill, fieldset") ?? anchor;
  const at = row.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const beside = at.right + 12 + width < innerWidth;
  const below = at.bottom + 8 + height < innerHeight;
  const left = beside ? at.right + 12 : Math.min(at.left, innerWidth - width - 12);
  const top = beside ? at.top - 8 : below ? at.bottom + 8 : at.top - height - 8;
  box.style.left = `${Math.max(12, left)}px`;
  box.style.top = `${Math.max(12, Math.min(top, innerHeight - height - 12))}px`;
}
