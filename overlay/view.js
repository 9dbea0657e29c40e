// The state put on the page; text only ever through textContent, since what was said on a call is untrusted.

import { clockText, emptyText, lifeLeft, statusOf } from "./status.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Line} Line
 * @typedef {import("./offer.js").Suggestion} Suggestion
 */

const LONG_SENTENCE_CHARS = 84;
const DELIVERY = {
  label: "Say it, then stay silent",
  mirror: "Curious tone, then stay silent",
  summary: "Then wait for \u201cthat\u2019s right\u201d",
  question: "Calm voice, then listen",
};

/** @type {Map<string, HTMLElement>} the lines on the page by speaker and utterance */
const rows = new Map();
let shownId = "";
/** Where the lines were last scrolled to from here. */
let followedTo = 0;

/**
 * Shows the state. Touches only what differs from what is on the page.
 * @param {State} state @param {number} nowMs local monotonic time
 */
export function render(state, nowMs) {
  renderStatus(state, nowMs);
  renderOffer(state, nowMs);
  renderLines(state);
  renderKeys(state);
}

/** @param {State} state @param {number} nowMs */
function renderStatus(state, nowMs) {
  const { tone, headline, detail } = statusOf(state, nowMs);
  mark("status", "tone", tone);
  write("headline", headline);
  write("detail", detail);
  write("company", state.company ?? "");
  write("clock", clockText(state, nowMs));
}

/** @param {State} state @param {number} nowMs */
function renderOffer(state, nowMs) {
  const { shown, next, isPinned } = state.offer;
  mark("stage", "offer", shown === null ? "none" : "shown");
  mark("stage", "pinned", String(isPinned));
  write("empty", emptyText(state));
  write("pin-text", isPinned ? "Unpin" : "Pin");
  write("more", next === null ? "" : "1 more");
  element("life-left").style.transform = `scaleX(${lifeLeft(state, nowMs).toFixed(4)})`;
  // When it leaves, its words stay in place, so that there is something to fade; the style sheet hides them.
  if (shown !== null) renderSuggestion(shown, note(state, shown));
  if (shown !== null && shown.id !== shownId) enter(element("card"));
  shownId = shown?.id ?? "";
}

/** @param {Suggestion} shown @param {string} delivery */
function renderSuggestion(shown, delivery) {
  mark("stage", "doubtful", String(shown.isDoubtful || shown.isOver));
  mark("sentence", "length", shown.text.length > LONG_SENTENCE_CHARS ? "long" : "short");
  write("technique", shown.technique);
  write("delivery", delivery);
  write("sentence", shown.text);
  write("quote", shown.quote);
}

/** @param {State} state @param {Suggestion} shown @returns {string} */
function note({ offer: { isPinned }, speakers }, shown) {
  if (shown.isOver) return "Pinned. Its moment has passed";
  if (shown.isDoubtful) return "Their words changed";
  if (isPinned) return "Pinned";
  return speakers[0] === "mixed" ? "Uncertain: you may have said it" : (DELIVERY[shown.technique] ?? "");
}

/** @param {HTMLElement} card */
function enter(card) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const from = { opacity: 0, transform: "translateY(0.5rem)" };
  card.animate([from, { opacity: 1, transform: "none" }], { duration: 260, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)" });
}

/** @param {State} state */
function renderLines({ lines, names }) {
  const list = element("lines");
  const keys = lines.map(({ speaker, utterance }) => `${speaker} ${utterance}`);
  for (const [key, row] of rows) {
    if (!keys.includes(key)) {
      row.remove();
      rows.delete(key);
    }
  }
  lines.forEach((line, place) => {
    const row = rows.get(keys[place]) ?? newRow(keys[place]);
    fillRow(row, line, lines[place - 1], names);
    if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
  });
  follow(list);
}

/** Keeps the newest line in sight, unless the rep has scrolled back to read. @param {HTMLElement} list */
function follow(list) {
  const isLeftAlone = Math.abs(list.scrollTop - followedTo) < 2;
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
  if (isLeftAlone || isAtEnd) {
    list.scrollTop = list.scrollHeight;
    followedTo = list.scrollTop;
  }
  mark("lines", "scrolled", String(list.scrollTop > 0));
}

/** @param {string} key @returns {HTMLElement} a row with its place for the speaker, the certain words and the others */
function newRow(key) {
  const row = document.createElement("li");
  const words = document.createElement("p");
  const certain = document.createElement("span");
  const tentative = document.createElement("em");
  words.append(certain, tentative);
  row.append(document.createElement("p"), words);
  rows.set(key, row);
  return row;
}

/**
 * @param {HTMLElement} row @param {Line} line @param {Line | undefined} before the line above it
 * @param {Record<string, string>} names
 */
function fillRow(row, line, before, names) {
  const [speaker, words] = row.children;
  const [certain, tentative] = words.children;
  row.dataset.speaker = line.speaker;
  row.dataset.continues = String(before?.speaker === line.speaker);
  const name = { rep: "You", prospect: names.prospect || "Prospect", mixed: "You or they" };
  setText(speaker, name[line.speaker]);
  setText(certain, line.committed);
  setText(tentative, line.committed && line.tentative ? ` ${line.tentative}` : line.tentative);
}

/** @param {State} state */
function renderKeys({ hasKeys }) {
  mark("stage", "keys", hasKeys ? "on" : "off");
  write("keys", hasKeys ? "Shortcut keys: on" : "Shortcut keys: off");
}

/** @param {string} id @returns {HTMLElement} */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} id @param {string} text */
function write(id, text) {
  setText(element(id), text);
}

/** Writes only a change, or a screen reader would say the suggestion again. @param {Element} at @param {string} text */
function setText(at, text) {
  if (at.textContent !== text) at.textContent = text;
}

/** @param {string} id @param {string} name @param {string} value */
function mark(id, name, value) {
  const { dataset } = element(id);
  if (dataset[name] !== value) dataset[name] = value;
}
