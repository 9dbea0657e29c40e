// What the rep and the link do to the state, and how a call is resumed.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { noticeNow, replyMessage, respond } from "../../overlay/actions.js";
import { defaultSettings } from "../../overlay/settings.js";
import { initialState, reduce, watchMessage } from "../../overlay/state.js";
import { following, started, suggestion, told, transcript } from "./events.js";

const after = (state, ...events) => events.reduce((before, event) => reduce(before, event, event.at_ms), state);

let live;
beforeEach(() => {
  live = after(respond(initialState(), "link_opened", 0), started());
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
    assert.equal(off.settings.hasKeys, false);
    assert.equal(respond(off, "keys_toggled", 0).settings.hasKeys, true);
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

describe("what the rep sets", () => {
  test("the view changes to and fro", () => {
    const compact = respond(live, "view_toggled", 0);
    assert.deepEqual([compact.settings.view, respond(compact, "view_toggled", 0).settings.view], ["compact", "full"]);
  });

  test("a window's size is kept", () => {
    const size = { width: 300, height: 200, left: 1, top: 2 };
    assert.deepEqual(respond(live, "window_changed", 0, size).settings.window, size);
  });

  test("a command waits for its key, and takes it, or lets it be", () => {
    const waiting = respond(live, "rebinding", 0, "pin");
    assert.equal(waiting.rebinding, "pin");
    const done = respond(waiting, "rebound", 0, "k");
    assert.deepEqual([done.rebinding, done.settings.keys.pin], [null, "k"]);
    assert.deepEqual(respond(waiting, "rebound", 0, null).settings, defaultSettings);
    assert.equal(respond(waiting, "rebinding", 0, "pin").rebinding, null);
    assert.deepEqual(respond(live, "rebound", 0, "k").settings, defaultSettings);
    assert.equal(respond(waiting, "panel_toggled", 0, "help").rebinding, null);
  });

  test("keys can be had as they were", () => {
    const changed = respond(respond(respond(live, "rebinding", 0, "pin"), "rebound", 0, "k"), "keys_toggled", 0);
    assert.deepEqual(respond(changed, "keys_reset", 0).settings, defaultSettings);
  });

  test("what was set and the list of keys outlast the call", () => {
    const open = respond(respond(live, "view_toggled", 0), "panel_toggled", 0, "help");
    const next = after(open, { ...started(), call: "d" });
    assert.deepEqual([next.settings.view, next.panel], ["compact", "help"]);
  });
});

describe("what the server is told of a suggestion", () => {
  const kinds = ["dismiss", "less", "next"];

  test("names the call and the suggestion on screen", () => {
    const shown = after(live, suggestion("a"));
    for (const kind of kinds) assert.deepEqual(replyMessage(shown, kind), { kind, call: "c", id: "a" });
  });

  test("is nothing where there is none, or it was said", () => {
    const used = after(live, suggestion("a"), told("suggestion_used", { id: "a", how: "said", text: "", start_ms: 0 }));
    const gone = respond(after(live, suggestion("a")), "dismissed", 0);
    for (const state of [live, initialState(), gone, used]) {
      for (const kind of kinds) assert.equal(replyMessage(state, kind), null);
    }
  });

  test("is no wish for another while one waits behind the pin", () => {
    const both = after(respond(after(live, suggestion("a")), "pin_toggled", 0), suggestion("b"));
    assert.equal(replyMessage(both, "next"), null);
    assert.equal(respond(both, "advanced", 0).offer.shown.id, "b");
  });
});

describe("an answer to the rep", () => {
  const shown = () => after(live, suggestion("a"));

  test("tells for a while that a sentence was copied, or not", () => {
    const copied = respond(shown(), "copied", 1000, "copied");
    assert.deepEqual([1000, 3499, 3500].map((nowMs) => noticeNow(copied, nowMs)), ["copied", "copied", null]);
    assert.equal(noticeNow(respond(shown(), "copied", 0, "not_copied"), 0), "not_copied");
    assert.equal(noticeNow(after(copied, suggestion("b")), 1500), null);
  });

  test("tells that there is nothing else once the server has had time to find something", () => {
    const asked = respond(shown(), "advanced", 1000);
    assert.deepEqual([1000, 1599, 1600, 4099, 4100].map((nowMs) => noticeNow(asked, nowMs)), [
      null,
      null,
      "no_other",
      "no_other",
      null,
    ]);
    assert.equal(noticeNow(after(asked, suggestion("b")), 2000), null);
  });

  test("tells on the empty stage that there will be less", () => {
    const less = respond(shown(), "lessened", 1000);
    assert.deepEqual([less.offer.shown, noticeNow(less, 1000)], [null, "less"]);
    assert.equal(noticeNow(after(less, suggestion("b")), 1100), null);
    assert.equal(noticeNow(respond(live, "lessened", 0), 0), null);
  });

  test("tells that the assistant cannot be told while the line is cut, and changes nothing then", () => {
    const cut = respond(shown(), "link_lost", 1000);
    for (const action of ["lessened", "advanced"]) {
      const told = respond(cut, action, 1000);
      assert.deepEqual([told.offer, noticeNow(told, 1000)], [cut.offer, "unheard"]);
    }
    const both = respond(after(respond(shown(), "pin_toggled", 0), suggestion("b")), "link_lost", 1000);
    const next = respond(both, "advanced", 1000); // what waits behind the pin needs no server
    assert.deepEqual([next.offer.shown.id, noticeNow(next, 1000)], ["b", null]);
    assert.equal(respond(cut, "dismissed", 1000).offer.shown, null);
  });
});

describe("the watch message", () => {
  test("follows whatever is live when there is no call, or it has ended", () => {
    const any = { kind: "watch", call: null, epoch: null, after_seq: null, token: null };
    assert.deepEqual(watchMessage(initialState(), null), any);
    assert.deepEqual(watchMessage(after(live, told("call_ended", { duration_ms: 1, reason: "stopped" })), null), any);
  });

  test("resumes a live call after its last seq, in the epoch that it was told", () => {
    const state = after(initialState(), following(7, false), started(), transcript("rep", 0, "x"));
    assert.deepEqual(watchMessage(state, null), { kind: "watch", call: "c", epoch: 7, after_seq: 1, token: null });
  });

  test("asks for the page's own call, from the start unless it is the one known", () => {
    const whole = (/** @type {string} */ call) => ({ kind: "watch", call, epoch: null, after_seq: null, token: null });
    assert.deepEqual(watchMessage(initialState(), "c"), whole("c"));
    assert.deepEqual(watchMessage(live, "other"), whole("other"));
    assert.deepEqual(watchMessage(after(initialState(), following(7, false)), "c"), whole("c"));
    assert.deepEqual(watchMessage(live, "c"), { ...whole("c"), after_seq: 0 });
  });
});
