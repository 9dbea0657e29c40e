// Which language the page speaks, and the words that stand on it from the start.

/**
 * The first of the wanted languages that there is, a regional one by its language too; else English.
 * @param {readonly string[]} wanted as the browser tells them, best first @param {string[]} present @returns {string}
 */
export function languageFor(wanted, present) {
  for (const tag of wanted) {
    const found = present.find((one) => one.toLowerCase() === tag.toLowerCase() || one === tag.split("-")[0]);
    if (found !== undefined) return found;
  }
  return "en";
}

/**
 * Writes the words that never change: `data-text` names the text of an element, `data-label` its label.
 * @param {ParentNode} page @param {import("./types.d.ts").Strings} strings
 */
export function fill(page, strings) {
  for (const at of /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("[data-text], [data-label]"))) {
    const { text, label } = at.dataset;
    if (text !== undefined) at.textContent = wordsAt(strings, text);
    if (label !== undefined) at.ariaLabel = wordsAt(strings, label);
  }
}

/** @param {any} strings @param {string} path such as `commands.pin` @returns {string} */
function wordsAt(strings, path) {
  return path.split(".").reduce((found, key) => found[key], strings);
}
