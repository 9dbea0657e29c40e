// The words of the line at the top, of the empty stage and of the clock; pure.

import { consentWaiting } from "./actions.js";
import { timeText } from "./pulse.js";
import { auditsNow, callNowMs } from "./state.js";

/**
 * @typedef {import("./types.d.ts").State} State
 * @typedef {import("./types.d.ts").Speaker} Speaker
 * @typedef {import("./types.d.ts").Status} Status
 * @typedef {import("./types.d.ts").Tone} Tone
 * @typedef {import("./types.d.ts").Strings} Strings
 */

const QUOTE_CHARS = 60;
/** From this step on a busy server shows words only once they are committed. */
const COMMITTED_ONLY_STEP = 2;

/** @type {Record<string, Tone>} */
const AGREEMENT_TONES = { thats_right: "good", youre_right: "caution" };

/**
 * The one thing most worth knowing about the connection and the call now; its detail names further troubles.
 * @param {State} state @param {number} nowMs local monotonic time @param {Strings} strings @returns {Status}
 */
export function statusOf(state, nowMs, strings) {
  const apart = statusOfLink(state, strings) ?? statusOutsideCall(state, strings);
  if (apart !== null) return apart;
  const callMs = callNowMs(state, nowMs) ?? 0;
  const agreed = agreement(state, callMs, strings);
  if (agreed !== null) return agreed;
  const [first, ...rest] = byGravity(troubles(state, callMs, strings), coached(state, callMs, strings));
  if (first === undefined) return status("calm", strings.listening, heard(state.speakers, strings));
  const also = rest.map(({ headline }) => ` ${strings.also(headline)}`).join("");
  return { ...first, detail: first.detail + also };
}

/**
 * What the stage says when there is nothing to suggest.
 * @param {State} state @param {number} nowMs local monotonic time @param {Strings} strings @returns {string}
 */
export function emptyText(state, nowMs, strings) {
  const { link, phase, prepared } = state;
  if (link === "lost" || link === "expired" || link === "refused") return strings.empty[link];
  const isFirst = auditsNow(state, nowMs).length > 0;
  if (phase === "live") return isFirst ? strings.sayFirst : strings.empty.live;
  if (prepared === null) return strings.empty[phase];
  return [strings.readyFor(prepared.about), isFirst ? strings.sayFirst : ""].join(" ").trim();
}

/**
 * How much of the suggestion's life is left.
 * @param {State} state @param {number} nowMs local monotonic time @returns {number} 1 (just shown) to 0 (over)
 */
export function lifeLeft(state, nowMs) {
  const { shown } = state.offer;
  const callMs = callNowMs(state, nowMs);
  if (shown === null || shown.isOver || shown.usedHow !== null || callMs === null) return 0;
  const span = Math.max(1, shown.expiresMs - shown.shownMs);
  return Math.min(1, Math.max(0, (shown.expiresMs - callMs) / span));
}

/**
 * Time into the call, or its length once it has ended; empty without a call.
 * @param {State} state @param {number} nowMs local monotonic time @returns {string}
 */
export function clockText(state, nowMs) {
  const callMs = state.ended === null ? callNowMs(state, nowMs) : state.ended.durationMs;
  return callMs === null ? "" : timeText(callMs);
}

/** @param {Tone} tone @param {string} headline @param {string} detail @returns {Status} */
function status(tone, headline, detail) {
  return { tone, topic: "", headline, detail };
}

/** @param {State} state @param {Strings} strings @returns {Status | null} */
function statusOfLink({ link, phase }, strings) {
  if (link === "expired") return status("quiet", strings.expired, strings.askForLink);
  if (link === "refused") return status("problem", strings.refused, strings.askForLink);
  if (link === "lost") return status("problem", strings.reconnecting, strings.mayBeOutOfDate);
  if (link === "unreachable") return status("problem", strings.connecting, strings.noAnswer);
  const isAsking = link === "connecting" || phase === "unknown";
  return isAsking ? status("busy", strings.connecting, strings.lookingForServer) : null;
}

/** @param {State} state @param {Strings} strings @returns {Status | null} */
function statusOutsideCall(state, strings) {
  const { phase, ended, call } = state;
  const isStillKept = ended !== null && consentWaiting(state) === "refused";
  if (isStillKept) return status("problem", strings.stillKept, strings.deleteIt(call ?? ""));
  if (ended !== null) return status("quiet", strings.ended, strings.endings[ended.reason] ?? "");
  return phase === "waiting" ? status("quiet", strings.waiting, strings.willAppear) : null;
}

/** @param {State} state @param {number} callMs @param {Strings} strings @returns {Status | null} */
function agreement({ agreement: agreed }, callMs, strings) {
  if (agreed === null || callMs >= agreed.untilMs || !Object.hasOwn(AGREEMENT_TONES, agreed.cue)) return null;
  const { headline, detail } = strings.agreements[/** @type {"thats_right" | "youre_right"} */ (agreed.cue)];
  return status(AGREEMENT_TONES[agreed.cue], headline, detail);
}

/** @param {Speaker[]} speakers none where the call's start was not heard @param {Strings} strings @returns {string} */
function heard(speakers, strings) {
  if (speakers.length === 0) return "";
  return strings.hearing[speakers.length > 1 ? "both" : speakers[0]];
}

/** @param {State} state @param {number} callMs @param {Strings} strings @returns {Status[]} gravest first */
function troubles({ silent, lost, lateMs, busyStep }, callMs, strings) {
  /** @type {Status[]} */
  const found = [];
  if (silent.length > 0) {
    const { headline, detail } = strings.noSound[silent.length > 1 ? "both" : silent[0]];
    found.push(status("problem", headline, detail));
  }
  if (lost !== null && callMs < lost.untilMs) {
    found.push(status("caution", strings.soundLost, strings.wordsMissing[lost.speaker](lost.durationMs)));
  }
  if (lateMs !== null) found.push(status("caution", strings.late, strings.lateBy(lateMs)));
  else if (busyStep >= COMMITTED_ONLY_STEP) found.push(status("caution", strings.busy, strings.onlySureWords));
  return found;
}

/** @param {State} state @param {number} callMs @param {Strings} strings @returns {Status | null} */
function coached({ coaching }, callMs, strings) {
  if (coaching === null || callMs >= coaching.untilMs) return null;
  const { topic, headline, detail, quote } = coaching;
  const said = quote === "" ? "" : ` ${strings.quoted(shortened(quote))}`;
  return { tone: "coach", topic, headline, detail: detail + said };
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
