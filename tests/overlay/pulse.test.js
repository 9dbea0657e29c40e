// The readings of the pulse as time passes.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { respond } from "../../overlay/actions.js";
import { pulseOf, timeText } from "../../overlay/pulse.js";
import { initialState, reduce } from "../../overlay/state.js";
import { strings } from "../../overlay/strings.en.js";
import { started, told } from "./events.js";

const after = (state, ...events) => events.reduce((before, event) => reduce(before, event, event.at_ms), state);
const reading = (fields = {}) =>
  told("pulse_changed", {
    rep_share: null,
    pace_wpm: null,
    monologue_from_ms: null,
    silence_from_ms: null,
    silence_for_ms: 4000,
    at_ms: 10_000,
    ...fields,
  });
const nothing = { ring: null, share: null, shareText: "", paceText: "", monologueText: "" };

let live;
beforeEach(() => {
  live = after(respond(initialState(), "link_opened", 0), started());
});

describe("the pulse", () => {
  test("shows nothing that is not known", () => {
    assert.deepEqual(pulseOf(live, 0, strings), nothing);
    assert.deepEqual(pulseOf(after(live, reading()), 10_000, strings), nothing);
  });

  test("has share and pace in words", () => {
    const known = after(live, reading({ rep_share: 0.35, pace_wpm: 160 }));
    const { share, shareText, paceText } = pulseOf(known, 10_000, strings);
    assert.deepEqual([share, shareText, paceText], [0.35, "You talk 35%", "160 words/min"]);
  });

  test("counts a monologue on by the call's clock", () => {
    const talking = after(live, reading({ monologue_from_ms: 4000 }));
    assert.deepEqual(
      [10_000, 64_900].map((nowMs) => pulseOf(talking, nowMs, strings).monologueText),
      ["0:06 without a pause", "1:00 without a pause"],
    );
  });

  test("fills the ring from the label's end on, and leaves it full", () => {
    const held = after(live, reading({ silence_from_ms: 9000 }));
    assert.deepEqual(
      [9000, 10_000, 11_000, 13_000, 20_000].map((nowMs) => pulseOf(held, nowMs, strings).ring),
      [0.25, 0.25, 0.5, 1, 1],
    );
    const begun = after(held, reading({ silence_for_ms: 0, silence_from_ms: 10_000 }));
    assert.equal(pulseOf(begun, 10_000, strings).ring, 0);
  });

  test("is not shown while the link is lost, or after the call", () => {
    const talking = after(live, reading({ rep_share: 0.5 }));
    assert.deepEqual(pulseOf(respond(talking, "link_lost", 0), 10_000, strings), nothing);
    const ended = after(talking, told("call_ended", { duration_ms: 1, reason: "stopped" }));
    assert.deepEqual(pulseOf(ended, 10_000, strings), nothing);
  });
});

test("times have minutes and seconds, and hours only when there are any", () => {
  assert.deepEqual([-5, 999, 61_000, 3_661_000].map(timeText), ["0:00", "0:00", "1:01", "1:01:01"]);
});
