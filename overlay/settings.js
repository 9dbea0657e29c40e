// What the rep has set on this machine, and how it is kept; pure.

/**
 * @typedef {import("./types.d.ts").Settings} Settings
 * @typedef {import("./types.d.ts").Command} Command
 */

/** Where in the browser's storage it is. */
export const STORED_AS = "assist.overlay";

/** Room for a sentence with its buttons and a few lines. */
const FIRST_WINDOW = Object.freeze({ width: 420, height: 560, left: null, top: null });

/** @type {Settings} */
export const defaultSettings = Object.freeze({
  hasKeys: true,
  keys: Object.freeze({
    ...{ pin: "p", dismiss: "d", next: "n", copy: "c", less: "l" },
    ...{ consent: "a", link: "s", view: "v", float: "w", help: "?" },
  }),
  view: "full",
  window: FIRST_WINDOW,
});

export const COMMANDS = /** @type {Command[]} */ (Object.keys(defaultSettings.keys));

/**
 * What was kept; whatever of it is missing or makes no sense is as it was in the beginning.
 * @param {string | null} text @returns {Settings}
 */
export function readSettings(text) {
  const kept = parsed(text);
  const keys = { ...defaultSettings.keys };
  for (const command of COMMANDS) if (isKey(kept.keys?.[command])) keys[command] = kept.keys[command].toLowerCase();
  const areApart = new Set(Object.values(keys)).size === COMMANDS.length;
  return {
    hasKeys: kept.hasKeys !== false,
    keys: areApart ? keys : defaultSettings.keys,
    view: kept.view === "compact" ? "compact" : "full",
    window: readWindow(kept.window ?? {}),
  };
}

/**
 * Whether a key can stand for a command: one that types a single character and that no button needs.
 * @param {unknown} key @returns {key is string}
 */
export function isKey(key) {
  return typeof key === "string" && [...key].length === 1 && key.trim() !== "";
}

/**
 * Gives a command another key; the command that had it takes the old one, so that every command keeps one.
 * @param {Settings["keys"]} keys @param {Command} command @param {string} key @returns {Settings["keys"]}
 */
export function rebound(keys, command, key) {
  const wanted = key.toLowerCase();
  const holder = COMMANDS.find((other) => keys[other] === wanted);
  const others = holder === undefined ? keys : { ...keys, [holder]: keys[command] };
  return { ...others, [command]: wanted };
}

/** @param {any} kept @returns {Settings["window"]} */
function readWindow({ width, height, left, top }) {
  const isSize = [width, height].every((side) => Number.isInteger(side) && side >= 100 && side <= 10_000);
  const isPlace = [left, top].every((side) => Number.isInteger(side) && Math.abs(side) <= 100_000);
  const size = isSize ? { width, height } : { width: FIRST_WINDOW.width, height: FIRST_WINDOW.height };
  return { ...size, left: isPlace ? left : null, top: isPlace ? top : null };
}

/** @param {string | null} text @returns {any} an object */
function parsed(text) {
  try {
    const kept = JSON.parse(text ?? "{}");
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch {
    return {};
  }
}
