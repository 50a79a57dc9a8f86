/** The glossary's box: terms that do not hold all of its words are hidden. */

const label = /** @type {HTMLElement} */ (document.querySelector(".find"));
const box = /** @type {HTMLInputElement} */ (document.getElementById("find"));
const none = /** @type {HTMLElement} */ (document.querySelector(".none"));
const sections = [...document.querySelectorAll("main section")].map((section) => ({
  section: /** @type {HTMLElement} */ (section),
  link: document.querySelector(`nav a[href="#${section.querySelector("h2")?.id}"]`)?.parentElement,
  terms: [.../** @type {NodeListOf<HTMLElement>} */ (section.querySelectorAll(".term"))].map(
    (term) => ({ term, text: (term.textContent ?? "").toLowerCase() }),
  ),
}));

function find() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let any = false;
  for (const { section, link, terms } of sections) {
    let found = false;
    for (const { term, text } of terms) {
      term.hidden = !words.every((word) => text.includes(word));
      found ||= !term.hidden;
    }
    section.hidden = !found;
    if (link) link.hidden = !found;
    any ||= found;
  }
  none.textContent = any ? "" : (none.dataset.none ?? "");
}

/** A link to a term shows it, whatever is being looked for. */
function reveal() {
  const term = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!term?.closest("[hidden]")) return;
  box.value = "";
  find();
  term.scrollIntoView();
}

label.hidden = false;
box.addEventListener("input", find);
addEventListener("hashchange", reveal);
find(); // what the browser has kept in the box
