// The capture page's composition root: two sources into a worklet, its sound into the check and onto the line.

import { createCheck, levels } from "./capture-check.js";
import { openLine } from "./capture-line.js";
import { SourceFault, canCapture, createSound, microphones, openMeeting, openMicrophone } from "./capture-sound.js";
import { metadataOf, renderCapture, renderMicrophones } from "./capture-view.js";
import { checkSaying, lineSaying, sideSaying } from "./capture-words.js";
import { fill, languageFor } from "./catalogue.js";
import { captureLanguages } from "./languages.js";
import { element } from "./page.js";
import { secret, socketUrl } from "./sockets.js";
import { admitted, tokenOf } from "./token.js";

/** @typedef {import("./capture-sound.js").Side} Side */

const RENDER_BLOCKS = 5;
const FALL_DB = 1.5; // a block: a bar that falls slowly can be read

const language = languageFor(navigator.languages, captureLanguages);
const { strings } = await import(`./capture-strings.${language}.js`);
const token = tokenOf(window);
const check = createCheck();
/** @type {Record<Side, import("./capture-words.js").Source>} */
const sources = { rep: "off", prospect: "off" };
/** @type {Record<Side, number>} */
const shownDb = { rep: -Infinity, prospect: -Infinity };
/** @type {ReturnType<typeof createSound> | null} */
let sound = null;
/** @type {import("./capture-line.js").Line | null} */
let line = null;
let blocks = 0;

/** @param {Int16Array} block */
function take(block) {
  const [rep, prospect] = levels(block);
  check.hear([rep, prospect]);
  shownDb.rep = Math.max(rep, shownDb.rep - FALL_DB);
  shownDb.prospect = Math.max(prospect, shownDb.prospect - FALL_DB);
  line?.put(block);
  blocks += 1;
  if (blocks % RENDER_BLOCKS === 0) render();
}

function render() {
  const verdict = check.verdict();
  const isReady = sources.rep === "on" && sources.prospect === "on";
  const state = line?.state() ?? null;
  const isOn = state !== null && state.phase !== "ended" && state.phase !== "refused";
  const view = {
    rep: sideSaying("rep", sources.rep, verdict.rep, strings),
    prospect: sideSaying("prospect", sources.prospect, verdict.prospect, strings),
    check: checkSaying(sources.rep, sources.prospect, verdict, strings),
    line: lineSaying(state, isReady, strings),
    repDb: shownDb.rep,
    prospectDb: shownDb.prospect,
    hasRep: sources.rep === "on",
    hasProspect: sources.prospect === "on",
    canStart: isReady,
    isOn,
  };
  renderCapture(view, strings);
}

/**
 * Opens a side's source and puts it in its place; what stood there before goes on if that fails.
 * @param {Side} side @param {Promise<MediaStream>} opening
 */
async function use(side, opening) {
  try {
    const stream = await opening;
    (await soundFor(stream)).use(side, stream, () => set(side, "ended"));
    set(side, "on");
    if (side === "rep") await listMicrophones(stream.getAudioTracks()[0].getSettings().deviceId ?? "");
  } catch (error) {
    if (!(error instanceof SourceFault)) throw error;
    if (sources[side] !== "on") set(side, error.fault);
  }
}

/**
 * The worklet, made with the first source. Where it cannot be, that source is let go, and the next one tries again.
 * @param {MediaStream} stream
 */
async function soundFor(stream) {
  sound ??= createSound(take);
  try {
    return await sound;
  } catch (error) {
    sound = null;
    for (const track of stream.getTracks()) track.stop();
    throw error;
  }
}

/** @param {Side} side @param {import("./capture-words.js").Source} source */
function set(side, source) {
  sources[side] = source;
  render();
}

/** @param {string} chosen */
async function listMicrophones(chosen) {
  renderMicrophones(await microphones(), chosen, strings);
}

/** @returns {string} the microphone chosen in the list */
function chosenMicrophone() {
  return /** @type {HTMLSelectElement} */ (element("microphone")).value;
}

function start() {
  line = openLine(socketUrl("/call/browser"), metadataOf(), {
    WebSocket: admitted(WebSocket, token, window),
    now: () => performance.now(),
    random: Math.random,
    secret,
  });
  render();
}

/** The call's last words are waited for, but no more is heard of either side. */
async function stop() {
  line?.stop();
  (await sound)?.release();
  sources.rep = sources.prospect = "off";
  render();
}

/** @param {string} id @param {string} event @param {() => void} react */
function on(id, event, react) {
  element(id).addEventListener(event, react);
}

on("rep-open", "click", () => use("rep", openMicrophone("")));
on("prospect-open", "click", () => use("prospect", openMeeting()));
on("microphone", "change", () => use("rep", openMicrophone(chosenMicrophone())));
navigator.mediaDevices?.addEventListener("devicechange", () => listMicrophones(chosenMicrophone()));
on("start", "click", start);
on("stop", "click", stop);
addEventListener("pagehide", () => line?.leave());
document.documentElement.lang = language;
document.title = strings.title;
document.body.dataset.able = String(canCapture());
fill(document, strings);
render();
