// What the rep and the link do to the state, and what the server is told of it; pure.

import { advance, dismiss, expire, togglePin } from "./offer.js";
import { defaultSettings, rebound } from "./settings.js";
import { callNowMs, notice } from "./state.js";

/**
 * @typedef {import("./types.d.ts").State} State
 * @typedef {import("./types.d.ts").Notice} Notice
 */

/** The server answers at once; when nothing has come after this, it has nothing else. */
const ANSWER_MS = 600;

/**
 * What happens on this side of the socket. `what` is whatever an action is about.
 * @type {Record<string, (state: State, nowMs: number, what: any) => State>}
 */
const actions = {
  link_opened: (state) => ({ ...state, link: "open" }),
  link_lost: (state) => ({ ...state, link: state.link === "open" || state.link === "lost" ? "lost" : "unreachable" }),
  link_refused: (state) => ({ ...state, link: "refused" }),
  ticked: (state) => state,
  pin_toggled: (state) => ({ ...state, offer: togglePin(state.offer) }),
  dismissed: (state) => ({ ...state, offer: dismiss(state.offer) }),
  lessened: (state, nowMs) => {
    if (state.offer.shown === null) return state;
    if (state.link !== "open") return unheard(state, nowMs);
    return { ...state, offer: dismiss(state.offer), notice: notice("less", null, nowMs) };
  },
  advanced: (state, nowMs) => {
    const { shown, next } = state.offer;
    if (shown !== null && next === null && state.link !== "open") return unheard(state, nowMs);
    const answer = shown === null ? null : notice("no_other", shown.id, nowMs + ANSWER_MS);
    return { ...state, offer: advance(state.offer), notice: answer };
  },
  copied: (state, nowMs, kind) => ({ ...state, notice: notice(kind, state.offer.shown?.id ?? null, nowMs) }),
  consent_told: (state, _, kind) => ({ ...state, consentTold: { call: state.call, kind } }),
  keys_toggled: (state) => withSettings(state, { hasKeys: !state.settings.hasKeys }),
  view_toggled: (state) => withSettings(state, { view: state.settings.view === "full" ? "compact" : "full" }),
  window_changed: (state, _, size) => withSettings(state, { window: size }),
  panel_toggled: (state, _, panel) => ({ ...state, panel: state.panel === panel ? "" : panel, rebinding: null }),
  rebinding: (state, _, command) => ({ ...state, rebinding: state.rebinding === command ? null : command }),
  rebound: ({ rebinding, ...state }, _, key) => {
    const done = { ...state, rebinding: null };
    if (rebinding === null || key === null) return done;
    return withSettings(done, { keys: rebound(state.settings.keys, rebinding, key) });
  },
  keys_reset: (state) => withSettings(state, { keys: defaultSettings.keys, hasKeys: true }),
  moved: (state, _, place) => ({ ...state, place }),
};

/**
 * The state after something happened here.
 * @param {State} state @param {string} action one of the above @param {number} nowMs local monotonic time
 * @param {unknown} [what] @returns {State} the same object when nothing changed
 */
export function respond(state, action, nowMs, what) {
  const callMs = callNowMs(state, nowMs);
  const offer = callMs === null ? state.offer : expire(state.offer, callMs);
  const current = offer === state.offer ? state : { ...state, offer };
  return actions[action](current, nowMs, what);
}

/**
 * What tells the server what the rep makes of the suggestion on screen; null when there is none to speak of.
 * @param {State} state @param {"dismiss" | "less" | "next"} kind
 * @returns {{kind: string, call: string, id: string} | null}
 */
export function replyMessage({ call, offer }, kind) {
  const { shown, next } = offer;
  if (call === null || shown === null || shown.usedHow !== null) return null;
  // What waits here comes before anything that the server could find.
  return kind === "next" && next !== null ? null : { kind, call, id: shown.id };
}

/**
 * What the server was told of the call and has not answered, or is to be told once it is reached: each socket that
 * follows the call is told it anew, since what the prospect refuses must not get lost with a line.
 * @param {State} state @returns {{kind: string, call: string}[]}
 */
export function unanswered(state) {
  const { call, panel, shared } = state;
  if (call === null) return [];
  const consent = consentWaiting(state);
  return [...(consent === null ? [] : [consent]), ...(panel === "link" && shared === null ? ["share"] : [])].map(
    (kind) => ({ kind, call }),
  );
}

/**
 * What the prospect said to being listened to, as long as the server has not taken it in.
 * @param {State} state @returns {"announced" | "refused" | null}
 */
export function consentWaiting({ call, consentTold }) {
  return consentTold !== null && consentTold.call === call ? consentTold.kind : null;
}

/** What whoever came by a link may do: look. @type {import("./types.d.ts").Command[]} */
const LOOKING = ["view", "float", "help"];

/**
 * Whether a command does anything now.
 * @param {State} state @param {import("./types.d.ts").Command} command @returns {boolean}
 */
export function isOffered({ isViewer, phase }, command) {
  if (isViewer) return LOOKING.includes(command);
  return phase === "live" || (command !== "consent" && command !== "link");
}

/**
 * The call that there is a debrief of: it is over, and was kept.
 * @param {State} state @returns {string | null}
 */
export function debriefedCall({ phase, call, consent }) {
  return phase === "ended" && consent?.isKept !== false ? call : null;
}

/**
 * The answer to the rep that is due now, if one is.
 * @param {State} state @param {number} nowMs local monotonic time @returns {Notice["kind"] | null}
 */
export function noticeNow({ notice, offer }, nowMs) {
  if (notice === null || nowMs < notice.fromMs || nowMs >= notice.untilMs) return null;
  return notice.id === (offer.shown?.id ?? null) ? notice.kind : null;
}

/**
 * The server cannot be told: all stays as it is, and the rep hears why.
 * @param {State} state @param {number} nowMs @returns {State}
 */
function unheard(state, nowMs) {
  return { ...state, notice: notice("unheard", state.offer.shown?.id ?? null, nowMs) };
}

/** @param {State} state @param {Partial<State["settings"]>} changed @returns {State} */
function withSettings(state, changed) {
  return { ...state, settings: { ...state.settings, ...changed } };
}
