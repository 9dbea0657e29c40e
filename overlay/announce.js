// What a screen reader is told, so that it hears each suggestion once and is not flooded; pure.

/** After anything was said, a change of the status line waits so long, and only the last one is said. */
export const APART_MS = 4_000;

/**
 * `text` is what the live region holds. `id` is the last suggestion said, `headline` the last headline.
 * @typedef {{text: string, id: string, headline: string, notice: string, atMs: number}} Said
 */

/** @type {Said} */
export const nothingSaid = Object.freeze({ text: "", id: "", headline: "", notice: "", atMs: -APART_MS });

/**
 * What to have said now: a suggestion or an answer to the rep at once, the status line when it is due. A quiet
 * headline says nothing, and makes the next grave one heard even if it is the same as before.
 * @param {Said} before
 * @param {{id: string, sentence: string, notice: string, headline: string, isQuiet: boolean}} now `id` and `notice`
 *   are empty where there is none
 * @param {number} nowMs local monotonic time @returns {Said} the same object when there is nothing new to say
 */
export function announce(before, { id, sentence, notice, headline, isQuiet }, nowMs) {
  if (notice !== before.notice) {
    const said = { ...before, notice };
    return notice === "" ? said : { ...said, text: notice, atMs: nowMs };
  }
  if (id !== "" && id !== before.id) return { ...before, text: sentence, id, atMs: nowMs };
  if (headline === before.headline || nowMs - before.atMs < APART_MS) return before;
  return isQuiet ? { ...before, text: "", headline } : { ...before, text: headline, headline, atMs: nowMs };
}
