// The clock of a replay: the call's sound where it was kept, else one of our own; both play, pause, seek and hurry.

/**
 * All times are ms on the call's clock, speeds are multiples of its own.
 * @typedef {{now: () => number, isPlaying: () => boolean, play: () => void, pause: () => void,
 *   seek: (atMs: number) => void, hurry: (speed: number) => void}} Clock
 */

/**
 * A clock without sound, which stops at the call's end.
 * @param {number} lengthMs @param {() => number} realMs monotonic @returns {Clock}
 */
export function silentClock(lengthMs, realMs) {
  let fromMs = 0;
  let startedMs = /** @type {number | null} */ (null);
  let speed = 1;
  const now = () => Math.min(lengthMs, startedMs === null ? fromMs : fromMs + (realMs() - startedMs) * speed);
  const set = (/** @type {number} */ atMs, /** @type {boolean} */ isPlaying) => {
    fromMs = atMs;
    startedMs = isPlaying ? realMs() : null;
  };
  const isPlaying = () => startedMs !== null && now() < lengthMs;
  return {
    now,
    isPlaying,
    play: () => set(now() < lengthMs ? now() : 0, true),
    pause: () => set(now(), false),
    seek: (atMs) => set(Math.min(lengthMs, Math.max(0, atMs)), isPlaying()),
    hurry: (wanted) => {
      set(now(), isPlaying());
      speed = wanted;
    },
  };
}

/**
 * The call's sound as its clock. It may be a moment shorter than the call: where it ends, the call does.
 * @param {HTMLAudioElement} sound @param {number} lengthMs @returns {Clock}
 */
export function soundClock(sound, lengthMs) {
  return {
    now: () => (sound.ended ? lengthMs : Math.min(lengthMs, sound.currentTime * 1000)),
    isPlaying: () => !sound.paused && !sound.ended,
    play: () => void sound.play(),
    pause: () => sound.pause(),
    seek: (atMs) => {
      sound.currentTime = atMs / 1000;
    },
    hurry: (speed) => {
      sound.defaultPlaybackRate = sound.playbackRate = speed;
    },
  };
}
