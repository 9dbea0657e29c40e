// A stored call watched again in the overlay, in step with its sound: a bar to play, seek and hurry.

import { timeText } from "./pulse.js";
import { silentClock, soundClock } from "./replay-clock.js";
import { createScript, eventsOf, lengthOf, wasRecorded } from "./replay-script.js";

/**
 * What the overlay does with it: `begin` forgets all that was told before, `goBy` is given the time to go by.
 * @typedef {{onEvent: (event: any) => void, onLink: (isOpen: boolean) => void, begin: () => void,
 *   goBy: (now: () => number) => void, words: import("./types.d.ts").Strings["replay"]}} Use
 */

const TICK_MS = 40;
const SPEEDS = [1, 1.5, 2, 3, 4];
const STEP_MS = 5_000;

/**
 * Shows the bar and tells the call's events as its clock reaches them.
 * @param {string} call @param {Use} use
 * @returns {Promise<ReturnType<typeof import("./connection.js").keepConnected>>} a connection to nobody
 */
export async function openReplay(call, { onEvent, onLink, begin, goBy, words }) {
  const address = `/calls/${encodeURIComponent(call)}`;
  const bar = barOf(words, address);
  const events = await eventsAt(`${address}/events`);
  const sound = wasRecorded(events) ? await soundAt(`${address}/sound`) : null;
  const lengthMs = lengthOf(events);
  const clock = sound === null ? silentClock(lengthMs, () => performance.now()) : soundClock(sound, lengthMs);
  const script = createScript(events);
  /** While events are told, the time is theirs, however late they are told. @type {number | null} */
  let tellingMs = null;

  function tick() {
    const atMs = clock.now();
    const { isAnew, due } = script(atMs);
    if (isAnew) begin();
    for (const event of due) {
      tellingMs = event.at_ms;
      onEvent(event);
    }
    tellingMs = null;
    bar.show(atMs, lengthMs, clock.isPlaying());
  }

  /** @param {number} atMs */
  function seek(atMs) {
    clock.seek(Math.min(lengthMs, Math.max(0, atMs)));
    tick();
  }

  if (events.length === 0) {
    bar.refuse();
  } else {
    bar.listen({
      toggle: () => (clock.isPlaying() ? clock.pause() : clock.play()),
      seek,
      hurry: clock.hurry,
      hasSound: sound !== null,
    });
    goBy(() => tellingMs ?? clock.now());
    onLink(true);
    setInterval(tick, TICK_MS);
    tick();
  }
  return { rewatch: () => {}, send: () => {}, close: () => {} };
}

/** @param {string} url @returns {Promise<import("./types.d.ts").CallEvent[]>} none where there is no such call */
async function eventsAt(url) {
  const answer = await fetch(url).catch(() => null);
  return answer?.ok ? eventsOf(await answer.text()) : [];
}

/** @param {string} url @returns {Promise<HTMLAudioElement | null>} null where the sound is not there any more */
function soundAt(url) {
  const sound = document.createElement("audio");
  sound.preload = "auto";
  return new Promise((done) => {
    sound.addEventListener("loadedmetadata", () => done(sound), { once: true });
    sound.addEventListener("error", () => done(null), { once: true });
    sound.src = url;
  });
}

/** @param {Use["words"]} words @param {string} address of the call's debrief */
function barOf(words, address) {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = "replay.css";
  document.head.append(sheet);
  const bar = document.createElement("section");
  bar.id = "replay";
  bar.ariaLabel = words.bar;
  const play = made(bar, "button", "replay-play");
  const position = /** @type {HTMLInputElement} */ (made(bar, "input", "replay-position"));
  const time = made(bar, "span", "replay-time");
  const speed = /** @type {HTMLSelectElement} */ (made(bar, "select", "replay-speed"));
  const note = made(bar, "span", "replay-note");
  const back = /** @type {HTMLAnchorElement} */ (made(bar, "a", "replay-back"));
  back.href = address;
  back.textContent = words.debrief;
  play.textContent = words.play;
  position.type = "range";
  position.ariaLabel = words.position;
  speed.ariaLabel = words.speed;
  for (const times of SPEEDS) speed.append(new Option(`${times}\u00d7`, String(times)));
  document.body.append(bar);
  document.body.dataset.replay = "on";
  return {
    /** @param {number} atMs @param {number} lengthMs @param {boolean} isPlaying */
    show(atMs, lengthMs, isPlaying) {
      const word = isPlaying ? words.pause : words.play;
      if (play.textContent !== word) play.textContent = word;
      position.max = String(lengthMs);
      position.value = String(atMs);
      position.ariaValueText = timeText(atMs);
      time.textContent = `${timeText(atMs)} / ${timeText(lengthMs)}`;
    },
    /** @param {{toggle: () => void, seek: (ms: number) => void, hurry: (speed: number) => void, hasSound: boolean}} on */
    listen({ toggle, seek, hurry, hasSound }) {
      position.step = "any";
      note.textContent = hasSound ? "" : words.noSound;
      play.addEventListener("click", toggle);
      position.addEventListener("input", () => seek(Number(position.value)));
      position.addEventListener("keydown", (event) => {
        const steps = { ArrowLeft: -STEP_MS, ArrowDown: -STEP_MS, ArrowRight: STEP_MS, ArrowUp: STEP_MS };
        if (!Object.hasOwn(steps, event.key)) return;
        event.preventDefault();
        seek(Number(position.value) + steps[/** @type {keyof typeof steps} */ (event.key)]);
      });
      speed.addEventListener("change", () => hurry(Number(speed.value)));
    },
    refuse() {
      note.textContent = words.noCall;
      back.href = "/calls";
      back.textContent = words.pastCalls;
      document.body.dataset.replay = "none";
      for (const one of [play, position, speed, time]) one.remove();
    },
  };
}

/** @param {HTMLElement} bar @param {string} name @param {string} id @returns {HTMLElement} */
function made(bar, name, id) {
  const one = document.createElement(name);
  one.id = id;
  if (one instanceof HTMLButtonElement) one.type = "button";
  bar.append(one);
  return one;
}
