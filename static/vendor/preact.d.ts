// preact 11.2.0 (MIT), @preact/signals 2.11.4 (MIT), @preact/signals-core 1.14.5 (MIT), htm 3.1.1 (Apache-2.0). Licences: LICENSES.txt. Made by .config/vendor.mjs.
export { Component, Fragment, createContext, createRef, h, render } from "preact";
export { useCallback, useContext, useDebugValue, useEffect, useErrorBoundary, useId, useImperativeHandle, useLayoutEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
export { Signal, batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect } from "@preact/signals";

export type { ComponentChildren, ComponentType, RefObject, VNode } from "preact";
export type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
export declare function html(strings: TemplateStringsArray, ...values: unknown[]): VNode;
