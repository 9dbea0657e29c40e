// How a practice stands: whose turn it is, what each turn did, and how it ended; pure.

/**
 * @typedef {"opened" | "closed" | "kept"} Effect
 *
 * What the rep did, in which words, and what it did to them.
 * @typedef {{tried: string, because: string, effect: Effect}} Step
 *
 * `choosing` before a call; `calling` until they speak; `they_speak`, `your_turn` and, once something was said,
 * `listening`; `ending` after the last line; `over`.
 * @typedef {"choosing" | "calling" | "they_speak" | "your_turn" | "listening" | "ending" | "over"} Phase
 *
 * `line` is what they say or said last; `unheard` are its words where its sound could not be played; `isHinted`: the rep
 * asked for a hint on it; `isCut`: there is no line to the server; `isMuted`: the microphone went away.
 * @typedef {{phase: Phase, line: string, unheard: string, openness: number, steps: Step[], ending: string | null,
 *   isHinted: boolean, isCut: boolean, isMuted: boolean}} Practice
 */

/** @type {Practice} */
export const choosing = Object.freeze({
  phase: "choosing",
  line: "",
  unheard: "",
  openness: 0,
  steps: [],
  ending: null,
  isHinted: false,
  isCut: false,
  isMuted: false,
});

/** @returns {Practice} */
export function called() {
  return { ...choosing, phase: "calling" };
}

/**
 * After what the server told.
 * @param {Practice} practice @param {any} event @returns {Practice}
 */
export function told(practice, event) {
  if (event.kind === "prospect_answered") return answered(practice, event);
  if (event.kind === "call_ended") return { ...practice, phase: "over" };
  const isRep = event.kind === "transcript_changed" && event.speaker === "rep" && event.committed + event.tentative;
  return isRep && practice.phase === "your_turn" ? { ...practice, phase: "listening" } : practice;
}

/**
 * Their line was played to its end.
 * @param {Practice} practice @param {string} unheard its words, where it could not be played @returns {Practice}
 */
export function heardOut(practice, unheard) {
  if (practice.phase !== "they_speak") return practice;
  return { ...practice, unheard, phase: practice.ending === null ? "your_turn" : "ending" };
}

/** The rep hangs up. @param {Practice} practice @returns {Practice} */
export function hungUp(practice) {
  return practice.phase === "over" ? practice : { ...practice, phase: "ending" };
}

/** @param {Practice} practice @param {any} event @returns {Practice} */
function answered(practice, { line, openness, tried, because, ending }) {
  if (practice.phase === "ending" || practice.phase === "over") return practice;
  const step = tried === null ? [] : [{ tried, because, effect: effectOf(practice.openness, openness) }];
  const steps = [...practice.steps, ...step];
  return { ...practice, phase: "they_speak", line, openness, steps, ending, unheard: "", isHinted: false };
}

/** @param {number} before @param {number} after @returns {Effect} */
function effectOf(before, after) {
  if (after === before) return "kept";
  return after > before ? "opened" : "closed";
}
