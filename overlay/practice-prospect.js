// The prospect's voice: each line is heard aloud, and is at the same time a source for the call's sound.

/**
 * @typedef {{stream: MediaStream, say: (url: string) => Promise<boolean>, stop: () => void}} Prospect
 *
 * `say` is done when the line has been played, or at once where it cannot be: then it gives false. `stop` cuts it short.
 */

/** Only a click may ask for this. @returns {Promise<Prospect>} */
export async function createProspect() {
  const context = new AudioContext();
  await context.resume();
  const wire = context.createMediaStreamDestination();
  let stop = () => {};

  return {
    stream: wire.stream,
    async say(url) {
      const sound = await fetched(context, url);
      if (sound === null) return false;
      const source = context.createBufferSource();
      source.buffer = sound;
      source.connect(wire);
      source.connect(context.destination);
      stop = () => source.stop();
      await new Promise((done) => {
        source.onended = done;
        source.start();
      });
      return true;
    },
    stop: () => stop(),
  };
}

/** @param {AudioContext} context @param {string} url @returns {Promise<AudioBuffer | null>} */
async function fetched(context, url) {
  try {
    const answer = await fetch(url);
    return answer.ok ? await context.decodeAudioData(await answer.arrayBuffer()) : null;
  } catch {
    return null; // the server is gone, or this browser cannot read the file
  }
}
