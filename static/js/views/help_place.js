/** Where an explanation stands. */

/** Of the window, in pixels, that stay free. */
const EDGE = 12;

/** Has its explanation beside it. */
const BESIDE = ".field, .pill, fieldset, .popover";

/**
 * What an explanation stays clear of: the row or the bar that its anchor is a part of.
 * @param {Element} anchor
 * @param {DOMRect} own
 */
function aroundOf(anchor, own) {
  const field = anchor.closest(BESIDE);
  const below = own.top > innerHeight / 2; // the transport of a phone
  return field ?? anchor.closest(below ? ".transport" : ".bar") ?? anchor;
}

/**
 * Beside a setting where there is room; what stands in a row has its explanation below or above it,
 * no larger than the room there.
 * @param {HTMLElement} box
 * @param {Element} anchor
 */
export function place(box, anchor) {
  box.style.maxHeight = "";
  const { offsetWidth: width, offsetHeight: height } = box;
  const own = anchor.getBoundingClientRect();
  const around = aroundOf(anchor, own);
  const whole = around.getBoundingClientRect();
  const setting = around.matches(BESIDE);
  const gap = around.matches(".bar") ? 16 : 8; // its scrubber may hang over its edge
  const after = setting && whole.right + 12 + width < innerWidth;
  const before = setting && !after && whole.left - 12 - width > EDGE;
  if (after || before) {
    const level = (around.matches(".popover") ? own : whole).top - 8;
    const most = innerHeight - height - EDGE;
    box.style.left = `${after ? whole.right + 12 : whole.left - 12 - width}px`;
    box.style.top = `${Math.max(EDGE, Math.min(level, most))}px`;
    return;
  }
  const under = (/** @type {DOMRect} */ at) => innerHeight - EDGE - gap - at.bottom;
  const over = (/** @type {DOMRect} */ at) => at.top - gap - EDGE;
  const at = Math.max(under(whole), over(whole)) >= height ? whole : own;
  const below = under(at) >= Math.min(height, over(at));
  const room = Math.min(height, below ? under(at) : over(at));
  const left = Math.min(setting ? at.left : own.left, innerWidth - width - EDGE);
  if (room < height) box.style.maxHeight = `${room}px`;
  box.style.left = `${Math.max(EDGE, left)}px`;
  box.style.top = `${below ? at.bottom + gap : at.top - gap - room}px`;
}
