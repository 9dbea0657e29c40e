// The state put on the page; text only ever through textContent, since what was said on a call is untrusted.

import { debriefedCall, noticeNow } from "./actions.js";
import { announce, nothingSaid } from "./announce.js";
import { renderHelp } from "./help.js";
import { renderLines } from "./lines.js";
import { element, mark, setText, write } from "./page.js";
import { renderPanels } from "./panels.js";
import { pulseOf } from "./pulse.js";
import { auditsNow } from "./state.js";
import { clockText, emptyText, lifeLeft, statusOf } from "./status.js";

/**
 * @typedef {import("./types.d.ts").State} State
 * @typedef {import("./types.d.ts").Strings} Strings
 * @typedef {import("./types.d.ts").Suggestion} Suggestion
 */

const LONG_SENTENCE_CHARS = 84;

let shownId = "";
let said = nothingSaid;

/**
 * Shows the state. Touches only what differs from what is on the page.
 * @param {State} state @param {number} nowMs local monotonic time @param {Strings} strings
 */
export function render(state, nowMs, strings) {
  renderStatus(state, nowMs, strings);
  renderPulse(state, nowMs, strings);
  renderOffer(state, nowMs, strings);
  renderPlace(state, strings);
  renderHelp(state, strings);
  renderPanels(state, strings);
  renderLines(state, strings); // last: they have the room that is left, and stand at its end
  speak(state, nowMs, strings);
}

/** @param {State} state @param {number} nowMs @param {Strings} strings */
function renderStatus(state, nowMs, strings) {
  const { tone, topic, headline, detail } = statusOf(state, nowMs, strings);
  mark("status", "tone", tone);
  mark("status", "topic", topic);
  write("headline", headline);
  write("detail", detail);
  write("company", state.company ?? "");
  write("clock", clockText(state, nowMs));
  write("recorded", state.isRecorded === null ? "" : state.isRecorded ? strings.recorded : strings.notRecorded);
}

/** @param {State} state @param {number} nowMs @param {Strings} strings */
function renderPulse(state, nowMs, strings) {
  const { ring, share, shareText, paceText, monologueText } = pulseOf(state, nowMs, strings);
  mark("status", "ring", ring === null ? "off" : ring < 1 ? "on" : "full");
  if (ring !== null) element("ring-part").style.strokeDashoffset = String(1 - ring);
  mark("share-bar", "known", share === null ? "no" : "yes");
  element("share-part").style.transform = `scaleX(${share ?? 0})`;
  write("share", shareText);
  write("pace", paceText);
  write("monologue", monologueText);
}

/** @param {State} state @param {number} nowMs @param {Strings} strings */
function renderOffer(state, nowMs, strings) {
  const { shown, next, isPinned } = state.offer;
  const notice = noticeNow(state, nowMs);
  const answer = notice === null ? null : strings.notices[notice];
  mark("stage", "offer", shown === null ? "none" : shown.usedHow === null ? "shown" : "used");
  mark("stage", "pinned", String(isPinned));
  write("empty", answer ?? emptyText(state, nowMs, strings));
  renderAudits(auditsNow(state, nowMs));
  write("pin-text", isPinned ? strings.unpin : strings.commands.pin);
  write("more", next === null ? "" : strings.oneMore);
  element("life-left").style.transform = `scaleX(${lifeLeft(state, nowMs).toFixed(4)})`;
  // When it leaves, its words stay in place, so that there is something to fade; the style sheet hides them.
  if (shown !== null) renderSuggestion(shown, answer ?? note(state, shown, strings), strings);
  if (shown !== null && shown.id !== shownId) enter(element("card"));
  shownId = shown?.id ?? "";
}

/** @param {string[]} audits */
function renderAudits(audits) {
  const list = element("audits");
  list.hidden = audits.length === 0;
  if ([...list.children].map((at) => at.textContent).join() === audits.join()) return;
  list.textContent = "";
  for (const audit of audits) {
    const row = document.createElement("li");
    row.textContent = audit;
    list.append(row);
  }
}

/** @param {Suggestion} shown @param {string} delivery @param {Strings} strings */
function renderSuggestion(shown, delivery, strings) {
  mark("stage", "doubtful", String(shown.isDoubtful || shown.isOver));
  mark("sentence", "length", shown.text.length > LONG_SENTENCE_CHARS ? "long" : "short");
  write("technique", strings.techniques[shown.technique] ?? shown.technique);
  write("delivery", delivery);
  write("sentence", shown.text);
  write("quote", shown.quote);
}

/** @param {State} state @param {Suggestion} shown @param {Strings} strings @returns {string} */
function note({ offer: { isPinned }, speakers }, shown, strings) {
  if (shown.usedHow !== null) return strings.used[shown.usedHow];
  if (shown.isOver) return strings.pinnedAndOver;
  if (shown.isDoubtful) return strings.wordsChanged;
  if (isPinned) return strings.pinned;
  return speakers[0] === "mixed" ? strings.uncertain : (strings.deliveries[shown.technique] ?? "");
}

/** @param {HTMLElement} card */
function enter(card) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const from = { opacity: 0, transform: "translateY(0.5rem)" };
  card.animate([from, { opacity: 1, transform: "none" }], { duration: 260, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)" });
}

/** @param {State} state @param {Strings} strings */
function renderPlace(state, strings) {
  const { settings, place, phase, isViewer } = state;
  mark("overlay", "view", settings.view);
  mark("overlay", "role", isViewer ? "viewer" : "rep");
  mark("overlay", "phase", phase);
  write("view-text", settings.view === "full" ? strings.commands.view : strings.full);
  write("float-text", place === "page" ? strings.commands.float : strings.backToPage);
  element("away").hidden = place === "page";
  const debrief = /** @type {HTMLAnchorElement} */ (element("debrief"));
  const call = debriefedCall(state);
  debrief.hidden = call === null;
  if (call !== null) debrief.href = `/calls/${encodeURIComponent(call)}`;
}

/** @param {State} state @param {number} nowMs @param {Strings} strings */
function speak(state, nowMs, strings) {
  const { tone, headline } = statusOf(state, nowMs, strings);
  const { shown } = state.offer;
  const notice = noticeNow(state, nowMs);
  const sentence = shown === null ? "" : strings.spoken(strings.techniques[shown.technique] ?? "", shown.text);
  const isUsed = shown !== null && shown.usedHow !== null;
  const now = {
    // Ticked off it is news of its own, and each call counts its suggestions anew.
    id: shown === null ? "" : `${state.call} ${shown.id} ${shown.usedHow ?? ""}`,
    sentence: isUsed ? strings.used[shown.usedHow ?? "said"] : sentence,
    notice: notice === null ? "" : strings.notices[notice],
    headline,
    isQuiet: tone === "calm" || tone === "busy",
  };
  said = announce(said, now, nowMs);
  setText(element("spoken"), said.text);
}
