// The words of the status line, the empty stage and the clock; pure.

import { callNowMs } from "./state.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {"calm" | "quiet" | "busy" | "good" | "coach" | "caution" | "problem"} Tone
 * @typedef {{tone: Tone, headline: string, detail: string}} Status
 */

const QUOTE_CHARS = 60;
const WHOSE = { rep: "your", prospect: "their", mixed: "the" };

const ENDINGS = {
  stopped: "Take a breath before your notes.",
  connection_lost: "The sound of the call stopped coming.",
  refused: "The call was refused. The server\u2019s log says why.",
  shutdown: "The assistant was shut down.",
  failed: "The assistant failed. The server\u2019s log says why.",
};

/** @type {Record<string, Status>} */
const AGREEMENTS = {
  thats_right: { tone: "good", headline: "\u201cThat\u2019s right\u201d", detail: "They feel understood." },
  youre_right: {
    tone: "caution",
    headline: "\u201cYou\u2019re right\u201d",
    detail: "Often a polite exit. Go back to their concern.",
  },
};

/**
 * The one thing most worth knowing about the connection and the call now; its detail names further troubles.
 * @param {State} state @param {number} nowMs local monotonic time @returns {Status}
 */
export function statusOf(state, nowMs) {
  const apart = statusOfLink(state) ?? statusOutsideCall(state);
  if (apart !== null) return apart;
  const callMs = callNowMs(state, nowMs) ?? 0;
  const { agreement } = state;
  if (agreement !== null && callMs < agreement.untilMs && Object.hasOwn(AGREEMENTS, agreement.cue)) {
    return AGREEMENTS[agreement.cue];
  }
  const [first, ...rest] = byGravity(troubles(state, callMs), coached(state, callMs));
  if (first === undefined) return { tone: "calm", headline: "Listening", detail: heard(state.speakers) };
  const also = rest.map(({ headline }) => ` ${headline}.`).join("");
  return { ...first, detail: first.detail + also };
}

/**
 * What the stage says when there is nothing to suggest.
 * @param {State} state @returns {string}
 */
export function emptyText(state) {
  if (state.link === "lost") return "Keep listening to them. Suggestions will be back.";
  if (state.phase === "ended") return "That was the call.";
  if (state.phase === "live") return "Listening. Nothing to say is fine.";
  return state.phase === "waiting" ? "Ready when your call starts." : "One moment.";
}

/**
 * How much of the suggestion's life is left.
 * @param {State} state @param {number} nowMs local monotonic time @returns {number} 1 (just shown) to 0 (over)
 */
export function lifeLeft(state, nowMs) {
  const { shown } = state.offer;
  const callMs = callNowMs(state, nowMs);
  if (shown === null || shown.isOver || callMs === null) return 0;
  const span = Math.max(1, shown.expiresMs - shown.shownMs);
  return Math.min(1, Math.max(0, (shown.expiresMs - callMs) / span));
}

/**
 * Time into the call, or its length once it has ended, as m:ss or h:mm:ss; empty without a call.
 * @param {State} state @param {number} nowMs local monotonic time @returns {string}
 */
export function clockText(state, nowMs) {
  const callMs = state.ended === null ? callNowMs(state, nowMs) : state.ended.durationMs;
  if (callMs === null) return "";
  const total = Math.max(0, Math.floor(callMs / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const shortest = hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}` : String(minutes);
  return `${shortest}:${String(seconds).padStart(2, "0")}`;
}

/** @param {State} state @returns {Status | null} */
function statusOfLink({ link, phase }) {
  if (link === "lost") {
    return { tone: "problem", headline: "Reconnecting", detail: "What you see may be out of date." };
  }
  if (link === "unreachable") {
    return { tone: "problem", headline: "Connecting", detail: "The assistant does not answer yet. Trying again." };
  }
  const isAsking = link === "connecting" || phase === "unknown";
  return isAsking ? { tone: "busy", headline: "Connecting", detail: "Looking for the assistant." } : null;
}

/** @param {State} state @returns {Status | null} */
function statusOutsideCall({ phase, ended }) {
  if (ended !== null) {
    return { tone: "quiet", headline: "Call ended", detail: ENDINGS[ended.reason] ?? "" };
  }
  if (phase !== "waiting") return null;
  return { tone: "quiet", headline: "Waiting for a call", detail: "It will appear here by itself." };
}

/** @param {import("./state.js").Speaker[]} speakers none where the call's start was not heard @returns {string} */
function heard(speakers) {
  if (speakers.length === 0) return "";
  if (speakers.length > 1) return "Hearing both sides.";
  if (speakers[0] === "mixed") return "Both sides on one channel: who says what is not known.";
  return speakers[0] === "rep" ? "Hearing you only." : "Hearing the prospect only.";
}

/** @param {State} state @param {number} callMs @returns {Status[]} what is wrong, gravest first */
function troubles({ silent, lost, lateMs }, callMs) {
  /** @type {Status[]} */
  const found = [];
  if (silent.length > 0) found.push(silence(silent));
  if (lost !== null && callMs < lost.untilMs) {
    const detail = `${seconds(lost.durationMs)} of ${WHOSE[lost.speaker]} words will be missing.`;
    found.push({ tone: "caution", headline: "Some sound was lost", detail });
  }
  if (lateMs !== null) {
    found.push({ tone: "caution", headline: "Words are late", detail: `About ${seconds(lateMs)} behind the call.` });
  }
  return found;
}

/** @param {State} state @param {number} callMs @returns {Status | null} */
function coached({ coaching }, callMs) {
  if (coaching === null || callMs >= coaching.untilMs) return null;
  const said = coaching.quote === "" ? "" : ` \u201c${shortened(coaching.quote)}\u201d`;
  return { tone: "coach", headline: coaching.headline, detail: coaching.detail + said };
}

/**
 * A word to the rep comes after a dead channel, which makes it meaningless, and before lesser troubles.
 * @param {Status[]} found @param {Status | null} coaching @returns {Status[]}
 */
function byGravity(found, coaching) {
  if (coaching === null) return found;
  const isDead = found[0]?.tone === "problem";
  return isDead ? found : [coaching, ...found];
}

/** @param {string} quote @returns {string} as much of it as fits into a line */
function shortened(quote) {
  return quote.length <= QUOTE_CHARS ? quote : `${quote.slice(0, QUOTE_CHARS - 1).trimEnd()}\u2026`;
}

/** @param {import("./state.js").Speaker[]} silent at least one @returns {Status} */
function silence(silent) {
  const tone = "problem";
  if (silent.length > 1)
    return { tone, headline: "No sound from either side", detail: "Check how the call is fed in." };
  if (silent[0] === "mixed") return { tone, headline: "No sound", detail: "Check how the call is fed in." };
  return silent[0] === "rep"
    ? { tone, headline: "No sound from you", detail: "Is your microphone muted?" }
    : { tone, headline: "No sound from prospect", detail: "They may be muted." };
}

/** @param {number} durationMs @returns {string} */
function seconds(durationMs) {
  return `${Math.max(0.1, durationMs / 1000).toFixed(durationMs < 9_950 ? 1 : 0)} s`;
}
