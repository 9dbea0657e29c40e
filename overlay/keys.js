// Which key means what; pure, but for listening.

import { COMMANDS, isKey } from "./settings.js";

/**
 * @typedef {import("./types.d.ts").State} State
 * @typedef {import("./types.d.ts").Command} Command
 * @typedef {Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "repeat" | "isComposing">} Press
 */

/**
 * What a key press asks for: a command, a key for the command that waits for one, or an end of waiting. Keys that
 * type a character can be turned off and changed (WCAG 2.1.4); Escape always works.
 * @param {Press} press @param {Pick<State, "settings" | "panel" | "rebinding">} state
 * @returns {{command: Command} | {key: string} | {key: null} | null}
 */
export function meaningOf(press, { settings, panel, rebinding }) {
  if (press.ctrlKey || press.altKey || press.metaKey || press.repeat || press.isComposing) return null;
  if (rebinding !== null) {
    if (isKey(press.key)) return { key: press.key };
    return press.key === "Escape" || press.key === "Tab" ? { key: null } : null;
  }
  if (press.key === "Escape") return { command: panel || "dismiss" };
  if (!settings.hasKeys) return null;
  const command = COMMANDS.find((one) => settings.keys[one] === press.key.toLowerCase());
  return command === undefined ? null : { command };
}

/**
 * A key as it is shown.
 * @param {string} key @returns {string}
 */
export function keyName(key) {
  return key.toUpperCase();
}

/**
 * Listens to the keys of a document; whatever is typed into a field is left alone, but for Escape.
 * @param {EventTarget} page @param {() => State} stateNow
 * @param {{command: (command: Command) => void, key: (key: string | null) => void}} told
 */
export function listenToKeys(page, stateNow, told) {
  page.addEventListener("keydown", (event) => {
    const press = /** @type {KeyboardEvent} */ (event);
    const isTyped = /** @type {Element} */ (press.target).matches?.("input, textarea, select");
    if (isTyped && press.key !== "Escape") return;
    const meaning = meaningOf(press, stateNow());
    if (meaning === null) return;
    if ("command" in meaning) {
      told.command(meaning.command);
    } else {
      told.key(meaning.key);
    }
    // Else Firefox would look for text at "/" and "'"; Tab goes on to the next button.
    if (press.key !== "Tab") press.preventDefault();
  });
}
