// A stored call is told again as it was told, wherever the clock goes.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { createScript, eventsOf, lengthOf, wasRecorded } from "../../overlay/replay-script.js";
import { initialState, reduce } from "../../overlay/state.js";
import { started, suggestion, told, transcript } from "./events.js";

const call = [
  started({ at_ms: 0 }),
  transcript("prospect", 0, "I don't know", "", { at_ms: 1_500 }),
  suggestion("s1", { at_ms: 1_500, expires_ms: 9_000 }),
  transcript("prospect", 0, "I don't know yet", "", { at_ms: 1_400 }),
  told("suggestion_withdrawn", { id: "s1", reason: "moved_on", at_ms: 3_000 }),
  told("call_ended", { duration_ms: 4_000, reason: "stopped", at_ms: 4_000 }),
];

describe("eventsOf", () => {
  test("reads a line an event, in order, and lets go of what is none", () => {
    const lines = ["", "{", "[]", "null", '{"kind":1,"at_ms":1}', '{"kind":"x"}', ...call.map((e) => JSON.stringify(e))];
    assert.deepEqual(eventsOf(lines.join("\n")), call);
    assert.equal(lengthOf(call), 4_000);
    assert.equal(lengthOf([]), 0);
  });
});

describe("wasRecorded", () => {
  test("only where it was kept to the end", () => {
    const on = told("recording_changed", { is_on: true });
    const off = told("recording_changed", { is_on: false });
    assert.deepEqual([call, [on], [on, off], [on, off, on]].map(wasRecorded), [false, true, false, true]);
  });
});

describe("createScript", () => {
  for (const steps of [[4_000], [0, 1_499, 1_500, 4_000], [10, 20, 2_999, 3_000, 3_999, 9_000]]) {
    test(`each event comes once, in the order of the journal, at ${steps}`, () => {
      const script = createScript(call);
      const heard = steps.flatMap((atMs) => {
        const { isAnew, due } = script(atMs);
        assert.equal(isAnew, false);
        for (const event of due) assert.ok(event.at_ms <= atMs);
        return due;
      });
      assert.deepEqual(heard, call);
      assert.deepEqual(script(9_000).due, []);
    });
  }

  test("a clock that was put back begins anew, and the overlay is as it was live", () => {
    const script = createScript(call);
    script(4_000);
    const { isAnew, due } = script(2_000);
    assert.equal(isAnew, true);
    assert.deepEqual(due, call.slice(0, 4));
    const state = due.reduce((before, event) => reduce(before, event, event.at_ms), initialState());
    assert.equal(state.offer.shown?.id, "s1");
    assert.equal(state.lines[0].committed, "I don't know yet");
  });
});
