// The one suggestion on screen, the one waiting behind a pin, and what may happen to them; pure.

/**
 * @typedef {import("./types.d.ts").Suggestion} Suggestion
 * @typedef {import("./types.d.ts").Offer} Offer
 */

/** How long one that was said stays, ticked off: to be seen, not read. */
export const USED_SHOWN_MS = 3_000;

/** Ids remembered so that a replay after a reconnect cannot bring a dismissed suggestion back. */
export const DISMISSED_KEPT = 32;

/** @type {Offer} */
export const emptyOffer = Object.freeze({ shown: null, next: null, isPinned: false, dismissedIds: [] });

/**
 * A suggestion came: it takes the screen, or waits while another is pinned.
 * @param {Offer} offer @param {Suggestion} suggestion @returns {Offer}
 */
export function offerNew(offer, suggestion) {
  if (offer.dismissedIds.includes(suggestion.id)) return offer;
  const isHeld = offer.isPinned && offer.shown !== null && offer.shown.id !== suggestion.id;
  return isHeld ? { ...offer, next: suggestion } : { ...offer, shown: suggestion };
}

/**
 * The server no longer offers it: it leaves, unless the rep holds it or has just said it.
 * @param {Offer} offer @param {string} id @returns {Offer}
 */
export function withdraw(offer, id) {
  return end(offer, (suggestion) => suggestion.id === id && suggestion.usedHow === null);
}

/**
 * The rep said it: ticked off, it stays for a moment.
 * @param {Offer} offer @param {string} id @param {"said" | "own_words"} usedHow @param {number} callMs @returns {Offer}
 */
export function tickOff(offer, id, usedHow, callMs) {
  if (offer.shown?.id !== id) return offer;
  const shown = { ...offer.shown, usedHow, isDoubtful: false, expiresMs: callMs + USED_SHOWN_MS };
  return { ...offer, shown };
}

/**
 * Time has passed: whatever has run out by `callMs` leaves, unless the rep holds it.
 * @param {Offer} offer @param {number} callMs @returns {Offer} the same object when nothing ran out
 */
export function expire(offer, callMs) {
  return end(offer, (suggestion) => suggestion.expiresMs <= callMs);
}

/**
 * The cue went away: what it earned becomes doubtful. The quote counts, since the same cue may come and go elsewhere.
 * @param {Offer} offer @param {string} cue @param {string} quote @returns {Offer}
 */
export function doubt(offer, cue, quote) {
  return markDoubt(offer, true, (suggestion) => suggestion.cue === cue && suggestion.quote === quote);
}

/**
 * The cue was heard, perhaps in other words than before: what it earned is certain again.
 * @param {Offer} offer @param {string} cue @returns {Offer}
 */
export function trust(offer, cue) {
  return markDoubt(offer, false, (suggestion) => suggestion.cue === cue);
}

/**
 * Holds the suggestion on screen, or lets it go: then the one that waited follows, or it leaves if it is over.
 * @param {Offer} offer @returns {Offer}
 */
export function togglePin(offer) {
  if (offer.shown === null) return offer;
  if (!offer.isPinned) return { ...offer, isPinned: true };
  const staying = offer.shown.isOver ? null : offer.shown;
  return { ...offer, isPinned: false, shown: offer.next ?? staying, next: null };
}

/**
 * Makes room for another: the one that waited, or what the server finds; a pin is taken off.
 * @param {Offer} offer @returns {Offer}
 */
export function advance(offer) {
  if (offer.next !== null) return { ...offer, isPinned: false, shown: offer.next, next: null };
  return offer.isPinned ? togglePin(offer) : offer;
}

/**
 * Removes the suggestion on screen for good; the one that waited follows.
 * @param {Offer} offer @returns {Offer}
 */
export function dismiss(offer) {
  if (offer.shown === null) return offer;
  const dismissedIds = [...offer.dismissedIds, offer.shown.id].slice(-DISMISSED_KEPT);
  return { shown: offer.next, next: null, isPinned: false, dismissedIds };
}

/**
 * The call is over: nothing is on offer any more; only what is pinned stays to be read.
 * @param {Offer} offer @returns {Offer}
 */
export function close(offer) {
  return end(offer, () => true);
}

/**
 * @param {Offer} offer @param {boolean} isDoubtful @param {(suggestion: Suggestion) => boolean} isMeant
 * @returns {Offer}
 */
function markDoubt(offer, isDoubtful, isMeant) {
  /** @param {Suggestion | null} suggestion */
  const mark = (suggestion) =>
    suggestion !== null && isMeant(suggestion) ? { ...suggestion, isDoubtful } : suggestion;
  return { ...offer, shown: mark(offer.shown), next: mark(offer.next) };
}

/**
 * @param {Offer} offer @param {(suggestion: Suggestion) => boolean} hasEnded @returns {Offer}
 */
function end(offer, hasEnded) {
  const { shown, next } = offer;
  const shownEnds = shown !== null && !shown.isOver && hasEnded(shown);
  const nextEnds = next !== null && hasEnded(next);
  if (!shownEnds && !nextEnds) return offer;
  const kept = offer.isPinned && shown !== null ? { ...shown, isOver: true } : null;
  return { ...offer, shown: shownEnds ? kept : shown, next: nextEnds ? null : next };
}
