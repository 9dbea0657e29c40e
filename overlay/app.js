// The overlay's composition root: socket, keys and buttons change the state, the state is put on the page.

import { replyMessage, respond } from "./actions.js";
import { fill, languageFor } from "./catalogue.js";
import { keepConnected } from "./connection.js";
import { floating } from "./float.js";
import { buildHelp, buttonOf } from "./help.js";
import { listenToKeys } from "./keys.js";
import { languages } from "./languages.js";
import { element } from "./page.js";
import { COMMANDS, STORED_AS, defaultSettings, readSettings } from "./settings.js";
import { initialState, reduce, watchMessage } from "./state.js";
import { render } from "./view.js";

const TICK_MS = 250;

const language = languageFor(navigator.languages, languages);
const { strings } = await import(`./strings.${language}.js`);
const fixedCall = new URLSearchParams(location.search).get("call") || null;
let state = initialState(keptSettings());
/** Whose frames and timers are used: those of a page behind other windows stand still. @type {Window} */
let shownIn = window;
let ticking = shownIn.setInterval(tick, TICK_MS);
let isPaintAsked = false;

/** What each button and key does. @type {Record<import("./types.d.ts").Command, () => void>} */
const commands = {
  pin: () => act("pin_toggled"),
  dismiss: () => reply("dismiss", "dismissed"),
  less: () => reply("less", "lessened"),
  next: () => reply("next", "advanced"),
  copy,
  view: () => act("view_toggled"),
  float: floating(window, element("overlay"), {
    sizeNow: () => state.settings.window,
    moved,
    resized: (size) => act("window_changed", size),
  }),
  help: () => {
    const wasInside = element("help").contains(shownIn.document.activeElement);
    act("help_toggled");
    paint();
    if (state.isHelpOpen) element("help").focus();
    else if (wasInside) buttonOf("help").focus();
  },
};

const connection = keepConnected(
  {
    url: socketUrl(),
    watch: () => watchMessage(state, fixedCall),
    onEvent: heard,
    onLink: (isOpen) => act(isOpen ? "link_opened" : "link_lost"),
  },
  {
    WebSocket,
    setTimeout: (run, delayMs) => setTimeout(run, delayMs),
    clearTimeout: (timer) => clearTimeout(timer),
    random: Math.random,
  },
);

/** @param {any} event */
function heard(event) {
  const wasLive = state.phase === "live";
  state = reduce(state, event, performance.now());
  askPaint();
  // A socket that resumed a call is bound to it, and another call may be running by now: ask anew once one is over.
  if (fixedCall === null && wasLive && state.phase !== "live") connection.rewatch();
}

/** @param {string} action @param {unknown} [what] */
function act(action, what) {
  const { settings } = state;
  state = respond(state, action, performance.now(), what);
  if (state.settings !== settings) keep(state.settings);
  askPaint();
}

/** @param {"dismiss" | "less" | "next"} kind what the server is told @param {string} action what changes here */
function reply(kind, action) {
  const message = replyMessage(state, kind);
  if (message !== null) connection.send(message);
  act(action);
}

async function copy() {
  const { shown } = state.offer;
  if (shown === null) return;
  try {
    await shownIn.navigator.clipboard.writeText(shown.text);
    act("copied", "copied");
  } catch {
    act("copied", "not_copied");
  }
}

/** @param {Window} place @param {"page" | "apart"} name */
function moved(place, name) {
  shownIn.clearInterval(ticking);
  shownIn = place;
  ticking = shownIn.setInterval(tick, TICK_MS);
  isPaintAsked = false;
  if (name === "apart") listen(shownIn.document);
  act("moved", name);
}

function tick() {
  act("ticked");
}

/** Several events often come at once; one painting shows them all. */
function askPaint() {
  if (isPaintAsked) return;
  isPaintAsked = true;
  shownIn.requestAnimationFrame(paint);
}

function paint() {
  isPaintAsked = false;
  render(state, performance.now(), strings);
}

/** @param {Document} page */
function listen(page) {
  listenToKeys(page, () => state, {
    command: (command) => commands[command](),
    key: (key) => act("rebound", key),
  });
}

function keptSettings() {
  try {
    return readSettings(localStorage.getItem(STORED_AS));
  } catch {
    return defaultSettings; // storage is not allowed here
  }
}

/** @param {import("./types.d.ts").Settings} settings */
function keep(settings) {
  try {
    localStorage.setItem(STORED_AS, JSON.stringify(settings));
  } catch {
    // It holds for as long as the page is open.
  }
}

/** @returns {string} */
function socketUrl() {
  const url = new URL("/overlay", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

document.documentElement.lang = language;
fill(document, strings);
buildHelp((command) => act("rebinding", command));
listen(document);
for (const command of COMMANDS) buttonOf(command).addEventListener("click", () => commands[command]());
element("back").addEventListener("click", () => commands.float());
element("close").addEventListener("click", () => commands.help());
element("keys").addEventListener("click", () => act("keys_toggled"));
element("reset").addEventListener("click", () => act("keys_reset"));
askPaint();
