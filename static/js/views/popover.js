import { html, useEffect, useRef, useSignal } from "../../vendor/preact.js";

/**
 * A button and what it opens, above everything else. Escape, a click elsewhere and leaving it by
 * keyboard close it.
 * @param {{
 *   id: string,
 *   class: string,
 *   label: string,
 *   name: unknown,
 *   named?: string,
 *   attributes?: object,
 *   content: (close: () => void) => unknown,
 * }} props `name` is on the button, `named` what a screen reader says instead; `label` names what
 *   opens
 */
export function Popover({ id, class: kind, label, name, named, attributes, content }) {
  const opener = useRef(/** @type {HTMLElement | null} */ (null));
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const open = useSignal(false);
  useEffect(() => {
    const [what, where] = [box.current, opener.current];
    if (!open.value || !what || !where) return;
    const observer = new ResizeObserver(() => place(what, where)); // also as it grows
    observer.observe(what);
    return () => observer.disconnect();
  }, [open.value]);
  const opens = (/** @type {ToggleEvent} */ { newState }) => {
    if (newState === "open") open.value = true;
  };
  // Only afterwards, so that the focus goes back to the button from what was in here.
  const closed = (/** @type {ToggleEvent} */ { newState }) => {
    if (newState === "closed") open.value = false;
  };
  const leave = (/** @type {FocusEvent} */ { relatedTarget }) => {
    if (!(relatedTarget instanceof Node) || relatedTarget === opener.current) return;
    if (!box.current?.contains(relatedTarget)) box.current?.hidePopover();
  };
  return html`
    <button
      type="button"
      class=${`opener ${kind}-opener`}
      ref=${opener}
      popovertarget=${id}
      aria-expanded=${open.value}
      aria-controls=${id}
      aria-label=${named}
      ...${attributes}
    >
      ${name}
    </button>
    <div
      class=${`popover ${kind}`}
      id=${id}
      ref=${box}
      popover="auto"
      role="group"
      aria-label=${label}
      onBeforeToggle=${opens}
      onToggle=${closed}
      onFocusOut=${leave}
    >
      ${open.value && content(() => box.current?.hidePopover())}
    </div>
  `;
}

/**
 * Below the opener, within the window.
 * @param {HTMLElement} box
 * @param {HTMLElement} opener
 */
export function place(box, opener) {
  const at = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = at.left + at.width / 2 - width / 2;
  const below = at.bottom + 6;
  const top = Math.min(below, innerHeight - height - 12);
  box.style.left = `${Math.max(12, Math.min(left, innerWidth - width - 12)) + scrollX}px`;
  box.style.top = `${Math.max(12, top) + scrollY}px`;
}
