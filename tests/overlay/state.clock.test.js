// The call's clock as the page estimates it, and the suggestions that end by it.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { respond } from "../../overlay/actions.js";
import { callNowMs, initialState, reduce } from "../../overlay/state.js";
import { started, suggestion, told } from "./events.js";

const after = (state, ...events) => events.reduce((before, event) => reduce(before, event, event.at_ms), state);

let live;
beforeEach(() => {
  live = after(initialState(), started());
});

describe("the call's clock", () => {
  test("is unknown before the first event", () => {
    assert.equal(callNowMs(initialState(), 5), null);
  });

  test("runs on from the last event by local time, and never back", () => {
    const state = reduce(live, told("lagging", { is_late: false, lag_ms: 0, at_ms: 7000 }), 100_000);
    assert.equal(callNowMs(state, 100_450), 7450);
    assert.equal(callNowMs(state, 99_000), 7000);
  });

  test("follows the newest event back when the call stood still", () => {
    const stalled = reduce(live, told("lagging", { is_late: false, lag_ms: 0, at_ms: 7000 }), 100_000);
    const resumed = reduce(stalled, told("lagging", { is_late: false, lag_ms: 0, at_ms: 7200 }), 105_000);
    assert.equal(callNowMs(resumed, 105_000), 7200);
  });

  test("stops with the call", () => {
    const ended = after(live, told("call_ended", { at_ms: 9000, duration_ms: 9000, reason: "stopped" }));
    assert.equal(callNowMs(ended, 50_000), 9000);
  });

  test("ends a suggestion when a tick passes its time, and not before", () => {
    const shown = after(live, suggestion("a", { at_ms: 4000, expires_ms: 16_000 }));
    assert.equal(respond(shown, "ticked", 15_999), shown);
    assert.equal(respond(shown, "ticked", 16_000).offer.shown, null);
  });

  test("ends a suggestion when an event passes its time", () => {
    const shown = after(live, suggestion("a", { at_ms: 4000, expires_ms: 16_000 }));
    assert.equal(after(shown, told("lagging", { is_late: false, lag_ms: 0, at_ms: 16_000 })).offer.shown, null);
  });
});
