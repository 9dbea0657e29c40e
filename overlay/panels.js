// What is opened by a button of the foot: consent and the link to the call; help.js fills the list of keys.

import { isOffered } from "./actions.js";
import { buttonOf } from "./help.js";
import { element, mark, write } from "./page.js";

/**
 * @typedef {import("./types.d.ts").State} State
 * @typedef {import("./types.d.ts").Strings} Strings
 */

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
  renderConsent(state, strings.consent);
  renderLink(state, strings);
}

/** @param {State} state @param {Strings["consent"]} strings */
function renderConsent({ consent }, strings) {
  const { state, isKept, line } = consent ?? { state: /** @type {const} */ ("not_asked"), isKept: false, line: "" };
  mark("overlay", "consent", state);
  write("consent-state", strings.states[state]);
  write("consent-line", line);
  write("consent-kept", isKept ? strings.kept[state] : strings.notKept[state]);
  element("announced").hidden = state !== "not_asked";
  write("refused", state === "refused" ? strings.deleteAgain : isKept ? strings.refused : strings.refusedUnkept);
  // Shown again where something could not be deleted, to try once more.
  element("refused").hidden = state === "refused" && !isKept;
}

/** @param {State} state @param {Strings} strings */
function renderLink({ call, shared }, strings) {
  element("link-text").hidden = element("link-copy").hidden = shared === null;
  write("link-until", shared === null ? strings.oneMoment : strings.linkHolds(new Date(shared.untilMs)));
  const field = /** @type {HTMLInputElement} */ (element("link-text"));
  const link = shared === null ? "" : `${location.origin}/?call=${call}#${shared.token}`;
  if (field.value !== link) field.value = link;
}
