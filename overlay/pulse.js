// The readings of the pulse as they stand now; pure.

import { callNowMs } from "./state.js";

/**
 * @typedef {import("./types.d.ts").State} State
 * @typedef {import("./types.d.ts").Strings} Strings
 */

/**
 * `ring` is how much of the silence has been held, 0 to 1, null where none is; `share` is the rep's part, 0 to 1.
 * @param {State} state @param {number} nowMs local monotonic time @param {Strings} strings
 * @returns {{ring: number | null, share: number | null, shareText: string, paceText: string, monologueText: string}}
 */
export function pulseOf(state, nowMs, strings) {
  const callMs = callNowMs(state, nowMs);
  const { pulse } = state;
  if (pulse === null || callMs === null || state.phase !== "live" || state.link !== "open") {
    return { ring: null, share: null, shareText: "", paceText: "", monologueText: "" };
  }
  const { repShare, paceWpm, monologueFromMs, silenceFromMs, silenceForMs } = pulse;
  return {
    ring: silenceFromMs === null ? null : part(callMs - silenceFromMs, silenceForMs),
    share: repShare,
    shareText: repShare === null ? "" : (state.isViewer ? strings.shareOfRep : strings.share)(Math.round(repShare * 100)),
    paceText: paceWpm === null ? "" : strings.pace(paceWpm),
    monologueText: monologueFromMs === null ? "" : strings.monologue(timeText(callMs - monologueFromMs)),
  };
}

/**
 * A time as m:ss or h:mm:ss.
 * @param {number} durationMs @returns {string}
 */
export function timeText(durationMs) {
  const total = Math.max(0, Math.floor(durationMs / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const shortest = hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}` : String(minutes);
  return `${shortest}:${String(seconds).padStart(2, "0")}`;
}

/** @param {number} some @param {number} whole @returns {number} 0 to 1 */
function part(some, whole) {
  return Math.min(1, Math.max(0, some / Math.max(1, whole)));
}
