// The last seconds of sound by its place since the start, so that what a cut kept from the server can be sent again.

/**
 * @typedef {{end: () => number, oldest: () => number, put: (block: Int16Array) => void,
 *   read: (from: number, count: number) => Int16Array}} Ring
 *
 * Places and counts are in samples of each channel. `end` is the place behind the newest, `oldest` that of the oldest
 * that is kept; `read` copies.
 */

/** @param {number} capacity samples kept @param {number} channels @returns {Ring} */
export function createRing(capacity, channels) {
  const kept = new Int16Array(capacity * channels);
  let end = 0;

  const oldest = () => Math.max(0, end - capacity);

  return {
    end: () => end,
    oldest,
    put(block) {
      const at = (end % capacity) * channels;
      const head = Math.min(block.length, kept.length - at);
      kept.set(block.subarray(0, head), at);
      kept.set(block.subarray(head), 0);
      end += block.length / channels;
    },
    read(from, count) {
      if (from < oldest() || from + count > end) throw new RangeError(`${from} + ${count} is not kept`);
      const sound = new Int16Array(count * channels);
      const at = (from % capacity) * channels;
      const head = Math.min(sound.length, kept.length - at);
      sound.set(kept.subarray(at, at + head));
      sound.set(kept.subarray(0, sound.length - head), head);
      return sound;
    },
  };
}
