// The elements of a page, found wherever the overlay is: in its page or in a window of its own.

const overlay = document.getElementById("overlay");
/** @type {Map<string, HTMLElement>} */
const found = new Map();

/** @param {string} id @returns {HTMLElement} */
export function element(id) {
  const known = found.get(id);
  if (known !== undefined) return known;
  const room = overlay?.ownerDocument ?? document;
  const at = /** @type {HTMLElement} */ (room.getElementById(id) ?? document.getElementById(id));
  found.set(id, at);
  return at;
}

/** @param {string} id @param {string} text */
export function write(id, text) {
  setText(element(id), text);
}

/** Writes only a change, or a screen reader would say it again. @param {Element} at @param {string} text */
export function setText(at, text) {
  if (at.textContent !== text) at.textContent = text;
}

/** @param {string} id @param {string} name @param {string} value */
export function mark(id, name, value) {
  const { dataset } = element(id);
  if (dataset[name] !== value) dataset[name] = value;
}

/** @param {string} id @param {boolean} isShown */
export function show(id, isShown) {
  element(id).hidden = !isShown;
}

/** @param {string} id @param {boolean} isDisabled */
export function disable(id, isDisabled) {
  /** @type {HTMLButtonElement | HTMLFieldSetElement} */ (element(id)).disabled = isDisabled;
}
