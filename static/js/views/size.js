import { useEffect, useSignal } from "../../vendor/preact.js";

/** @typedef {{width: number, height: number}} Size of the content, in CSS pixels; 0 before it is laid out */

/**
 * How large an element is, as long as it is there.
 * @param {{current: Element | null}} element a ref
 */
export function useSize(element) {
  const size = useSignal(/** @type {Size} */ ({ width: 0, height: 0 }));
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([{ contentRect }]) => {
      const { width, height } = contentRect;
      const known = size.peek();
      if (width !== known.width || height !== known.height) size.value = { width, height };
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return size;
}
