// A stored call on its way to the overlay again: which of its events are due at a time; pure.

/**
 * The events of a call out of lines of JSON, in the order in which they were told; what is no event is let go.
 * @param {string} text @returns {import("./types.d.ts").CallEvent[]}
 */
export function eventsOf(text) {
  return text.split("\n").map(parsed).filter((event) => event !== null);
}

/**
 * How long the call is: to its end, or to the last that was told of it.
 * @param {import("./types.d.ts").CallEvent[]} events @returns {number} ms
 */
export function lengthOf(events) {
  return events.reduce((length, { at_ms }) => Math.max(length, at_ms), 0);
}

/**
 * Whether the call's sound was kept to its end.
 * @param {import("./types.d.ts").CallEvent[]} events @returns {boolean}
 */
export function wasRecorded(events) {
  const told = events.filter(({ kind }) => kind === "recording_changed").at(-1);
  return told?.kind === "recording_changed" && told.is_on;
}

/**
 * Gives each event once, in order, as the call's clock reaches it; a clock that was put back begins anew.
 * @param {import("./types.d.ts").CallEvent[]} events
 * @returns {(atMs: number) => {isAnew: boolean, due: import("./types.d.ts").CallEvent[]}}
 */
export function createScript(events) {
  let next = 0;
  let reachedMs = -1;
  return (atMs) => {
    const isAnew = atMs < reachedMs;
    if (isAnew) next = 0;
    reachedMs = atMs;
    const first = next;
    // By the place in the journal, not by time alone: what was told first comes first, even within one millisecond.
    while (next < events.length && events[next].at_ms <= atMs) next += 1;
    return { isAnew, due: events.slice(first, next) };
  };
}

/** @param {string} line @returns {any} */
function parsed(line) {
  try {
    const event = JSON.parse(line);
    return typeof event?.kind === "string" && Number.isFinite(event.at_ms) ? event : null;
  } catch {
    return null;
  }
}
