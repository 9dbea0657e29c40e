// The socket to the server: opened, watched for silence, reopened with jitter, resumed where it stopped.

import { isRefusal } from "./token.js";

export const BACKOFF_FIRST_MS = 250;
export const BACKOFF_CAP_MS = 5_000;
/** The server sends a heartbeat every 2 s; two missed and some grace mean that nobody is there. */
export const SILENCE_MS = 5_000;

/**
 * What a connection needs of the world, so that tests need neither a server nor time.
 * @typedef {{WebSocket: new (url: string) => WebSocket, setTimeout: (run: () => void, delayMs: number) => any,
 *   clearTimeout: (timer: any) => void, random: () => number}} World
 *
 * `watch` gives the first message of each new socket. `onLink` tells whether the server is reached, `onRefused` that it
 * lets this page in no more: then nothing is tried again.
 * @typedef {{url: string, watch: () => object, onEvent: (event: any) => void, onLink: (isOpen: boolean) => void,
 *   onRefused: () => void}} Use
 */

/**
 * How long to wait before try number `attempt` (from 0). Full jitter, so that after a server's restart its overlays
 * do not all come back in the same instant.
 * @param {number} attempt @param {() => number} random 0 to 1 @returns {number}
 */
export function backoffMs(attempt, random) {
  return random() * Math.min(BACKOFF_CAP_MS, BACKOFF_FIRST_MS * 2 ** attempt);
}

/**
 * Stays connected for as long as the page lives.
 * @param {Use} use @param {World} world
 * @returns {{rewatch: () => void, send: (message: object) => void, close: () => void}} `rewatch` opens a new socket at
 *   once, to send another first message; `send` is heard by nobody while there is no open socket; `close` is for good
 */
export function keepConnected({ url, watch, onEvent, onLink, onRefused }, world) {
  let attempt = 0;
  let drop = () => {};
  /** @type {((text: string) => void) | null} */
  let sendNow = null;

  function open() {
    sendNow = null;
    drop = openSocket(url, world, {
      opened: (send) => {
        sendNow = send;
        send(JSON.stringify(watch()));
        onLink(true);
      },
      received: (frame) => {
        // Not as soon as it opens: a server that accepts and hangs up at once must not be hammered.
        attempt = 0;
        const event = parse(frame);
        if (event !== null) onEvent(event);
      },
      lost: retry,
      refused: () => {
        sendNow = null;
        drop();
        onRefused();
      },
    });
  }

  function retry() {
    sendNow = null;
    drop();
    onLink(false);
    const timer = world.setTimeout(open, backoffMs(attempt, world.random));
    drop = () => world.clearTimeout(timer);
    attempt += 1;
  }

  open();
  return {
    rewatch: () => {
      drop();
      open();
    },
    send: (message) => sendNow?.(JSON.stringify(message)),
    close: () => drop(),
  };
}

/**
 * One socket, lost when it closes or falls silent, whichever is first; after that, or once dropped, it says nothing.
 * @param {string} url @param {World} world
 * @param {{opened: (send: (text: string) => void) => void, received: (frame: unknown) => void, lost: () => void,
 *   refused: () => void}} told
 * @returns {() => void} drops it
 */
function openSocket(url, world, told) {
  const socket = new world.WebSocket(url);
  let isDropped = false;
  let silence = world.setTimeout(told.lost, SILENCE_MS);

  /** @param {() => void} tell */
  const unlessDropped = (tell) => {
    if (!isDropped) tell();
  };
  const awaitSign = () => {
    world.clearTimeout(silence);
    silence = world.setTimeout(told.lost, SILENCE_MS);
  };
  socket.onopen = () =>
    unlessDropped(() => {
      awaitSign();
      told.opened((text) => socket.send(text));
    });
  socket.onmessage = ({ data }) =>
    unlessDropped(() => {
      awaitSign();
      told.received(data);
    });
  socket.onclose = (closing) => unlessDropped(isRefusal(closing) ? told.refused : told.lost);
  return () => {
    isDropped = true;
    world.clearTimeout(silence);
    socket.close();
  };
}

/** @param {unknown} frame @returns {{kind: string} | null} */
function parse(frame) {
  try {
    const event = JSON.parse(/** @type {string} */ (frame));
    if (typeof event?.kind === "string") return event;
  } catch {
    // Told below, without the frame: what was said on a call does not belong in a log.
  }
  console.warn("overlay: the server sent a frame that is no JSON object with a `kind`; it was skipped");
  return null;
}
