// The audio thread: both sides' samples as interleaved 16-bit PCM, posted 20 ms at a time. While it runs it allocates
// nothing, so that no collection of garbage ever makes it late; the copy that a message is, is the browser's.

const SIDES = 2;
const BLOCK_SAMPLES = 320;

/** Input 0 is the microphone, input 1 the meeting; a side without a source is silent, and the clock runs on. */
class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Int16Array(SIDES * BLOCK_SAMPLES);
    this.filled = 0;
  }

  /**
   * @param {Float32Array[][]} inputs one mono channel each, none where nothing is connected
   * @param {Float32Array[][]} outputs silent; its length is that of the inputs
   * @returns {boolean} true: to be kept running
   */
  process(inputs, outputs) {
    const rep = inputs[0][0];
    const prospect = inputs[1][0];
    const count = outputs[0][0].length;
    for (let i = 0; i < count; i += 1) {
      this.block[SIDES * this.filled] = rep === undefined ? 0 : pcm(rep[i]);
      this.block[SIDES * this.filled + 1] = prospect === undefined ? 0 : pcm(prospect[i]);
      this.filled += 1;
      if (this.filled === BLOCK_SAMPLES) {
        this.port.postMessage(this.block);
        this.filled = 0;
      }
    }
    return true;
  }
}

/** @param {number} sample -1 to 1, or beyond where a source is too loud @returns {number} */
function pcm(sample) {
  if (sample >= 1) return 32_767;
  return sample <= -1 ? -32_768 : Math.round(sample * 32_767);
}

registerProcessor("capture", Capture);
