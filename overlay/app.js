// The overlay's composition root: socket, keys and buttons change the state, the state is put on the page.

import { isOffered, replyMessage, respond, unanswered } from "./actions.js";
import { fill, languageFor } from "./catalogue.js";
import { keepConnected } from "./connection.js";
import { floating } from "./float.js";
import { buildHelp, buttonOf } from "./help.js";
import { listenToKeys } from "./keys.js";
import { languages } from "./languages.js";
import { element, show } from "./page.js";
import { COMMANDS, STORED_AS, defaultSettings, readSettings } from "./settings.js";
import { socketUrl, worldWith } from "./sockets.js";
import { forgotten, initialState, reduce, watchMessage } from "./state.js";
import { admitted, openPages, tokenOf } from "./token.js";
import { render } from "./view.js";

const TICK_MS = 250;

const language = languageFor(navigator.languages, languages);
const { strings } = await import(`./strings.${language}.js`);
/** What lets the page in, where the server asks for a token. */
const pass = tokenOf(window);
const asked = new URLSearchParams(location.search);
const fixedCall = asked.get("call") || null;
/** A stored call to be watched again. */
const replayedCall = asked.get("replay") || null;
/** Of the link by which the page was opened. In the fragment, so that it is in no log of a server. */
const token = location.hash.slice(1) || null;
/** Who sees one call and has no other page to go to. */
const isGuest = token !== null || replayedCall !== null;
let state = initialState(keptSettings(), isGuest || pass.isForLooking());
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
  copy: () => copy(state.offer.shown?.text),
  consent: () => toggle("consent"),
  link: () => {
    toggle("link");
    tellUnanswered();
  },
  view: () => act("view_toggled"),
  float: floating(window, element("overlay"), {
    sizeNow: () => state.settings.window,
    moved,
    resized: (size) => act("window_changed", size),
  }),
  help: () => toggle("help"),
};

/** The time by which all is shown: that of the call where a stored one is watched. */
let now = () => performance.now();
/** Nobody, until all is ready for what is told. @type {ReturnType<typeof keepConnected>} */
let connection = { rewatch: () => {}, send: () => {}, close: () => {} };

/** @param {any} event */
function heard(event) {
  const wasLive = state.phase === "live";
  state = reduce(state, event, now());
  askPaint();
  if (event.kind === "expired") connection.close();
  if (event.kind === "following") tellUnanswered();
  // A socket that resumed a call is bound to it, and another call may be running by now: ask anew once one is over.
  if (fixedCall === null && wasLive && state.phase !== "live") connection.rewatch();
}

/** @param {string} action @param {unknown} [what] */
function act(action, what) {
  const { settings } = state;
  state = respond(state, action, now(), what);
  if (state.settings !== settings) keep(state.settings);
  askPaint();
}

/** @param {"dismiss" | "less" | "next"} kind what the server is told @param {string} action what changes here */
function reply(kind, action) {
  const message = replyMessage(state, kind);
  if (message !== null) connection.send(message);
  act(action);
}

/** @param {import("./types.d.ts").Command} command */
function run(command) {
  if (isOffered(state, command)) commands[command]();
}

/** Opens a panel and goes into it, or closes it and comes back. @param {"consent" | "link" | "help"} panel */
function toggle(panel) {
  const wasInside = element(panel).contains(shownIn.document.activeElement);
  act("panel_toggled", panel);
  paint();
  if (state.panel === panel) element(panel).focus();
  else if (wasInside) buttonOf(panel).focus();
}

/** @param {"announced" | "refused"} kind what the prospect says to it */
function tellConsent(kind) {
  act("consent_told", kind);
  tellUnanswered();
  element("consent").focus(); // the button goes
}

function tellUnanswered() {
  for (const message of unanswered(state)) connection.send(message);
}

/** @param {string | undefined} text */
async function copy(text) {
  if (text === undefined) return;
  try {
    await shownIn.navigator.clipboard.writeText(text);
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
  render(state, now(), strings);
}

/** @param {HTMLElement} button @param {() => void} react */
function on(button, react) {
  button.addEventListener("click", react);
}

/** @param {Document} page */
function listen(page) {
  listenToKeys(page, () => state, {
    command: run,
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

/** @returns {ReturnType<typeof keepConnected>} */
function connected() {
  return keepConnected(
    {
      url: socketUrl("/overlay"),
      watch: () => watchMessage(state, fixedCall, token),
      onEvent: heard,
      onLink,
      onRefused: () => act("link_refused"),
    },
    worldWith(admitted(WebSocket, pass, window)),
  );
}

/** @param {string} call */
async function replayed(call) {
  const { openReplay } = await import("./replay.js");
  const begin = () => (state = forgotten(state));
  return openReplay(call, { onEvent: heard, onLink, begin, goBy: (clock) => (now = clock), words: strings.replay });
}

/** @param {boolean} isOpen */
function onLink(isOpen) {
  act(isOpen ? "link_opened" : "link_lost");
}

openPages(pass, (path, wish) => fetch(path, wish));
document.documentElement.lang = language;
fill(document, strings);
show("ways", !isGuest);
buildHelp((command) => act("rebinding", command));
listen(document);
for (const command of COMMANDS) on(buttonOf(command), () => run(command));
on(element("back"), () => commands.float());
for (const panel of /** @type {const} */ (["consent", "link", "help"])) {
  on(element(`${panel}-close`), () => toggle(panel));
}
on(element("announced"), () => tellConsent("announced"));
on(element("refused"), () => tellConsent("refused"));
on(element("link-copy"), () => copy(/** @type {HTMLInputElement} */ (element("link-text")).value));
on(element("keys"), () => act("keys_toggled"));
on(element("reset"), () => act("keys_reset"));
askPaint();
connection = replayedCall === null ? connected() : await replayed(replayedCall);
