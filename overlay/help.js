// The list of keys, put on the page, and the keys shown on the buttons themselves.

import { isOffered } from "./actions.js";
import { keyName } from "./keys.js";
import { element, mark, setText, write } from "./page.js";
import { COMMANDS } from "./settings.js";

/**
 * @typedef {import("./types.d.ts").State} State
 * @typedef {import("./types.d.ts").Strings} Strings
 * @typedef {import("./types.d.ts").Command} Command
 */

/** Those that open a panel, which is called like the command. @type {Command[]} */
const PANELS = ["consent", "link", "help"];

/** @param {Command} command @returns {HTMLElement} */
export function buttonOf(command) {
  return element(PANELS.includes(command) ? `${command}-open` : command);
}

/**
 * Builds the list, once; `rebind` is told whose key the rep wants to change.
 * @param {(command: Command) => void} rebind
 */
export function buildHelp(rebind) {
  for (const command of COMMANDS) {
    const row = document.createElement("li");
    const explained = document.createElement("span");
    const change = document.createElement("button");
    change.type = "button";
    change.addEventListener("click", () => rebind(command));
    row.append(explained, change);
    element("help-list").append(row);
  }
}

/** @param {State} state @param {Strings} strings */
export function renderHelp(state, strings) {
  const { settings, rebinding } = state;
  const { hasKeys, keys } = settings;
  mark("overlay", "keys", hasKeys ? "on" : "off");
  write("keys", hasKeys ? strings.keysOn : strings.keysOff);
  COMMANDS.forEach((command, place) => {
    const key = keyName(keys[command]);
    const button = buttonOf(command);
    button.hidden = !isOffered(state, command);
    setText(/** @type {Element} */ (button.lastElementChild), key);
    button.ariaKeyShortcuts = hasKeys ? key : null;
    const row = element("help-list").children[place];
    if (row === undefined) return;
    /** @type {HTMLElement} */ (row).hidden = state.isViewer && button.hidden;
    const [explained, change] = /** @type {HTMLElement[]} */ ([...row.children]);
    setText(explained, strings.explained[command]);
    setText(change, rebinding === command ? strings.pressKey : key);
    change.ariaLabel = rebinding === command ? strings.pressKey : strings.changeKey(strings.explained[command], key);
  });
}
