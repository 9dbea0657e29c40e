// What the overlay knows and how each event changes it; pure: no clock, no page, no socket.

import { close, dismiss, doubt, emptyOffer, expire, offerNew, togglePin, trust, withdraw } from "./offer.js";

/**
 * Every event of assist/overlay_events.py, as documented in README.md. `at_ms` and all other `_ms` on the call's clock.
 * @typedef {"rep" | "prospect" | "mixed"} Speaker "mixed": both parties on one channel
 * @typedef {"objection" | "emotion" | "agreement"} CueKind
 * @typedef {{call: string, seq: number, at_ms: number}} Envelope
 * @typedef {{kind: "call_started", speakers: Speaker[], protocol: string, company: string | null,
 *   names: Record<string, string>, direction: "inbound" | "outbound" | null}} CallStarted
 * @typedef {{text: string, start_ms: number, end_ms: number, confidence: number, committed: boolean}} TranscriptWord
 * @typedef {{kind: "transcript_changed", speaker: Speaker, utterance: number, committed: string, tentative: string,
 *   is_final: boolean, start_ms: number, end_ms: number, words: TranscriptWord[]}} TranscriptChanged
 * @typedef {{kind: "cue_heard", cue: string, cue_kind: CueKind, speaker: Speaker, quote: string, start_ms: number,
 *   end_ms: number, confidence: number, firm: boolean}} CueHeard
 * @typedef {{kind: "cue_withdrawn", cue: string, cue_kind: CueKind, speaker: Speaker, quote: string}} CueWithdrawn
 * @typedef {{kind: "suggestion_shown", id: string, technique: import("./offer.js").Technique, text: string,
 *   quote: string, cue: string, lag_ms: number, expires_ms: number}} SuggestionShown
 * @typedef {{kind: "suggestion_withdrawn", id: string,
 *   reason: "words_changed" | "expired" | "replaced" | "used" | "moved_on" | "dismissed"}} SuggestionWithdrawn
 * @typedef {{kind: "suggestion_used", id: string, how: "said" | "own_words", text: string,
 *   start_ms: number}} SuggestionUsed
 * @typedef {{kind: "suggestion_considered", technique: import("./offer.js").Technique, text: string, cue: string,
 *   quote: string, reason: string}} SuggestionConsidered
 * @typedef {{kind: "rep_acted", act: string, text: string, start_ms: number, end_ms: number, cues: string[]}} RepActed
 * @typedef {{kind: "coaching_shown", topic: string, headline: string, detail: string, quote: string,
 *   until_ms: number}} CoachingShown
 * @typedef {{kind: "coaching_withdrawn", topic: string}} CoachingWithdrawn
 * @typedef {{kind: "channel_changed", speaker: Speaker, has_sound: boolean}} ChannelChanged
 * @typedef {{kind: "audio_lost", speaker: Speaker, start_ms: number, duration_ms: number}} AudioLost
 * @typedef {{kind: "lagging", is_late: boolean, lag_ms: number}} Lagging
 * @typedef {"stopped" | "connection_lost" | "refused" | "shutdown" | "failed"} EndReason
 * @typedef {{kind: "call_ended", duration_ms: number, reason: EndReason}} CallEnded
 * @typedef {Envelope & (CallStarted | TranscriptChanged | CueHeard | CueWithdrawn | SuggestionShown |
 *   SuggestionWithdrawn | SuggestionUsed | SuggestionConsidered | RepActed | CoachingShown | CoachingWithdrawn |
 *   ChannelChanged | AudioLost | Lagging | CallEnded)} CallEvent
 * @typedef {CallEvent | {kind: "waiting"} | {kind: "heartbeat"}} ServerEvent
 */

/**
 * What happens on this side of the socket.
 * @typedef {"link_opened" | "link_lost" | "ticked" | "pin_toggled" | "dismissed" | "keys_toggled"} Action
 *
 * @typedef {{speaker: Speaker, utterance: number, committed: string, tentative: string, startMs: number}} Line
 *
 * `clock` pairs a moment of the call with a local monotonic one. `agreement`, `coaching` and `lost` are shown until
 * `untilMs` of the call. `link`: "unreachable" was never open, "lost" was.
 * @typedef {{link: "connecting" | "open" | "unreachable" | "lost", phase: "unknown" | "waiting" | "live" | "ended",
 *   hasKeys: boolean, call: string | null, seq: number, clock: {callMs: number, localMs: number} | null,
 *   speakers: Speaker[], company: string | null, names: Record<string, string>, lines: Line[],
 *   silent: Speaker[], lateMs: number | null,
 *   lost: {speaker: Speaker, durationMs: number, untilMs: number} | null,
 *   agreement: {cue: string, untilMs: number} | null,
 *   coaching: {topic: string, headline: string, detail: string, quote: string, untilMs: number} | null, ended: {durationMs: number, reason: EndReason} | null,
 *   offer: import("./offer.js").Offer}} State
 */

export const LINES_KEPT = 6;
export const LINE_CHARS_KEPT = 280;
export const AUDIO_LOST_SHOWN_MS = 10_000;
export const AGREEMENT_SHOWN_MS = 8_000;

const freshCall = Object.freeze({
  call: null,
  seq: -1,
  clock: null,
  speakers: [],
  company: null,
  names: {},
  lines: [],
  silent: [],
  lateMs: null,
  lost: null,
  agreement: null,
  coaching: null,
  ended: null,
  offer: emptyOffer,
});

/** @returns {State} */
export function initialState() {
  return { link: "connecting", phase: "unknown", hasKeys: true, ...freshCall };
}

/**
 * The state after what the server told. Whatever is a duplicate, malformed or of another live call changes nothing;
 * an unknown kind only moves the clock and the place to resume from.
 * @param {State} state @param {ServerEvent} event @param {number} nowMs local monotonic time @returns {State}
 */
export function reduce(state, event, nowMs) {
  if (event.kind === "waiting") return waited(state);
  if (!isOfCall(event)) return state;
  const entered = enter(state, event);
  if (entered === null || event.seq <= entered.seq) return state;
  // The newest event sets the clock, early or late: a call's clock stands still while no sound comes, so keeping
  // the most advanced estimate would run ahead of it for the rest of the call.
  const clock = { callMs: event.at_ms, localMs: nowMs };
  const timed = { ...entered, seq: event.seq, clock, offer: expire(entered.offer, event.at_ms) };
  // hasOwn, because an object answers for kinds such as "constructor" as well.
  return Object.hasOwn(told, event.kind) ? told[event.kind](timed, /** @type {any} */ (event)) : timed;
}

/**
 * The state after something happened here.
 * @param {State} state @param {Action} action @param {number} nowMs local monotonic time
 * @returns {State} the same object when nothing changed
 */
export function respond(state, action, nowMs) {
  const callMs = callNowMs(state, nowMs);
  const offer = callMs === null ? state.offer : expire(state.offer, callMs);
  const current = offer === state.offer ? state : { ...state, offer };
  return actions[action](current);
}

/**
 * The call's clock now, estimated from the last event; null before the first. It stops with the call.
 * @param {State} state @param {number} nowMs local monotonic time @returns {number | null}
 */
export function callNowMs(state, nowMs) {
  if (state.clock === null) return null;
  if (state.ended !== null) return state.clock.callMs;
  return state.clock.callMs + Math.max(0, nowMs - state.clock.localMs);
}

/**
 * The first message on a new socket: resumes the call under way, else follows what comes.
 * @param {State} state @param {string | null} fixedCall the call this page was opened for, if it was for one
 * @returns {{kind: "watch", call: string | null, after_seq: number | null}}
 */
export function watchMessage(state, fixedCall) {
  const call = fixedCall ?? (state.phase === "live" ? state.call : null);
  return { kind: "watch", call, after_seq: call !== null && call === state.call ? state.seq : null };
}

/**
 * What tells the server that the rep waves the suggestion on screen away; null when there is none to wave away.
 * @param {State} state @returns {{kind: "dismiss", call: string, id: string} | null}
 */
export function dismissMessage({ call, offer }) {
  return call === null || offer.shown === null ? null : { kind: "dismiss", call, id: offer.shown.id };
}

/** @type {Record<Action, (state: State) => State>} */
const actions = {
  link_opened: (state) => ({ ...state, link: "open" }),
  link_lost: (state) => ({ ...state, link: state.link === "open" || state.link === "lost" ? "lost" : "unreachable" }),
  ticked: (state) => state,
  pin_toggled: (state) => ({ ...state, offer: togglePin(state.offer) }),
  dismissed: (state) => ({ ...state, offer: dismiss(state.offer) }),
  keys_toggled: (state) => ({ ...state, hasKeys: !state.hasKeys }),
};

/** @type {{[K in CallEvent["kind"]]: (state: State, event: Extract<CallEvent, {kind: K}>) => State}} */
const told = {
  call_started: (state, { speakers, company, names }) => ({ ...state, speakers, company, names }),
  transcript_changed: transcriptChanged,
  cue_heard: cueHeard,
  cue_withdrawn: cueWithdrawn,
  suggestion_shown: suggestionShown,
  suggestion_withdrawn: (state, { id }) => ({ ...state, offer: withdraw(state.offer, id) }),
  suggestion_used: (state) => state, // its withdrawal follows
  rep_acted: (state) => state, // the rep knows
  coaching_shown: (state, { topic, headline, detail, quote, until_ms }) => ({
    ...state,
    coaching: { topic, headline, detail, quote, untilMs: until_ms },
  }),
  coaching_withdrawn: (state, { topic }) => (state.coaching?.topic === topic ? { ...state, coaching: null } : state),
  suggestion_considered: (state) => state, // for whoever writes a playbook; nothing to say to the rep
  channel_changed: channelChanged,
  audio_lost: audioLost,
  lagging: (state, { is_late, lag_ms }) => ({ ...state, lateMs: is_late ? lag_ms : null }),
  call_ended: callEnded,
};

/** @param {any} event @returns {event is CallEvent} */
function isOfCall(event) {
  return typeof event.call === "string" && Number.isInteger(event.seq) && Number.isFinite(event.at_ms);
}

/** @param {State} state @param {CallEvent} event @returns {State | null} null for another call while one is live */
function enter(state, event) {
  const isStart = event.kind === "call_started";
  if (event.call === state.call && !(isStart && state.phase === "ended")) return state;
  if (state.phase === "live" && !isStart) return null;
  return { ...state, ...freshCall, phase: "live", call: event.call };
}

/** @param {State} state @returns {State} a call that has ended stays readable until the next one starts */
function waited(state) {
  return state.phase === "ended" ? state : { ...state, ...freshCall, phase: "waiting" };
}

/** @param {State} state @param {TranscriptChanged} event @returns {State} */
function transcriptChanged(state, { speaker, utterance, committed, tentative, start_ms }) {
  const others = state.lines.filter((line) => line.speaker !== speaker || line.utterance !== utterance);
  if (committed === "" && tentative === "") return { ...state, lines: others };
  const line = { speaker, utterance, committed: tail(committed), tentative: tail(tentative), startMs: start_ms };
  const lines = [...others, line].sort((a, b) => a.startMs - b.startMs).slice(-LINES_KEPT);
  return { ...state, lines };
}

/** @param {string} text @returns {string} its last words: a monologue must neither fill the screen nor the memory */
function tail(text) {
  if (text.length <= LINE_CHARS_KEPT) return text;
  const cut = text.slice(-LINE_CHARS_KEPT);
  return `\u2026${cut.slice(Math.max(0, cut.indexOf(" ")))}`;
}

/** @param {State} state @param {Envelope & CueHeard} event @returns {State} */
function cueHeard(state, { at_ms, cue, cue_kind, speaker }) {
  const offer = trust(state.offer, cue);
  const isAgreement = cue_kind === "agreement" && speaker === "prospect";
  const agreement = isAgreement ? { cue, untilMs: at_ms + AGREEMENT_SHOWN_MS } : state.agreement;
  return { ...state, offer, agreement };
}

/** @param {State} state @param {CueWithdrawn} event @returns {State} */
function cueWithdrawn(state, { cue, speaker, quote }) {
  const isAgreement = speaker === "prospect" && state.agreement?.cue === cue;
  return { ...state, offer: doubt(state.offer, cue, quote), agreement: isAgreement ? null : state.agreement };
}

/** @param {State} state @param {Envelope & SuggestionShown} event @returns {State} */
function suggestionShown(state, { at_ms, id, technique, text, quote, cue, expires_ms }) {
  const span = { shownMs: at_ms, expiresMs: expires_ms };
  const suggestion = { id, technique, text, quote, cue, ...span, isDoubtful: false, isOver: false };
  return { ...state, offer: offerNew(state.offer, suggestion) };
}

/** @param {State} state @param {ChannelChanged} event @returns {State} */
function channelChanged(state, { speaker, has_sound }) {
  const others = state.silent.filter((other) => other !== speaker);
  return { ...state, silent: has_sound ? others : [...others, speaker] };
}

/** @param {State} state @param {Envelope & AudioLost} event @returns {State} */
function audioLost(state, { at_ms, speaker, duration_ms }) {
  return { ...state, lost: { speaker, durationMs: duration_ms, untilMs: at_ms + AUDIO_LOST_SHOWN_MS } };
}

/** @param {State} state @param {CallEnded} event @returns {State} */
function callEnded(state, { duration_ms, reason }) {
  const ended = { durationMs: duration_ms, reason };
  return { ...state, phase: "ended", ended, silent: [], lateMs: null, offer: close(state.offer) };
}
