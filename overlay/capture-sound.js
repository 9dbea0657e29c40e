// The two sources, the rep's microphone and the meeting's sound, brought into one worklet and never mixed.

import { RATE_HZ } from "./capture-line.js";

/**
 * @typedef {"rep" | "prospect"} Side
 *
 * Why there is no source: `refused` by the rep or the browser, `none` there (or without sound), `ended` by itself;
 * `broken` where the browser cannot run the worklet, or lets no sound of another rate into it.
 * @typedef {"refused" | "none" | "ended" | "broken"} Fault
 */

/** The browser takes what its own loudspeakers play out of the microphone; all else would only blur the words. */
const MICROPHONE = { echoCancellation: true, noiseSuppression: false, autoGainControl: false, channelCount: 1 };
const ABSENT = ["NotFoundError", "OverconstrainedError", "NotReadableError"];
const UNTOUCHED = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

export class SourceFault extends Error {
  /** @param {Fault} fault */
  constructor(fault) {
    super(fault);
    this.fault = fault;
  }
}

/**
 * Whether this browser can give both sides' sound at all. Firefox and Safari share pictures without sound; those that
 * give a tab's know of the wish not to play it meanwhile.
 * @returns {boolean}
 */
export function canCapture() {
  const { mediaDevices } = navigator;
  if (!("AudioWorkletNode" in globalThis) || mediaDevices?.getDisplayMedia === undefined) return false;
  return "suppressLocalAudioPlayback" in mediaDevices.getSupportedConstraints();
}

/**
 * Opens a microphone: this one, or the browser's choice.
 * @param {string} deviceId empty for the browser's choice @returns {Promise<MediaStream>}
 */
export async function openMicrophone(deviceId) {
  const wanted = deviceId === "" ? {} : { deviceId: { exact: deviceId } };
  return opened(navigator.mediaDevices.getUserMedia({ audio: { ...MICROPHONE, ...wanted } }));
}

/**
 * Lets the rep choose where the meeting is; its picture is let go at once. Only a click may ask for this.
 * @returns {Promise<MediaStream>}
 */
export async function openMeeting() {
  const wish = { video: true, audio: UNTOUCHED, systemAudio: "include", selfBrowserSurface: "exclude" };
  const stream = await opened(navigator.mediaDevices.getDisplayMedia(/** @type {any} */ (wish)));
  for (const picture of stream.getVideoTracks()) picture.stop();
  if (stream.getAudioTracks().length === 0) throw new SourceFault("none");
  return stream;
}

/** @param {Promise<MediaStream>} asked @returns {Promise<MediaStream>} */
async function opened(asked) {
  try {
    return await asked;
  } catch (error) {
    const { name } = /** @type {DOMException} */ (error);
    throw new SourceFault(ABSENT.includes(name) ? "none" : "refused");
  }
}

/** @returns {Promise<{id: string, name: string}[]>} the microphones there are; nameless until one was opened */
export async function microphones() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter(({ kind }) => kind === "audioinput")
    .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
}

/** @param {AudioContext} context @returns {Promise<AudioWorkletNode>} in it, running */
async function worklet(context) {
  await context.audioWorklet.addModule("capture-worklet.js");
  const mono = { channelCount: 1, channelCountMode: /** @type {const} */ ("explicit") };
  const node = new AudioWorkletNode(context, "capture", { numberOfInputs: 2, outputChannelCount: [1], ...mono });
  node.connect(context.destination); // it is silent, and what is not connected is not run
  await context.resume();
  return node;
}

/** @param {AudioContext} context @param {MediaStream} stream let go where it cannot be one @returns {AudioNode} */
function sourceOf(context, stream) {
  try {
    return context.createMediaStreamSource(stream);
  } catch {
    for (const track of stream.getTracks()) track.stop();
    throw new SourceFault("broken"); // an older Firefox (its bug 1674892)
  }
}

/**
 * The worklet that all sound goes through, running from now on; rejects with a SourceFault where there can be none.
 * @param {(block: Int16Array) => void} onBlock told 20 ms of both sides, silence where there is no source
 * @returns {Promise<{use: (side: Side, stream: MediaStream, onEnd: () => void) => void, release: () => void}>}
 *   `use` puts a source in a side's place; `release` lets both go, and silence goes on
 */
export async function createSound(onBlock) {
  const context = new AudioContext({ sampleRate: RATE_HZ });
  const node = await worklet(context).catch(() => {
    context.close();
    throw new SourceFault("broken");
  });
  node.port.onmessage = ({ data }) => onBlock(data);
  /** @type {Map<Side, () => void>} */
  const used = new Map();

  return {
    use(side, stream, onEnd) {
      used.get(side)?.();
      const source = sourceOf(context, stream);
      source.connect(node, 0, side === "rep" ? 0 : 1);
      const [track] = stream.getAudioTracks();
      track.onended = onEnd;
      used.set(side, () => {
        track.onended = null;
        source.disconnect();
        for (const each of stream.getTracks()) each.stop();
      });
    },
    release() {
      for (const stop of used.values()) stop();
      used.clear();
    },
  };
}
