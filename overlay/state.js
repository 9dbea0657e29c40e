// What the overlay knows and how each event changes it; pure: no clock, no page, no socket.

import { close, doubt, emptyOffer, expire, offerNew, tickOff, trust, withdraw } from "./offer.js";
import { defaultSettings } from "./settings.js";

/**
 * @typedef {import("./types.d.ts").State} State
 * @typedef {import("./types.d.ts").Speaker} Speaker
 * @typedef {import("./types.d.ts").Envelope} Envelope
 * @typedef {import("./types.d.ts").CallEvent} CallEvent
 * @typedef {import("./types.d.ts").ServerEvent} ServerEvent
 */

export const LINES_KEPT = 6;
export const LINE_CHARS_KEPT = 280;
export const AUDIO_LOST_SHOWN_MS = 10_000;
export const AGREEMENT_SHOWN_MS = 8_000;
/** What is said first is said in the first minutes, or not at all. */
export const AUDITS_SHOWN_MS = 120_000;
const NOTICE_MS = 2_500;

const freshCall = Object.freeze({
  call: null,
  epoch: null,
  seq: -1,
  clock: null,
  speakers: [],
  company: null,
  names: {},
  prepared: null,
  consent: null,
  shared: null,
  lines: [],
  silent: [],
  lateMs: null,
  busyStep: 0,
  lost: null,
  agreement: null,
  coaching: null,
  pulse: null,
  isRecorded: null,
  ended: null,
  offer: emptyOffer,
});

/** @param {State["settings"]} settings @param {boolean} isViewer came by a link @returns {State} */
export function initialState(settings = defaultSettings, isViewer = false) {
  const here = { settings, isViewer, panel: "", rebinding: null, place: "page", notice: null, consentTold: null };
  return /** @type {State} */ ({ link: "connecting", phase: "unknown", ...here, ...freshCall });
}

/** Nothing of any call is known any more; all else stays. @param {State} state @returns {State} */
export function forgotten(state) {
  return { ...state, ...freshCall, phase: "unknown" };
}

/**
 * The state after what the server told. Whatever is a duplicate, malformed or of another live call changes nothing;
 * an unknown kind only moves the clock and the place to resume from.
 * @param {State} state @param {ServerEvent} event @param {number} nowMs local monotonic time @returns {State}
 */
export function reduce(state, event, nowMs) {
  if (Object.hasOwn(notes, event.kind)) return notes[event.kind](state, /** @type {any} */ (event));
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
 * The call's clock now, estimated from the last event; null before the first. It stops with the call.
 * @param {State} state @param {number} nowMs local monotonic time @returns {number | null}
 */
export function callNowMs(state, nowMs) {
  if (state.clock === null) return null;
  if (state.ended !== null) return state.clock.callMs;
  return state.clock.callMs + Math.max(0, nowMs - state.clock.localMs);
}

/**
 * @param {import("./types.d.ts").Notice["kind"]} kind @param {string | null} id of the suggestion on screen
 * @param {number} fromMs local monotonic time @returns {import("./types.d.ts").Notice}
 */
export function notice(kind, id, fromMs) {
  return { kind, id, fromMs, untilMs: fromMs + NOTICE_MS };
}

/**
 * What the rep may say first, of what they may be thinking; empty later in the call.
 * @param {State} state @param {number} nowMs local monotonic time @returns {string[]}
 */
export function auditsNow(state, nowMs) {
  const isLate = state.phase === "live" && (callNowMs(state, nowMs) ?? 0) >= AUDITS_SHOWN_MS;
  return state.prepared === null || isLate ? [] : state.prepared.audits;
}

/**
 * The first message on a new socket: resumes the call under way, else follows what comes.
 * @param {State} state @param {string | null} fixedCall the call this page was opened for, if it was for one
 * @param {string | null} [token] of the link by which it was opened
 * @returns {{kind: "watch", call: string | null, epoch: number | null, after_seq: number | null, token: string | null}}
 */
export function watchMessage(state, fixedCall, token = null) {
  const call = fixedCall ?? (state.phase === "live" ? state.call : null);
  const isKnown = call !== null && call === state.call && state.seq >= 0;
  return { kind: "watch", call, epoch: isKnown ? state.epoch : null, after_seq: isKnown ? state.seq : null, token };
}

/**
 * What the server tells that belongs to no call's events.
 * @type {Record<string, (state: State, note: any) => State>}
 */
const notes = {
  // A call that has ended stays readable until the next one starts.
  waiting: (state) => (state.phase === "ended" ? state : { ...state, ...freshCall, phase: "waiting" }),
  following: followed,
  expired: (state) => ({ ...state, ...freshCall, phase: "unknown", link: "expired" }),
  prepared: (state, { preparation, audits }) =>
    state.phase === "live" ? state : { ...state, prepared: preparation === null ? null : prepared(preparation, audits) },
  shared: (state, { call, token, expires_at_s }) =>
    call === state.call ? { ...state, shared: { token, untilMs: expires_at_s * 1000 } } : state,
};

/** @type {{[K in CallEvent["kind"]]: (state: State, event: Extract<CallEvent, {kind: K}>) => State}} */
const told = {
  call_started: (state, { speakers, company, names }) => ({ ...state, speakers, company, names }),
  call_prepared: (state, { preparation, audits }) => ({ ...state, prepared: prepared(preparation, audits) }),
  consent_changed: consentChanged,
  transcript_changed: transcriptChanged,
  cue_heard: cueHeard,
  cue_withdrawn: cueWithdrawn,
  suggestion_shown: suggestionShown,
  suggestion_withdrawn: (state, { id }) => ({ ...state, offer: withdraw(state.offer, id) }),
  suggestion_used: (state, { at_ms, id, how }) => ({ ...state, offer: tickOff(state.offer, id, how, at_ms) }),
  rep_acted: (state) => state, // the rep knows
  coaching_shown: (state, { topic, headline, detail, quote, until_ms }) => (
    { ...state, coaching: { topic, headline, detail, quote, untilMs: until_ms } }
  ),
  coaching_withdrawn: (state, { topic }) => (state.coaching?.topic === topic ? { ...state, coaching: null } : state),
  pulse_changed: pulseChanged,
  suggestion_considered: (state) => state, // for whoever writes a playbook; nothing to say to the rep
  channel_changed: channelChanged,
  recording_changed: (state, { is_on }) => ({ ...state, isRecorded: is_on }),
  audio_lost: audioLost,
  lagging: (state, { is_late, lag_ms, step = 0 }) => ({ ...state, lateMs: is_late ? lag_ms : null, busyStep: step }),
  prospect_answered: (state) => state, // for the practice page
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

/**
 * The server tells which call comes, and whether only what was missed or all of it: then what is here is let go.
 * @param {State} state @param {import("./types.d.ts").Following} event @returns {State}
 */
function followed(state, { call, epoch, recovered }) {
  return recovered ? { ...state, epoch } : { ...state, ...freshCall, phase: "live", call, epoch };
}

/** @param {State} state @param {import("./types.d.ts").ConsentChanged} event @returns {State} */
function consentChanged(state, { consent, is_kept, line }) {
  const consentTold = [state.consentTold?.kind, "refused"].includes(consent) ? null : state.consentTold;
  const next = { ...state, consentTold, consent: { state: consent, isKept: is_kept, line } };
  if (state.consent === null || consent === "not_asked") return next;
  const kind = consent === "refused" && is_kept ? "not_deleted" : consent;
  return { ...next, notice: notice(kind, state.offer.shown?.id ?? null, state.clock?.localMs ?? 0) };
}

/** @param {import("./types.d.ts").Preparation} thought @param {string[]} audits @returns {State["prepared"]} */
function prepared({ who, company }, audits) {
  return { about: [who, company].filter((name) => name).join(", "), audits };
}

/** @param {State} state @param {import("./types.d.ts").TranscriptChanged} event @returns {State} */
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

/** @param {State} state @param {Envelope & import("./types.d.ts").CueHeard} event @returns {State} */
function cueHeard(state, { at_ms, cue, cue_kind, speaker }) {
  const offer = trust(state.offer, cue);
  const isAgreement = cue_kind === "agreement" && speaker === "prospect";
  const agreement = isAgreement ? { cue, untilMs: at_ms + AGREEMENT_SHOWN_MS } : state.agreement;
  return { ...state, offer, agreement };
}

/** @param {State} state @param {import("./types.d.ts").CueWithdrawn} event @returns {State} */
function cueWithdrawn(state, { cue, speaker, quote }) {
  const isAgreement = speaker === "prospect" && state.agreement?.cue === cue;
  return { ...state, offer: doubt(state.offer, cue, quote), agreement: isAgreement ? null : state.agreement };
}

/** @param {State} state @param {Envelope & import("./types.d.ts").SuggestionShown} event @returns {State} */
function suggestionShown(state, { at_ms, id, technique, text, quote, cue, expires_ms }) {
  const span = { shownMs: at_ms, expiresMs: expires_ms };
  const marks = { isDoubtful: false, isOver: false, usedHow: null };
  const offer = offerNew(state.offer, { id, technique, text, quote, cue, ...span, ...marks });
  return { ...state, offer, prepared: null };
}

/** @param {State} state @param {import("./types.d.ts").PulseChanged} event @returns {State} */
function pulseChanged(state, { rep_share, pace_wpm, monologue_from_ms, silence_from_ms, silence_for_ms }) {
  const silence = { silenceFromMs: silence_from_ms, silenceForMs: silence_for_ms };
  const pulse = { repShare: rep_share, paceWpm: pace_wpm, monologueFromMs: monologue_from_ms, ...silence };
  return { ...state, pulse };
}

/** @param {State} state @param {import("./types.d.ts").ChannelChanged} event @returns {State} */
function channelChanged(state, { speaker, has_sound }) {
  const others = state.silent.filter((other) => other !== speaker);
  return { ...state, silent: has_sound ? others : [...others, speaker] };
}

/** @param {State} state @param {Envelope & import("./types.d.ts").AudioLost} event @returns {State} */
function audioLost(state, { at_ms, speaker, duration_ms }) {
  return { ...state, lost: { speaker, durationMs: duration_ms, untilMs: at_ms + AUDIO_LOST_SHOWN_MS } };
}

/** @param {State} state @param {import("./types.d.ts").CallEnded} event @returns {State} */
function callEnded(state, { duration_ms, reason }) {
  const over = { phase: /** @type {const} */ ("ended"), silent: [], lateMs: null, busyStep: 0, prepared: null };
  return { ...state, ...over, ended: { durationMs: duration_ms, reason }, offer: close(state.offer) };
}
