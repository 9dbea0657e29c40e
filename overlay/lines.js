// The last lines of both sides, put on the page; each keeps its element while its words settle.

import { element, mark, setText } from "./page.js";

/**
 * @typedef {import("./types.d.ts").State} State
 * @typedef {import("./types.d.ts").Line} Line
 * @typedef {import("./types.d.ts").Strings} Strings
 */

/** @type {Map<string, HTMLElement>} the lines on the page by speaker and utterance */
const rows = new Map();
/** Where the lines were last scrolled to from here, and in which document: in another they begin at their top. */
let followedTo = 0;
let followedIn = document;

/** @param {State} state @param {Strings} strings */
export function renderLines({ lines, names, isViewer }, strings) {
  const list = element("lines");
  const rep = isViewer ? names.rep || strings.rep : strings.you;
  const who = { rep, prospect: names.prospect || strings.prospect, mixed: strings.youOrThey };
  const keys = lines.map(({ speaker, utterance }) => `${speaker} ${utterance}`);
  for (const [key, row] of rows) {
    if (!keys.includes(key)) {
      row.remove();
      rows.delete(key);
    }
  }
  lines.forEach((line, place) => {
    const row = rows.get(keys[place]) ?? newRow(keys[place]);
    fillRow(row, line, lines[place - 1], who[line.speaker]);
    if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
  });
  follow(list);
}

/** Keeps the newest line in sight, unless the rep has scrolled back to read. @param {HTMLElement} list */
function follow(list) {
  if (list.ownerDocument !== followedIn) {
    followedIn = list.ownerDocument;
    followedTo = list.scrollTop;
  }
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

/** @param {HTMLElement} row @param {Line} line @param {Line | undefined} before the line above @param {string} who */
function fillRow(row, line, before, who) {
  const [speaker, words] = row.children;
  const [certain, tentative] = words.children;
  row.dataset.speaker = line.speaker;
  row.dataset.continues = String(before?.speaker === line.speaker);
  setText(speaker, who);
  setText(certain, line.committed);
  setText(tentative, line.committed && line.tentative ? ` ${line.tentative}` : line.tentative);
}
