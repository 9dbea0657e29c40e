// The line on which a call's sound goes to the server: begun, acknowledged, taken up again after a cut at the sample
// that the server waits for, and begun anew should the server have given the call up. It has no timer of its own: a
// hidden page's timers come late, its sound does not, so each block of sound is a tick.

import { backoffMs } from "./connection.js";
import { createRing } from "./capture-ring.js";

export const RATE_HZ = 16_000;
export const CHANNELS = ["rep", "prospect"];
/** As long as the server waits for us after a cut. */
export const KEPT_S = 30;
/** Sound is acknowledged four times a second: so long without an answer means that nobody is there. */
export const SILENCE_MS = 5_000;
/** Once all is said, the server may take so long to put it into words. */
export const LAST_WORDS_MS = 45_000;
export const RETRY_CAP_MS = 1_000;
/** However long a full server asks to wait, the ring must still hold all that was said. */
export const MOST_WAIT_MS = (KEPT_S * 1000 * 2) / 3;
/** After a cut, sound goes no further ahead of what was heard: it would be let go there. */
export const AHEAD_SAMPLES = 8 * RATE_HZ;
const CHUNK_SAMPLES = RATE_HZ / 5;
const BUFFERED_BYTES = 128 * 1024;

/**
 * What a line needs of the world, so that tests need neither a server nor time. `secret` gives 32 letters, digits,
 * dashes and underscores that nobody can guess.
 * @typedef {{WebSocket: new (url: string) => WebSocket, now: () => number, random: () => number,
 *   secret: () => string}} World
 *
 * `connecting` before the call's first answer, `cut` while there is no line to a call that has begun.
 * @typedef {"connecting" | "live" | "cut" | "ended" | "refused"} Phase
 *
 * `behindMs`: sound that the server does not have yet; `lostMs`: sound that it will never have; `why`: what the server
 * said when it refused, or has no room yet.
 * @typedef {{phase: Phase, call: string, behindMs: number, lostMs: number, why: string}} LineState
 *
 * @typedef {{put: (block: Int16Array) => void, stop: () => void, leave: () => void, state: () => LineState}} Line
 */

/**
 * Begins a call. Give it every block of sound, after `stop` too: that is how its time passes.
 * @param {string} url of `/call/browser` @param {object} metadata of the call @param {World} world @returns {Line}
 */
export function openLine(url, metadata, world) {
  const ring = createRing(KEPT_S * RATE_HZ, CHANNELS.length);
  /** @type {Phase} */
  let phase = "connecting";
  let why = "";
  let id = newId();
  let token = world.secret();
  /** Whether `start` was sent, so that the server may know the call. */
  let isAsked = false;
  /** The ring's place of the call's first sample; of what is sent next, null while nothing may be; of what has come. */
  let base = 0;
  /** @type {number | null} */
  let next = null;
  let received = 0;
  let heard = 0;
  let lost = 0;
  let isCatchingUp = false;
  let isStopped = false;
  let isStopSent = false;
  let attempt = 0;
  let retryMs = world.now();
  let signMs = world.now();
  /** @type {WebSocket | null} */
  let socket = null;

  function newId() {
    return `call-${world.secret().slice(0, 12)}`;
  }

  function tick() {
    if (phase === "ended" || phase === "refused") return;
    if (socket === null) {
      if (world.now() >= retryMs) connect();
      return;
    }
    if (next !== null) send(socket);
    // Nothing is owed to us when all that was sent is acknowledged, but for the part of a frame that is not heard yet.
    const isEnding = isStopSent && next !== null;
    const isOwed = next === null || isEnding || received < next - RATE_HZ / 50;
    if (!isOwed) signMs = world.now();
    if (world.now() - signMs > (isEnding ? LAST_WORDS_MS : SILENCE_MS)) drop();
  }

  function connect() {
    const mine = new world.WebSocket(url);
    socket = mine;
    signMs = world.now();
    /** @param {() => void} tell */
    const ifCurrent = (tell) => {
      if (socket === mine) tell();
    };
    mine.onopen = () => ifCurrent(() => greet(mine));
    mine.onmessage = ({ data }) =>
      ifCurrent(() => {
        signMs = world.now();
        take(JSON.parse(data));
      });
    mine.onclose = () => ifCurrent(drop);
  }

  /** @param {WebSocket} mine */
  function greet(mine) {
    const sound = { channels: CHANNELS, encoding: "pcm_s16le", sample_rate_hz: RATE_HZ };
    const first = isAsked ? { kind: "resume" } : { kind: "start", ...sound, metadata };
    isAsked = true;
    mine.send(JSON.stringify({ ...first, call: id, token }));
  }

  /** @param {any} told */
  function take(told) {
    if (told.kind === "started") {
      phase = "live";
      why = "";
      next = base + told.received_samples;
      received = next;
      isCatchingUp = true;
      isStopSent = false;
    } else if (told.kind === "ack") {
      attempt = 0;
      received = base + (told.received_ms * RATE_HZ) / 1000;
      heard = base + (told.heard_ms * RATE_HZ) / 1000;
    } else if (told.kind === "ended") {
      if (isStopSent) return end("ended");
      // Nobody here asked for its end: the server goes down, or failed. The rep talks on, in another call.
      received = base + (told.duration_ms * RATE_HZ) / 1000;
      beginAnew();
    } else if (told.kind === "error") {
      refuse(told.code, told.message, told.retry_after_s ?? 0);
    }
  }

  /** @param {string} code @param {string} message @param {number} afterS */
  function refuse(code, message, afterS) {
    if (code === "unknown_call") {
      // Where our stop was sent it has ended, and the cut kept that from us; else it was given up over a long cut, and
      // what it never got begins another.
      if (isStopSent) end("ended");
      else beginAnew();
    } else if (code === "overloaded") {
      why = message;
      isAsked = false;
      drop();
      // Those who were refused together come again apart, and each before its ring is full.
      retryMs = Math.max(retryMs, world.now() + Math.min(MOST_WAIT_MS, afterS * 1000 * (1 + world.random() / 2)));
    } else {
      why = message;
      end("refused");
    }
  }

  function beginAnew() {
    id = newId();
    token = world.secret();
    isAsked = false;
    base = Math.max(received, ring.oldest());
    lost += base - received;
    received = heard = base;
    drop();
  }

  /** @param {WebSocket} open */
  function send(open) {
    if (next === null) return;
    if (next < ring.oldest()) {
      lost += ring.oldest() - next;
      next = ring.oldest();
      open.send(JSON.stringify({ kind: "skip", to_sample: next - base }));
    }
    while (next < ring.end() && open.bufferedAmount < BUFFERED_BYTES) {
      if (isCatchingUp && next - heard > AHEAD_SAMPLES) return;
      const count = Math.min(CHUNK_SAMPLES, ring.end() - next);
      open.send(ring.read(next, count));
      next += count;
    }
    if (next < ring.end()) return;
    isCatchingUp = false;
    if (isStopped && !isStopSent) {
      open.send('{"kind":"stop"}');
      isStopSent = true;
    }
  }

  /** Lets the socket go; the next tick after a while opens another. */
  function drop() {
    socket?.close();
    socket = null;
    next = null;
    if (phase === "live") phase = "cut";
    retryMs = world.now() + Math.min(RETRY_CAP_MS, backoffMs(attempt, world.random));
    attempt += 1;
  }

  /** @param {"ended" | "refused"} how */
  function end(how) {
    phase = how;
    socket?.close();
    socket = null;
  }

  connect();
  return {
    put(block) {
      if (!isStopped) ring.put(block);
      tick();
    },
    stop() {
      isStopped = true;
      tick();
    },
    leave() {
      if (phase !== "live") return;
      isStopped = isStopSent = true;
      socket?.send('{"kind":"stop"}');
    },
    state: () => ({
      phase,
      call: id,
      behindMs: ((ring.end() - received) * 1000) / RATE_HZ,
      lostMs: (lost * 1000) / RATE_HZ,
      why,
    }),
  };
}
