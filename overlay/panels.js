// What is opened by a button of the foot: consent and the link to the call; help.js fills the list of keys.

import { consentWaiting, isOffered } from "./actions.js";
import { buttonOf } from "./help.js";
import { element, mark, write } from "./page.js";

/**
 * @typedef {import("./types.d.ts").State} State
 * @typedef {import("./types.d.ts").Strings} Strings
 */

/** @type {NonNullable<State["consent"]>} */
const nothingAsked = { state: "not_asked", isKept: false, line: "" };

/**
 * @param {State} state @param {Strings} strings
 */
export function renderPanels(state, strings) {
  const { panel } = state;
  const open = panel !== "" && isOffered(state, panel) ? panel : "";
  mark("overlay", "panel", open);
  for (const each of /** @type {const} */ (["consent", "link", "help"])) {
    element(each).hidden = each !== open;
    buttonOf(each).ariaExpanded = String(each === open);
  }
  renderConsent(state, strings);
  renderLink(state, strings);
}

/** @param {State} whole @param {Strings} strings */
function renderConsent(whole, { consent: strings, passedOn }) {
  const isWaiting = consentWaiting(whole) !== null && whole.link !== "open";
  const { state, isKept, line } = whole.consent ?? nothingAsked;
  mark("overlay", "consent", state);
  write("consent-state", strings.states[state]);
  write("consent-line", line);
  write("consent-kept", isWaiting ? passedOn : isKept ? strings.kept[state] : strings.notKept[state]);
  element("announced").hidden = state !== "not_asked";
  write("refused", state === "refused" ? strings.deleteAgain : isKept ? strings.refused : strings.refusedUnkept);
  // Shown again where something could not be deleted, to try once more.
  element("refused").hidden = state === "refused" && !isKept;
}

/** @param {State} state @param {Strings} strings */
function renderLink({ call, shared, link: line }, strings) {
  element("link-text").hidden = element("link-copy").hidden = shared === null;
  const wait = line === "open" ? strings.oneMoment : strings.passedOn;
  write("link-until", shared === null ? wait : strings.linkHolds(new Date(shared.untilMs)));
  const field = /** @type {HTMLInputElement} */ (element("link-text"));
  const link = shared === null ? "" : `${location.origin}/?call=${call}#${shared.token}`;
  if (field.value !== link) field.value = link;
}
