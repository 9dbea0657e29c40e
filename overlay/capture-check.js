// Whether each side is heard, and whether one is on the other's channel too: from how loud both were lately; pure.

/**
 * `dead`: not even noise; `quiet`: nothing like speech; `heard`: speech.
 * @typedef {"dead" | "quiet" | "heard"} Hearing
 *
 * @typedef {"prospect_in_rep" | "rep_in_prospect" | null} Leak
 *
 * @typedef {{rep: Hearing, prospect: Hearing, leak: Leak}} Verdict
 */

export const BLOCK_MS = 20;
const WINDOW = 500; // blocks, 10 s: some sentences
const LATELY = 250; // blocks that decide whether a side is heard
const SOON = 50; // blocks: before that nothing is called dead
const LOWEST_DB = -96; // 16 bits have nothing below
const DEAD_DB = -85; // the last bit's noise
const SPEECH_DB = -45; // speech into a microphone that is any good is louder, a room's noise is not
const OVER_NOISE_DB = 10;
const LEAST_SPEECH = 10; // blocks

/** A leak is looked for where the other side speaks: how loud one is follows how loud the other was just before. */
const SOONEST = -3; // blocks: the way through the machine may be a little longer than that through the room
const LATEST = 30; // blocks from one to its copy: loudspeaker, room, microphone, and the delays between
const CLEARLY_LATER = 4;
const AROUND = 10; // blocks around speech that count, so that its beginnings and ends do
const LEAST_SPOKEN = 100; // blocks: fewer tell nothing
const FAINTEST_DB = -65;
const LEAST_SPREAD_DB = 3; // steady noise follows nothing
const ALIKE = 0.7; // two people who talk at the same time stay below 0.5
const EVERY = 25; // blocks
const TIMES = 3; // in a row, before it is told or taken back

/**
 * How loud each side of a block is.
 * @param {Int16Array} block interleaved, the rep first @returns {[number, number]} dB below full scale
 */
export function levels(block) {
  let rep = 0;
  let prospect = 0;
  for (let i = 0; i < block.length; i += 2) {
    rep += block[i] ** 2;
    prospect += block[i + 1] ** 2;
  }
  const full = (block.length / 2) * 32_768 ** 2;
  return [decibels(rep / full), decibels(prospect / full)];
}

/** @param {number} power of full scale @returns {number} */
function decibels(power) {
  return Math.max(LOWEST_DB, 10 * Math.log10(power || 1e-12));
}

/** @returns {{hear: (levels: [number, number]) => void, verdict: () => Verdict}} to be told each block's levels */
export function createCheck() {
  /** @type {number[]} */
  const rep = [];
  /** @type {number[]} */
  const prospect = [];
  let heard = 0;
  /** @type {Leak} */
  let leak = null;
  /** @type {Leak} */
  let candidate = null;
  let times = 0;

  return {
    hear([repDb, prospectDb]) {
      rep.push(repDb);
      prospect.push(prospectDb);
      if (rep.length > WINDOW) {
        rep.shift();
        prospect.shift();
      }
      heard += 1;
      if (heard % EVERY > 0) return;
      const found = leakOf(rep, prospect);
      times = found === candidate ? times + 1 : 1;
      candidate = found;
      if (times >= TIMES) leak = found;
    },
    verdict: () => ({ rep: hearingOf(rep), prospect: hearingOf(prospect), leak }),
  };
}

/** @param {number[]} side dB a block, oldest first @returns {Hearing} */
export function hearingOf(side) {
  const lately = side.slice(-LATELY);
  if (lately.length >= SOON && lately.every((db) => db < DEAD_DB)) return "dead";
  const least = Math.max(SPEECH_DB, noiseOf(lately) + OVER_NOISE_DB);
  return lately.filter((db) => db > least).length >= LEAST_SPEECH ? "heard" : "quiet";
}

/**
 * Who is heard on both channels, by the last seconds of both.
 * @param {number[]} rep dB a block @param {number[]} prospect the same time @returns {Leak}
 */
export function leakOf(rep, prospect) {
  const inRep = likeness(prospect, rep, SOONEST);
  const inProspect = likeness(rep, prospect, CLEARLY_LATER);
  if (Math.max(inRep, inProspect) < ALIKE) return null;
  return inRep >= inProspect ? "prospect_in_rep" : "rep_in_prospect";
}

/**
 * How far a side's loudness follows that of one who speaks, at the delay at which it does so most.
 * @param {number[]} speaker @param {number[]} other @param {number} soonest delay in blocks @returns {number} -1 to 1
 */
function likeness(speaker, other, soonest) {
  const places = placesAround(speaker);
  const [one, two] = [speaker.map(clip), other.map(clip)];
  let most = 0;
  for (let delay = soonest; delay <= LATEST; delay += 1) most = Math.max(most, correlation(one, two, places, delay));
  return most;
}

/** @param {number[]} side @returns {number[]} the blocks in which it speaks, and those around */
function placesAround(side) {
  const least = Math.max(FAINTEST_DB, noiseOf(side) + OVER_NOISE_DB);
  let last = -Infinity;
  const isNear = side.map((db, at) => {
    if (db > least) last = at;
    return at - last <= AROUND;
  });
  let next = Infinity;
  for (let at = side.length - 1; at >= 0; at -= 1) {
    if (side[at] > least) next = at;
    if (next - at <= AROUND) isNear[at] = true;
  }
  return [...side.keys()].filter((at) => isNear[at]);
}

/** @param {number[]} side @returns {number} dB that a tenth of its blocks stay below */
function noiseOf(side) {
  return [...side].sort((a, b) => a - b)[Math.floor(side.length / 10)] ?? LOWEST_DB;
}

/** @param {number} db @returns {number} */
function clip(db) {
  return Math.max(FAINTEST_DB, db);
}

/**
 * Pearson's, of one at these places and the other so much later; 0 where either hardly changes, or too few are left.
 * @param {number[]} one @param {number[]} other @param {number[]} places @param {number} delay @returns {number}
 */
function correlation(one, other, places, delay) {
  let count = 0;
  let [x, y, xx, yy, xy] = [0, 0, 0, 0, 0];
  for (const at of places) {
    if (at + delay < 0 || at + delay >= other.length) continue;
    const [a, b] = [one[at], other[at + delay]];
    count += 1;
    x += a;
    y += b;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  const [xSpread, ySpread] = [xx / count - (x / count) ** 2, yy / count - (y / count) ** 2];
  if (count < LEAST_SPOKEN || Math.min(xSpread, ySpread) < LEAST_SPREAD_DB ** 2) return 0;
  return (xy / count - (x / count) * (y / count)) / Math.sqrt(xSpread * ySpread);
}
