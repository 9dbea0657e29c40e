// What the capture page says, in plain words, of each side, of both together, and of the line; pure.

import { KEPT_S } from "./capture-line.js";

/**
 * A side before it has a source, or its source's fault.
 * @typedef {"off" | "on" | import("./capture-sound.js").Fault} Source
 * @typedef {import("./capture-check.js").Verdict} Verdict
 * @typedef {import("./capture-line.js").LineState} LineState
 * @typedef {"calm" | "good" | "caution" | "problem"} Tone
 * @typedef {{tone: Tone, text: string}} Saying
 */

/** Less is what is on its way at any time. */
const BEHIND_MS = 2_000;

const BROKEN = "The browser could not start to take sound. Reload this page, then choose again.";

/** @type {Record<Exclude<Source, "on">, string>} */
const REP_SOURCE = {
  off: "Turn your microphone on. Headphones keep the two sides apart.",
  refused: "The browser did not let the microphone be used. Allow it beside the address, then try again.",
  none: "No microphone was found, or another program holds it. Connect one and try again.",
  ended: "The microphone went away. Choose one, and the call goes on.",
  broken: BROKEN,
};

/** @type {Record<Exclude<Source, "on">, string>} */
const PROSPECT_SOURCE = {
  off: "Choose the tab with the meeting, and leave \u201cAlso share tab audio\u201d on. Only its sound is used.",
  refused: "Nothing was chosen. Choose the tab with the meeting.",
  none: "What you chose gives no sound. Choose the meeting\u2019s tab, with \u201cAlso share tab audio\u201d on.",
  ended: "The meeting\u2019s sound has ended. Choose it again, and the call goes on.",
  broken: BROKEN,
};

/** @type {Record<import("./capture-check.js").Hearing, string>} */
const REP_HEARD = {
  dead: "No sound at all comes from this microphone. Is it muted, or is another one meant?",
  quiet: "It is on. Say a few words, and the bar should move.",
  heard: "You are heard.",
};

/** @type {Record<import("./capture-check.js").Hearing, string>} */
const PROSPECT_HEARD = {
  dead: "Nothing comes from the meeting yet. When they speak, the bar should move.",
  quiet: "It is on. When they speak, the bar should move.",
  heard: "They are heard.",
};

/** @param {Source} source @param {import("./capture-check.js").Hearing} hearing @returns {Saying} */
export function repSaying(source, hearing) {
  return sideSaying(source, hearing, REP_SOURCE, REP_HEARD);
}

/** @param {Source} source @param {import("./capture-check.js").Hearing} hearing @returns {Saying} */
export function prospectSaying(source, hearing) {
  return sideSaying(source, hearing, PROSPECT_SOURCE, PROSPECT_HEARD);
}

/**
 * @param {Source} source @param {import("./capture-check.js").Hearing} hearing
 * @param {Record<Exclude<Source, "on">, string>} sources @param {typeof REP_HEARD} hearings @returns {Saying}
 */
function sideSaying(source, hearing, sources, hearings) {
  if (source !== "on") return { tone: source === "off" ? "calm" : "problem", text: sources[source] };
  return { tone: { dead: "caution", quiet: "calm", heard: "good" }[hearing], text: hearings[hearing] };
}

/**
 * The sound check: what stands in the way of two sides heard apart.
 * @param {Source} rep @param {Source} prospect @param {Verdict} verdict @returns {Saying}
 */
export function checkSaying(rep, prospect, verdict) {
  if (rep !== "on" || prospect !== "on") {
    return { tone: "calm", text: "Sound check: both sides are needed, each from its own source." };
  }
  if (verdict.leak === "prospect_in_rep") {
    return {
      tone: "problem",
      text: "Your microphone hears the other side too, so their words would be taken for yours. Use headphones.",
    };
  }
  if (verdict.leak === "rep_in_prospect") {
    return {
      tone: "problem",
      text: "Your voice is in the meeting\u2019s sound too. Share its tab alone, or ask them to use headphones.",
    };
  }
  if (verdict.rep === "heard" && verdict.prospect === "heard") {
    return { tone: "good", text: "Both sides are heard, and kept apart." };
  }
  if (verdict.rep !== "heard" && verdict.prospect !== "heard") {
    return { tone: "calm", text: "Sound check: both sides are silent so far." };
  }
  const silent = verdict.rep === "heard" ? "The other side is" : "You are";
  return { tone: "calm", text: `Sound check: ${silent} silent so far.` };
}

/**
 * @param {LineState | null} line null before a call
 * @param {boolean} isReady both sources are there
 * @returns {Saying}
 */
export function lineSaying(line, isReady) {
  if (line === null) {
    return isReady ? { tone: "calm", text: "Ready." } : { tone: "calm", text: "Not started." };
  }
  const lost = line.lostMs > 0 ? ` ${seconds(line.lostMs)} of sound did not get through.` : "";
  if (line.phase === "refused") return { tone: "problem", text: `The assistant did not take the call: ${line.why}` };
  if (line.phase === "ended") return { tone: lost ? "caution" : "calm", text: `The call has ended.${lost}` };
  if (line.phase === "connecting") {
    const why = line.why ? ` It says: ${line.why}.` : "";
    return { tone: "calm", text: `Connecting to the assistant. What is said meanwhile is kept.${why}` };
  }
  if (line.phase === "cut") {
    const kept = `Up to ${KEPT_S} s of sound are kept, and sent once it is back.`;
    return { tone: "problem", text: `The line to the assistant is cut. ${kept}${lost}` };
  }
  if (line.behindMs > BEHIND_MS) {
    return { tone: "caution", text: `The call is on. What was kept is still on its way.${lost}` };
  }
  return { tone: lost ? "caution" : "good", text: `The call is on.${lost}` };
}

/** @param {number} durationMs @returns {string} */
function seconds(durationMs) {
  return `${Math.max(1, Math.round(durationMs / 1000))} s`;
}
