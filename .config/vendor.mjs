// Makes static/vendor/preact.js (with its types and licences) from node_modules: `make vendor`.
import { readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const here = import.meta.dirname;
const target = `${here}/../static/vendor`;
const packages = ["preact", "@preact/signals", "@preact/signals-core", "htm"];
const hooks = [
  "useCallback",
  "useContext",
  "useDebugValue",
  "useEffect",
  "useErrorBoundary",
  "useId",
  "useImperativeHandle",
  "useLayoutEffect",
  "useMemo",
  "useReducer",
  "useRef",
  "useState",
];
const signals = [
  "Signal",
  "batch",
  "computed",
  "effect",
  "signal",
  "untracked",
  "useComputed",
  "useSignal",
  "useSignalEffect",
];
const exported = `
export { Component, Fragment, createContext, createRef, h, render } from "preact";
export { ${hooks.join(", ")} } from "preact/hooks";
export { ${signals.join(", ")} } from "@preact/signals";
`;

const versions = [];
const licences = [];
for (const name of packages) {
  const folder = `${here}/node_modules/${name}`;
  const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  versions.push(`${name} ${version} (${license})`);
  licences.push(`${name} ${version}\n\n${(await readFile(`${folder}/LICENSE`, "utf8")).trim()}\n`);
}
const banner = `// ${versions.join(", ")}. Licences: LICENSES.txt. Made by .config/vendor.mjs.`;

await build({
  stdin: {
    contents: `${exported}
import { h } from "preact";
import htm from "htm";
export const html = htm.bind(h);`,
    resolveDir: here,
  },
  banner: { js: banner },
  outfile: `${target}/preact.js`,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
});
await writeFile(
  `${target}/preact.d.ts`,
  `${banner}${exported}
export type { ComponentChildren, ComponentType, RefObject, VNode } from "preact";
export type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
export declare function html(strings: TemplateStringsArray, ...values: unknown[]): VNode;
`,
);
await writeFile(`${target}/LICENSES.txt`, licences.join(`\n${"-".repeat(72)}\n\n`));
