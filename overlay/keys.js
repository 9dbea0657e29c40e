// Which key means what; pure, but for listening.

/**
 * The action a key press asks for. Keys that type a character can be turned off (WCAG 2.1.4); Escape always works.
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "repeat" | "isComposing">} press
 * @param {boolean} hasKeys whether letters act
 * @returns {"pin_toggled" | "dismissed" | null}
 */
export function actionFor(press, hasKeys) {
  if (press.ctrlKey || press.altKey || press.metaKey || press.repeat || press.isComposing) return null;
  if (press.key === "Escape") return "dismissed";
  if (!hasKeys) return null;
  const letter = press.key.toLowerCase();
  if (letter === "p") return "pin_toggled";
  return letter === "d" ? "dismissed" : null;
}

/**
 * Listens to the page's keys.
 * @param {EventTarget} page @param {() => boolean} hasKeys @param {(action: "pin_toggled" | "dismissed") => void} act
 */
export function listenToKeys(page, hasKeys, act) {
  page.addEventListener("keydown", (press) => {
    const action = actionFor(/** @type {KeyboardEvent} */ (press), hasKeys());
    if (action !== null) act(action);
  });
}
