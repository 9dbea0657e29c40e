// The preparation's composition root: the fields go to the server, and what it makes of them comes back.

import { fill, languageFor } from "./catalogue.js";
import { keepConnected } from "./connection.js";
import { languages } from "./languages.js";
import { element, write } from "./page.js";
import { fieldsOf, nothing, preparationOf, tooMuchIn } from "./prepare-thoughts.js";
import { socketUrl, worldWith } from "./sockets.js";
import { admitted, tokenOf } from "./token.js";

/** @typedef {keyof import("./prepare-thoughts.js").Fields} Field */

/** Where each field stands on the page. @type {Record<Field, string>} */
const PLACES = {
  who: "who",
  company: "their-company",
  pressures: "pressures",
  win: "win",
  fears: "fears",
  expect: "expected",
};
/** What is more than a calm word. @type {Record<string, string>} */
const TONES = { kept: "good", taken: "good", cut: "problem", refused: "problem", too_much: "problem" };
const FIELDS = /** @type {Field[]} */ (Object.keys(PLACES));

const language = languageFor(navigator.languages, languages);
const { strings } = await import(`./strings.${language}.js`);
const words = strings.preparation;
/** What the page says. */
let state = "connecting";
/** Whether something was typed since the server last kept it: a cut of the line, too, leaves it as it is. */
let isUnsent = false;
/** Whether the server was told something that it has not answered. */
let isAsking = false;
let isOpen = false;

const connection = keepConnected(
  {
    url: socketUrl("/overlay"),
    watch: () => ({ kind: "watch", call: null, after_seq: null }),
    onEvent: heard,
    onLink: linked,
    onRefused: () => tell("refused"),
  },
  worldWith(admitted(WebSocket, tokenOf(window), window)),
);

/** @param {any} event */
function heard(event) {
  if (event.kind === "prepared") take(event);
  if (event.kind === "call_prepared" && state === "kept") taken();
}

/** @param {boolean} isOpenNow */
function linked(isOpenNow) {
  isAsking = false;
  isOpen = isOpenNow;
  if (!isOpen) tell("cut");
  else tell(isUnsent ? "unsent" : "empty"); // what lies on the server is told next
}

/** The server keeps this now, by us or by another page: that stands unless something else is being typed. */
function take({ preparation, audits }) {
  if (isUnsent && !isAsking) return;
  isAsking = isUnsent = false;
  show(preparation ?? nothing, audits);
  tell(preparation === null ? "empty" : "kept");
}

/** A call has begun with it. */
function taken() {
  isUnsent = false;
  show(nothing, []);
  tell("taken");
}

/** @param {import("./types.d.ts").Preparation} preparation @param {string[]} audits */
function show(preparation, audits) {
  const fields = fieldsOf(preparation);
  for (const name of FIELDS) field(name).value = fields[name];
  element("said-first").replaceChildren(
    ...audits.map((audit) => Object.assign(document.createElement("li"), { textContent: audit })),
  );
  element("first").hidden = audits.length === 0;
}

function keep() {
  const typed = Object.fromEntries(FIELDS.map((name) => [name, field(name).value]));
  const preparation = preparationOf(/** @type {import("./prepare-thoughts.js").Fields} */ (typed));
  const wrong = tooMuchIn(preparation);
  for (const name of FIELDS) field(name).ariaInvalid = String(wrong.some((one) => one === name));
  if (wrong.length > 0) {
    tell("too_much");
    field(wrong[0]).focus();
    return;
  }
  send(preparation);
}

function clear() {
  show(nothing, []);
  isUnsent = true;
  send(nothing);
  field("who").focus();
}

/** @param {import("./types.d.ts").Preparation} preparation */
function send(preparation) {
  if (!isOpen) return tell("cut");
  isAsking = true;
  connection.send({ kind: "prepare", preparation });
}

/** @param {string} now */
function tell(now) {
  state = now;
  element("kept").dataset.tone = TONES[now] ?? "calm";
  write("kept", words.states[now]);
}

/** @param {Field} name @returns {HTMLInputElement | HTMLTextAreaElement} */
function field(name) {
  return /** @type {HTMLInputElement} */ (element(PLACES[name]));
}

document.documentElement.lang = language;
document.title = words.title;
fill(document, strings);
tell("connecting");
element("thoughts").addEventListener("input", () => {
  isUnsent = true;
  tell(isOpen ? "unsent" : "cut");
});
element("thoughts").addEventListener("submit", (event) => {
  event.preventDefault();
  keep();
});
element("clear").addEventListener("click", clear);
