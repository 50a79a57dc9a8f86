// Before anything is painted, so that a chosen theme does not begin with a flash of the other one.
// js/look.js does it for all that can be chosen.
(() => {
  let theme;
  try {
    theme = JSON.parse(localStorage.getItem("look") ?? "null")?.theme;
  } catch {
    // What cannot be read was not chosen.
  }
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const chosen = theme === "light" || theme === "dark";
  document.documentElement.dataset.theme = chosen ? theme : system;
})();
