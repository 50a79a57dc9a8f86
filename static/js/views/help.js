import { html, signal, useEffect, useRef } from "../../vendor/preact.js";
import { t } from "../i18n.js";

/**
 * English texts; they are translated where they are shown.
 * @typedef {Object} Words
 * @property {string} title
 * @property {string} description
 * @property {string} [effect]
 * @property {string} [type] "number": the effect is that of turning it up
 * @property {string} [mathml]
 * @property {string} [formula] where there is no MathML
 * @property {string} [source]
 * @property {unknown} [picture] of the chosen value
 * @property {string} [applies] whether a change of it applies live
 * @property {string} [path] of a setting
 * @property {string} [id] in the glossary
 * @property {string} [value] of an option
 * @property {Words} [more] on the chosen value
 *
 * @typedef {() => Promise<Words | null>} Asked words that have to be fetched
 * @typedef {{currentTarget: Element}} Target
 */

const PAUSE = 350;
/** Until the pointer has come from the anchor to the explanation. */
const WAY = 160;
/** What a finger rests on a button for, as a tap presses it. */
const HOLD = 500;

const shown = signal(
  /** @type {{anchor: Element, words: Words, describes: boolean} | null} */ (null),
);
let timer = 0;
let byKeyboard = false;

/**
 * @param {Element} anchor
 * @param {Words | Asked} words
 * @param {number} pause
 */
function show(anchor, words, pause) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const mine = timer;
    const found = typeof words === "function" ? await words() : words;
    if (!found || mine !== timer) return;
    hide();
    const describes = !anchor.hasAttribute("aria-describedby");
    if (describes) anchor.setAttribute("aria-describedby", "explanation");
    shown.value = { anchor, words: found, describes };
  }, pause);
}

function hide() {
  clearTimeout(timer);
  timer = 0;
  const open = shown.peek();
  if (open?.describes) open.anchor.removeAttribute("aria-describedby");
  shown.value = null;
}

function hideSoon() {
  clearTimeout(timer);
  timer = setTimeout(hide, WAY);
}

/** @param {EventTarget | null} target */
function isInside(target) {
  return target instanceof Element && target.closest(".help") !== null;
}

/**
 * What shows the explanation when the pointer rests on a field's name, or a finger taps it; on what
 * a tap presses, a finger has to stay a while.
 * @param {Words | Asked} words
 */
export function explainsOnHover(words) {
  const pressable = (/** @type {Element} */ anchor) => anchor.matches("a, button, select, input");
  return {
    onPointerEnter: (/** @type {PointerEvent & Target} */ { currentTarget, pointerType }) => {
      if (pointerType !== "touch") show(currentTarget, words, PAUSE);
    },
    onPointerLeave: (/** @type {PointerEvent} */ { pointerType }) => {
      if (pointerType !== "touch") hideSoon();
    },
    onPointerDown: (/** @type {PointerEvent & Target} */ { currentTarget, pointerType }) => {
      if (pointerType === "touch" && pressable(currentTarget)) show(currentTarget, words, HOLD);
    },
    onPointerUp: (/** @type {PointerEvent & Target} */ { currentTarget, pointerType }) => {
      if (pointerType !== "touch") return;
      if (pressable(currentTarget)) clearTimeout(timer);
      else show(currentTarget, words, 0);
    },
    onPointerCancel: () => clearTimeout(timer),
  };
}

/**
 * What shows the explanation when a control is reached by keyboard.
 * @param {Words | Asked} words
 */
export function explainsOnFocus(words) {
  return {
    onFocus: (/** @type {Target} */ { currentTarget }) => {
      if (byKeyboard) show(currentTarget, words, PAUSE);
    },
    onBlur: (/** @type {FocusEvent} */ { relatedTarget }) => {
      if (!isInside(relatedTarget)) hide();
    },
  };
}

document.addEventListener("keydown", (event) => {
  byKeyboard = true;
  if (event.key === "Escape") hide();
  const open = shown.peek();
  if (event.key !== "F1" || !open) return;
  event.preventDefault();
  window.open(linkTo(open.words), "_blank", "noopener");
});
// Before the anchors hear of it: what is pressed elsewhere ends the explanation.
document.addEventListener(
  "pointerdown",
  ({ target }) => {
    byKeyboard = false;
    if (!isInside(target)) hide();
  },
  { capture: true },
);

/**
 * The place in the glossary. A layer's own initialization is explained with that of all layers.
 * @param {Words} words
 */
export function linkTo({ id, path = "", more }) {
  const own = path.replace(/\.\d+(?=\.|$)/g, "");
  const option = more?.value ? `${own === "layers.init" ? "init" : own}:${more.value}` : "";
  return `/glossary#${id ?? (option || own)}`;
}

/** The one explanation that is open. */
export function Help() {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const open = shown.value;
  useEffect(() => {
    if (!open || !box.current) return;
    box.current.hidePopover();
    box.current.showPopover(); // above a popover that is open
    box.current.scrollTop = 0;
    place(box.current, open.anchor);
  }, [open]);
  if (!open) return null;
  const { words } = open;
  return html`
    <div
      class="help"
      id="explanation"
      role="tooltip"
      popover="manual"
      ref=${box}
      onPointerEnter=${() => clearTimeout(timer)}
      onPointerLeave=${(/** @type {PointerEvent} */ { pointerType }) => {
        if (pointerType !== "touch") hideSoon();
      }}
    >
      <${About} words=${words} />
      ${words.more && html`<div class="more"><${About} words=${words.more} /></div>`}
      ${words.picture}
      ${words.applies && html`<p class="applies">${words.applies}</p>`}
      ${
        (words.id ?? words.path) &&
        html`
          <p class="onward">
            <a href=${linkTo(words)} target="_blank" tabindex="-1">${t("More in the glossary")}</a>
            <kbd>F1</kbd>
          </p>
        `
      }
    </div>
  `;
}

/** @param {{words: Words}} props */
function About({ words }) {
  const { title, description, effect, type, mathml, formula, source } = words;
  return html`
    <p><strong>${t(title)}</strong></p>
    ${paragraphs(t(description))}
    ${
      effect &&
      html`
        ${type === "number" && html`<p class="label">${t("Turning it up")}</p>`}
        <p>${t(effect)}</p>
      `
    }
    ${mathml ? html`<${Formula} mathml=${mathml} />` : formula && html`<p class="formula">${formula}</p>`}
    ${source && html`<p class="source">${source}</p>`}
  `;
}

/**
 * MathML that the server has made out of its own formulas.
 * @param {{mathml: string}} props
 */
export function Formula({ mathml }) {
  return html`<div class="formula" dangerouslySetInnerHTML=${{ __html: mathml }}></div>`;
}

/** @param {string} text with names of code in backquotes */
function paragraphs(text) {
  return text
    .split(/\n\s*\n/)
    .map(
      (part) =>
        html`<p>${part.split("`").map((piece, at) => (at % 2 ? html`<code>${piece}</code>` : piece))}</p>`,
    );
}

/**
 * Beside what the anchor is a part of where there is room, otherwise below or above it; clear of the
 * anchor itself where that is large.
 * @param {HTMLElement} box
 * @param {Element} anchor
 */
function place(box, anchor) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const whole = (anchor.closest(".field, .pill, fieldset") ?? anchor).getBoundingClientRect();
  const own = anchor.getBoundingClientRect();
  const beside = whole.right + 12 + width < innerWidth;
  const isBelow = (/** @type {DOMRect} */ at) => at.bottom + 8 + height < innerHeight;
  const isAbove = (/** @type {DOMRect} */ at) => at.top - 8 - height > 12;
  const at = isBelow(whole) || isAbove(whole) ? whole : own;
  const left = beside ? whole.right + 12 : Math.min(at.left, innerWidth - width - 12);
  const top = isBelow(at) ? at.bottom + 8 : at.top - height - 8;
  box.style.left = `${Math.max(12, left)}px`;
  const most = innerHeight - height - 12;
  box.style.top = `${Math.max(12, Math.min(beside ? whole.top - 8 : top, most))}px`;
}
