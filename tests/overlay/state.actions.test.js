// What the rep and the link do to the state, and how a call is resumed.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { dismissMessage, initialState, reduce, respond, watchMessage } from "../../overlay/state.js";
import { started, suggestion, told, transcript } from "./events.js";

const after = (state, ...events) => events.reduce((before, event) => reduce(before, event, event.at_ms), state);

let live;
beforeEach(() => {
  live = after(initialState(), started());
});

describe("what happens here", () => {
  test("a link that was open is lost; one that never was is out of reach", () => {
    const lost = respond(respond(initialState(), "link_opened", 0), "link_lost", 0);
    assert.equal(lost.link, "lost");
    assert.equal(respond(lost, "link_lost", 0).link, "lost");
    assert.equal(respond(respond(initialState(), "link_lost", 0), "link_lost", 0).link, "unreachable");
  });

  test("keys can be turned off and on", () => {
    const off = respond(initialState(), "keys_toggled", 0);
    assert.equal(off.hasKeys, false);
    assert.equal(respond(off, "keys_toggled", 0).hasKeys, true);
  });

  test("nothing on screen means that pin and dismiss do nothing", () => {
    assert.deepEqual(respond(live, "pin_toggled", 0).offer, live.offer);
    assert.deepEqual(respond(live, "dismissed", 0).offer, live.offer);
  });

  test("a suggestion that ran out behind a pin is not shown when the pin is taken off", () => {
    const pinned = respond(after(live, suggestion("a")), "pin_toggled", 1000);
    const both = after(pinned, suggestion("b", { expires_ms: 8000 }));
    assert.equal(respond(both, "pin_toggled", 7999).offer.shown.id, "b");
    assert.equal(respond(both, "pin_toggled", 8000).offer.shown.id, "a");
  });

  test("a pinned suggestion outlasts its call", () => {
    const pinned = respond(after(live, suggestion("a")), "pin_toggled", 1000);
    const { shown } = after(pinned, told("call_ended", { duration_ms: 9000, reason: "stopped" })).offer;
    assert.deepEqual([shown.id, shown.isOver], ["a", true]);
  });
});

describe("the dismiss message", () => {
  test("names the call and the suggestion on screen", () => {
    assert.deepEqual(dismissMessage(after(live, suggestion("a"))), { kind: "dismiss", call: "c", id: "a" });
  });

  test("is none where there is nothing to wave away", () => {
    assert.equal(dismissMessage(live), null);
    assert.equal(dismissMessage(initialState()), null);
    assert.equal(dismissMessage(respond(after(live, suggestion("a")), "dismissed", 0)), null);
  });
});

describe("the watch message", () => {
  test("follows whatever is live when there is no call, or it has ended", () => {
    const any = { kind: "watch", call: null, after_seq: null };
    assert.deepEqual(watchMessage(initialState(), null), any);
    assert.deepEqual(watchMessage(after(live, told("call_ended", { duration_ms: 1, reason: "stopped" })), null), any);
  });

  test("resumes a live call after its last seq", () => {
    const state = after(live, transcript("rep", 0, "x"));
    assert.deepEqual(watchMessage(state, null), { kind: "watch", call: "c", after_seq: 1 });
  });

  test("asks for the page's own call, from the start unless it is the one known", () => {
    assert.deepEqual(watchMessage(initialState(), "c"), { kind: "watch", call: "c", after_seq: null });
    assert.deepEqual(watchMessage(live, "other"), { kind: "watch", call: "other", after_seq: null });
    assert.deepEqual(watchMessage(live, "c"), { kind: "watch", call: "c", after_seq: 0 });
  });
});
