// Whose turn it is in a practice, and what each turn did.

import assert from "node:assert/strict";
import { test } from "node:test";

import { called, choosing, heardOut, hungUp, told } from "../../overlay/practice-state.js";
import { started, told as event, transcript } from "./events.js";

const line = (name, openness, tried = "label", ending = null) =>
  event("prospect_answered", { line: name, text: `Words of ${name}.`, openness, tried, because: "It seems.", ending });

/** They said their first line, and it was played. */
function opened() {
  return heardOut(told(told(called(), started()), line("opening", 1, null)), "");
}

test("a practice goes from the call to their line, to the rep's turn and to the next line", () => {
  const speaking = told(called(), line("opening", 1, null));
  assert.deepEqual([speaking.phase, speaking.line, speaking.openness, speaking.steps], ["they_speak", "opening", 1, []]);
  const mine = heardOut(speaking, "");
  assert.equal(mine.phase, "your_turn");
  const said = told(mine, transcript("rep", 0, "It seems"));
  assert.equal(said.phase, "listening");
  const next = told(said, line("owners", 2));
  assert.equal(next.phase, "they_speak");
  assert.deepEqual(next.steps, [{ tried: "label", because: "It seems.", effect: "opened" }]);
});

test("each turn is told by what it did to them", () => {
  const after = ["pitch", "why", "label"].reduce((now, tried, n) => told(heardOut(now, ""), line(`l${n}`, [1, 0, 3][n], tried)), opened());
  assert.deepEqual(after.steps.map(({ effect }) => effect), ["kept", "closed", "opened"]);
});

test("the prospect's words, or none, are no turn of the rep", () => {
  assert.equal(told(opened(), transcript("prospect", 0, "Yeah.")).phase, "your_turn");
  assert.equal(told(opened(), transcript("rep", 0, "")).phase, "your_turn");
});

test("their last line ends it once it was played, and the call's end closes it", () => {
  const last = told(opened(), line("thats_right", 5, "summary", "understood"));
  assert.equal(last.phase, "they_speak");
  const ending = heardOut(last, "");
  assert.deepEqual([ending.phase, ending.ending], ["ending", "understood"]);
  assert.equal(told(ending, event("call_ended", { duration_ms: 9, reason: "stopped" })).phase, "over");
});

test("who hangs up hears no more of them", () => {
  const gone = hungUp(opened());
  assert.equal(gone.phase, "ending");
  assert.equal(told(gone, line("owners", 2)), gone);
  assert.equal(heardOut(gone, ""), gone);
  const over = told(gone, event("call_ended", { duration_ms: 9, reason: "stopped" }));
  assert.equal(hungUp(over), over);
});

test("a hint is for one line, and words that could not be played are shown until the next", () => {
  const hinted = { ...heardOut(told(called(), line("opening", 1, null)), "Hi."), isHinted: true };
  assert.equal(hinted.unheard, "Hi.");
  const next = told(hinted, line("owners", 2));
  assert.deepEqual([next.isHinted, next.unheard], [false, ""]);
});

test("before a call nothing is told", () => {
  assert.equal(choosing.phase, "choosing");
  assert.equal(called().phase, "calling");
});
