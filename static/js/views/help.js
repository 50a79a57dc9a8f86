import { html, signal, useEffect, useRef } from "../../vendor/preact.js";
import { t } from "../i18n.js";
import { place } from "./help_place.js";

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
 * @property {string} [shortcut] key that does the same
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
/** On what is there to be pressed, most come to press it. */
const BEFORE_PRESS = 700;
/** Until the pointer has come from the anchor to the explanation. */
const WAY = 160;
/** What a finger rests on a button for, as a tap presses it. */
const HOLD = 500;

const shown = signal(
  /** @type {{anchor: Element, words: Words, describes: boolean} | null} */ (null),
);
let timer = 0;
/** What is being explained, or will be. */
let wanted = /** @type {Element | null} */ (null);
let byKeyboard = false;
/** Where the pointer was seen last. */
let [x, y] = [Number.NaN, Number.NaN];
/** What to explain once it moves again: it came over it as the page moved below it. */
let onceMoved = /** @type {(() => void) | null} */ (null);

/**
 * @param {Element} anchor
 * @param {Words | Asked} words
 * @param {number} pause
 */
function show(anchor, words, pause) {
  clearTimeout(timer);
  wanted = anchor;
  timer = setTimeout(async () => {
    const mine = timer;
    const found = typeof words === "function" ? await words() : words;
    if (!found || mine !== timer || !anchor.isConnected) return;
    hide();
    wanted = anchor;
    const describes = !anchor.hasAttribute("aria-describedby");
    if (describes) anchor.setAttribute("aria-describedby", "explanation");
    shown.value = { anchor, words: found, describes };
  }, pause);
}

function hide() {
  clearTimeout(timer);
  timer = 0;
  wanted = null;
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

/** @param {PointerEvent} event */
function isPressed({ target }) {
  return target instanceof Element && target.closest("a, button, select, input") !== null;
}

/** @param {Words | Asked} words */
function nameOf(words) {
  return typeof words === "function" ? "" : (words.path ?? words.id ?? words.value ?? words.title);
}

/**
 * What shows the explanation when the pointer rests on a field's name or on a button, or a finger
 * taps it; on what a tap presses, a finger has to stay a while. Nothing is shown to a pointer that
 * drags, nor to one that rests while the page moves below it, until it moves.
 * @param {Words | Asked} words
 */
export function explainsOnHover(words) {
  return {
    "data-explained": nameOf(words),
    onPointerEnter: (/** @type {PointerEvent & Target} */ event) => {
      const { currentTarget, pointerType, buttons, clientX, clientY } = event;
      if (pointerType === "touch" || buttons > 0) return;
      const begin = () => show(currentTarget, words, isPressed(event) ? BEFORE_PRESS : PAUSE);
      if (clientX === x && clientY === y) onceMoved = begin;
      else begin();
    },
    onPointerLeave: (/** @type {PointerEvent} */ { pointerType }) => {
      onceMoved = null;
      if (pointerType !== "touch") hideSoon();
    },
    onPointerDown: (/** @type {PointerEvent & Target} */ event) => {
      if (event.pointerType === "touch" && isPressed(event)) show(event.currentTarget, words, HOLD);
    },
    onPointerUp: (/** @type {PointerEvent & Target} */ event) => {
      if (event.pointerType !== "touch") return;
      if (isPressed(event)) clearTimeout(timer);
      else show(event.currentTarget, words, 0);
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
    "data-explained": nameOf(words),
    onFocus: (/** @type {Target} */ { currentTarget }) => {
      if (byKeyboard) show(currentTarget, words, PAUSE);
    },
    onBlur: (/** @type {FocusEvent & Target} */ { currentTarget, relatedTarget }) => {
      if (wanted === currentTarget && !isInside(relatedTarget)) hide();
    },
  };
}

document.addEventListener("keydown", (event) => {
  byKeyboard = event.key !== "Escape"; // with it, the focus goes back to where it was
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
    onceMoved = null;
    if (!isInside(target)) hide();
  },
  { capture: true },
);
// What is pressed by keyboard is known by then, and may open something in the same place.
document.addEventListener(
  "click",
  ({ target }) => {
    if (byKeyboard && !isInside(target)) hide();
  },
  { capture: true },
);
document.addEventListener(
  "pointermove",
  ({ clientX, clientY }) => {
    if (clientX === x && clientY === y) return;
    [x, y] = [clientX, clientY];
    onceMoved?.();
    onceMoved = null;
  },
  { capture: true, passive: true },
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
  const { title, description, effect, type, mathml, formula, source, shortcut } = words;
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
    ${shortcut && html`<p class="key-line">${t("Key")} <kbd>${t(shortcut)}</kbd></p>`}
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
