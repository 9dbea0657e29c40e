// The overlay's composition root: socket and keys change the state, the state is put on the page.

import { keepConnected } from "./connection.js";
import { listenToKeys } from "./keys.js";
import { dismissMessage, initialState, reduce, respond, watchMessage } from "./state.js";
import { render } from "./view.js";

const TICK_MS = 250;

const fixedCall = new URLSearchParams(location.search).get("call") || null;
let state = initialState();
let isPaintAsked = false;

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

/** @param {import("./state.js").Action} action */
function act(action) {
  const message = action === "dismissed" ? dismissMessage(state) : null;
  if (message !== null) connection.send(message);
  state = respond(state, action, performance.now());
  askPaint();
}

/** Several events often come at once; one painting shows them all. */
function askPaint() {
  if (isPaintAsked) return;
  isPaintAsked = true;
  requestAnimationFrame(() => {
    isPaintAsked = false;
    render(state, performance.now());
  });
}

/** @returns {string} */
function socketUrl() {
  const url = new URL("/overlay", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

listenToKeys(document, () => state.hasKeys, act);
document.getElementById("pin")?.addEventListener("click", () => act("pin_toggled"));
document.getElementById("dismiss")?.addEventListener("click", () => act("dismissed"));
document.getElementById("keys")?.addEventListener("click", () => act("keys_toggled"));
setInterval(() => act("ticked"), TICK_MS);
askPaint();
