// What the capture page says, in plain words, of each side, of both together, and of the line; pure.

import { KEPT_S } from "./capture-line.js";

/**
 * A side before it has a source, or its source's fault.
 * @typedef {"off" | "on" | import("./capture-sound.js").Fault} Source
 * @typedef {import("./capture-sound.js").Side} Side
 * @typedef {import("./capture-check.js").Hearing} Hearing
 * @typedef {import("./capture-check.js").Verdict} Verdict
 * @typedef {import("./capture-line.js").LineState} LineState
 * @typedef {typeof import("./capture-strings.en.js").strings} Strings
 * @typedef {"calm" | "good" | "caution" | "problem"} Tone
 * @typedef {{tone: Tone, text: string}} Saying
 */

/** Less is what is on its way at any time. */
const BEHIND_MS = 2_000;

/** @type {Record<Hearing, Tone>} */
const HEARING_TONES = { dead: "caution", quiet: "calm", heard: "good" };

/** @param {Side} side @param {Source} source @param {Hearing} hearing @param {Strings} strings @returns {Saying} */
export function sideSaying(side, source, hearing, strings) {
  if (source === "on") return { tone: HEARING_TONES[hearing], text: strings.hearings[side][hearing] };
  return { tone: source === "off" ? "calm" : "problem", text: strings.sources[side][source] };
}

/**
 * The sound check: what stands in the way of two sides heard apart.
 * @param {Source} rep @param {Source} prospect @param {Verdict} verdict @param {Strings} strings @returns {Saying}
 */
export function checkSaying(rep, prospect, verdict, { check }) {
  if (rep !== "on" || prospect !== "on") return { tone: "calm", text: check.bothNeeded };
  if (verdict.leak !== null) return { tone: "problem", text: check.leaks[verdict.leak] };
  const [hasRep, hasProspect] = [verdict.rep === "heard", verdict.prospect === "heard"];
  if (hasRep && hasProspect) return { tone: "good", text: check.apart };
  if (!hasRep && !hasProspect) return { tone: "calm", text: check.bothSilent };
  return { tone: "calm", text: hasRep ? check.prospectSilent : check.repSilent };
}

/**
 * @param {LineState | null} state null before a call
 * @param {boolean} isReady both sources are there
 * @param {Strings} strings @returns {Saying}
 */
export function lineSaying(state, isReady, { line }) {
  if (state === null) return { tone: "calm", text: isReady ? line.ready : line.notStarted };
  const { phase, why, behindMs, lostMs } = state;
  const lost = lostMs > 0 ? ` ${line.lost(lostMs)}` : "";
  if (phase === "refused") return { tone: "problem", text: line.refused(why) };
  if (phase === "ended") return { tone: lost ? "caution" : "calm", text: `${line.ended}${lost}` };
  if (phase === "connecting") return { tone: "calm", text: why ? `${line.connecting} ${line.itSays(why)}` : line.connecting };
  if (phase === "cut") return { tone: "problem", text: `${line.cut(KEPT_S)}${lost}` };
  if (behindMs > BEHIND_MS) return { tone: "caution", text: `${line.behind}${lost}` };
  return { tone: lost ? "caution" : "good", text: `${line.on}${lost}` };
}
