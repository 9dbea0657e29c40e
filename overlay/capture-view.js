// The capture page's state put on the page; text only ever through textContent.

import { disable, element, show, write } from "./page.js";

/**
 * @typedef {import("./capture-words.js").Saying} Saying
 * @typedef {import("./capture-words.js").Strings} Strings
 *
 * `repDb` and `prospectDb` are how loud each side is now; `isOn`: a call is under way.
 * @typedef {{rep: Saying, prospect: Saying, check: Saying, line: Saying, repDb: number, prospectDb: number,
 *   hasRep: boolean, hasProspect: boolean, canStart: boolean, isOn: boolean}} CaptureView
 */

const QUIETEST_DB = -60;
const MOST_LETTERS = 200;
const MOST_WORDS = 200;

/** @param {CaptureView} view @param {Strings} strings */
export function renderCapture(view, strings) {
  say("rep-says", view.rep);
  say("prospect-says", view.prospect);
  say("check", view.check);
  say("line", view.line);
  level("rep-level", view.repDb);
  level("prospect-level", view.prospectDb);
  write("prospect-open", view.hasProspect ? strings.chooseAnother : strings.chooseMeeting);
  show("rep-open", !view.hasRep);
  show("choice", view.hasRep);
  show("start", !view.isOn);
  show("stop", view.isOn);
  disable("start", !view.canStart);
  disable("about", view.isOn);
}

/**
 * Lists the microphones.
 * @param {{id: string, name: string}[]} microphones @param {string} chosen @param {Strings} strings
 */
export function renderMicrophones(microphones, chosen, strings) {
  const list = /** @type {HTMLSelectElement} */ (element("microphone"));
  list.replaceChildren(
    ...microphones.map(({ id, name }, place) => {
      const option = document.createElement("option");
      option.value = id;
      option.textContent = name || strings.microphoneNumber(place + 1);
      option.selected = id === chosen;
      return option;
    }),
  );
}

/** @returns {object} what is known of the call, as the server takes it */
export function metadataOf() {
  const prospect = textOf("prospect-name");
  const company = textOf("company-name");
  const record = /** @type {HTMLSelectElement} */ (element("record")).value;
  return {
    names: prospect ? { prospect } : {},
    company: company || null,
    expect: expectedOf(textOf("expect")),
    record: record === "" ? null : record === "yes",
  };
}

/**
 * The words of a list, no more and no longer than the server takes: a slip of the pen must not cost the call.
 * @param {string} text with commas between @returns {string[]}
 */
export function expectedOf(text) {
  const words = text.split(",").map((word) => word.trim().slice(0, MOST_LETTERS));
  return words.filter((word) => word).slice(0, MOST_WORDS);
}

/** @param {string} id @returns {string} */
function textOf(id) {
  return /** @type {HTMLInputElement} */ (element(id)).value.trim();
}

/** @param {string} id @param {Saying} saying */
function say(id, { tone, text }) {
  const at = element(id);
  if (at.dataset.tone !== tone) at.dataset.tone = tone;
  write(id, text);
}

/** @param {string} id @param {number} db */
function level(id, db) {
  const part = Math.min(1, Math.max(0, 1 - db / QUIETEST_DB));
  const bar = element(id);
  bar.style.transform = `scaleX(${part.toFixed(3)})`;
  if (bar.parentElement) bar.parentElement.ariaValueNow = String(Math.round(100 * part));
}
