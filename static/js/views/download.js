import { fail } from "../session.js";

/**
 * Saves an answer of the server as a file.
 * @param {string} path below /api
 * @param {"text/csv" | "application/json"} type
 * @param {string} name without its ending
 */
export async function download(path, type, name) {
  try {
    const answer = await fetch(`/api${path}`, { headers: { Accept: type } });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}`);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = `neural-playground-${name}.${type === "text/csv" ? "csv" : "json"}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
  } catch (error) {
    fail(error);
  }
}
