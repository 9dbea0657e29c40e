// What the status line, the empty stage, the life bar and the clock say.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { respond } from "../../overlay/actions.js";
import { initialState, reduce } from "../../overlay/state.js";
import * as status from "../../overlay/status.js";
import { strings } from "../../overlay/strings.en.js";
import { cue, started, suggestion, told } from "./events.js";

const { clockText, lifeLeft } = status;
const statusOf = (state, nowMs) => status.statusOf(state, nowMs, strings);
const emptyText = (state) => status.emptyText(state, 0, strings);
const after = (state, ...events) => events.reduce((before, event) => reduce(before, event, event.at_ms), state);
const headline = (state, nowMs = 0) => statusOf(state, nowMs).headline;

let open;
let live;
beforeEach(() => {
  open = respond(initialState(), "link_opened", 0);
  live = after(open, started());
});

describe("the status line", () => {
  test("says connecting until the server has answered, and whether it can be reached", () => {
    assert.equal(headline(initialState()), "Connecting");
    assert.equal(headline(open), "Connecting");
    const refused = respond(initialState(), "link_refused", 0);
    assert.equal(headline(refused), "This link no longer works");
    assert.match(emptyText(refused), /new link/);
    const unreachable = statusOf(respond(initialState(), "link_lost", 0), 0);
    assert.deepEqual([unreachable.headline, unreachable.tone], ["Connecting", "problem"]);
  });

  test("says waiting, listening and ended", () => {
    assert.equal(headline(reduce(open, { kind: "waiting" }, 0)), "Waiting for a call");
    assert.equal(headline(live), "Listening");
    assert.equal(headline(after(live, told("call_ended", { duration_ms: 1, reason: "stopped" }))), "Call ended");
  });

  test("claims to hear only those whose sound is coming", () => {
    const detail = (speakers) => statusOf(after(open, started({ speakers })), 0).detail;
    assert.deepEqual([["rep", "prospect"], ["prospect"], ["rep"], ["mixed"], []].map(detail), [
      "Hearing both sides.",
      "Hearing the prospect only.",
      "Hearing you only.",
      "Both sides on one channel: who says what is not known.",
      "",
    ]);
  });

  test("has a word for each way a call ends", () => {
    const details = ["stopped", "connection_lost", "refused", "shutdown", "failed"].map(
      (reason) => statusOf(after(live, { ...told("call_ended", { duration_ms: 1, reason }), seq: 9 }), 0).detail,
    );
    assert.equal(new Set(details).size, 5);
    assert.ok(details.every((detail) => detail.length > 0));
  });

  test("says reconnecting above everything else", () => {
    const silent = after(live, told("channel_changed", { speaker: "rep", has_sound: false }));
    assert.equal(headline(respond(silent, "link_lost", 0)), "Reconnecting");
    assert.equal(headline(respond(respond(silent, "link_lost", 0), "link_opened", 0)), "No sound from you");
  });

  test("names whose sound is missing", () => {
    const silence = (speaker) => told("channel_changed", { speaker, has_sound: false });
    assert.equal(headline(after(live, silence("prospect"))), "No sound from them");
    assert.equal(headline(after(live, silence("rep"))), "No sound from you");
    assert.equal(headline(after(live, silence("mixed"))), "No sound");
    assert.equal(headline(after(live, silence("rep"), silence("prospect"))), "No sound from either side");
  });

  test("says how late words are", () => {
    const { headline: line, detail } = statusOf(after(live, told("lagging", { is_late: true, lag_ms: 3240 })), 0);
    assert.deepEqual([line, detail], ["Words are late", "About 3.2 s behind the call."]);
  });

  test("says that a busy server shows only sure words, once it does, and not beside how late they are", () => {
    const busy = (step, is_late = false) => after(live, told("lagging", { is_late, lag_ms: 3240, step }));
    assert.deepEqual([0, 1, 2, 3, 4].map((step) => headline(busy(step))), [
      "Listening",
      "Listening",
      "The server is busy",
      "The server is busy",
      "The server is busy",
    ]);
    assert.equal(headline(busy(3, true)), "Words are late");
  });

  test("says that sound was lost for ten seconds", () => {
    const lost = after(
      live,
      told("audio_lost", { at_ms: 1000, speaker: "prospect", start_ms: 0, duration_ms: 12_300 }),
    );
    assert.deepEqual(statusOf(lost, 10_999), {
      tone: "caution",
      topic: "",
      headline: "Some sound was lost",
      detail: "12 s of their words will be missing.",
    });
    assert.equal(headline(lost, 11_000), "Listening");
  });

  test("leads with the gravest trouble and does not hide the others", () => {
    const state = after(
      live,
      told("lagging", { is_late: true, lag_ms: 3000 }),
      told("audio_lost", { speaker: "rep", start_ms: 0, duration_ms: 900 }),
      told("channel_changed", { speaker: "rep", has_sound: false }),
    );
    const { headline: line, detail } = statusOf(state, state.clock.localMs);
    assert.equal(line, "No sound from you");
    assert.match(detail, /Some sound was lost\. Words are late\.$/);
  });

  test("celebrates that's right and cautions at you're right, for eight seconds", () => {
    const agreed = (name) => after(live, cue(name, { cue_kind: "agreement", at_ms: 1000 }));
    assert.equal(statusOf(agreed("thats_right"), 8_999).tone, "good");
    assert.equal(statusOf(agreed("youre_right"), 8_999).tone, "caution");
    assert.equal(headline(agreed("thats_right"), 9_000), "Listening");
    assert.equal(headline(agreed("constructor"), 1_000), "Listening");
  });
});

describe("a word to the rep", () => {
  const coaching = (fields = {}) =>
    told("coaching_shown", {
      topic: "hold_silence",
      headline: "Hold the silence",
      detail: "Count to four.",
      quote: "",
      at_ms: 1000,
      until_ms: 5000,
      ...fields,
    });

  test("stands in the status line until its time is over or it is withdrawn", () => {
    const shown = after(live, coaching());
    const { tone, topic, detail } = statusOf(shown, 4_999);
    assert.deepEqual([tone, topic, detail], ["coach", "hold_silence", "Count to four."]);
    assert.equal(headline(shown, 5_000), "Listening");
    const withdrawn = (topic) => after(shown, told("coaching_withdrawn", { topic, at_ms: 2000 }));
    assert.equal(headline(withdrawn("hold_silence"), 2_000), "Listening");
    assert.equal(headline(withdrawn("monologue"), 2_000), "Hold the silence");
  });

  test("quotes what it is about, as far as there is room", () => {
    const detail = (quote) => statusOf(after(live, coaching({ quote })), 1_000).detail;
    assert.equal(detail("the cost"), "Count to four. \u201cthe cost\u201d");
    assert.match(detail("and so on ".repeat(20)), /^Count to four\. \u201c.{40,60}\u2026\u201d$/);
  });

  test("yields to a dead channel and to that's right, and comes before lesser troubles", () => {
    const shown = after(live, coaching());
    const silent = told("channel_changed", { speaker: "rep", has_sound: false, at_ms: 1000 });
    assert.equal(headline(after(shown, silent), 1_000), "No sound from you");
    const agreed = cue("thats_right", { cue_kind: "agreement", at_ms: 1000 });
    assert.equal(statusOf(after(shown, agreed), 1_000).tone, "good");
    const late = statusOf(after(shown, told("lagging", { is_late: true, lag_ms: 3000, at_ms: 1000 })), 1_000);
    assert.deepEqual([late.tone, late.detail], ["coach", "Count to four. Words are late."]);
  });

  test("is forgotten with its call", () => {
    const next = { ...started(), call: "d" };
    assert.equal(headline(after(after(live, coaching()), next), 1_000), "Listening");
  });
});

test("the empty stage speaks to each state", () => {
  const texts = [
    open,
    reduce(open, { kind: "waiting" }, 0),
    live,
    respond(live, "link_lost", 0),
    after(live, told("call_ended", { duration_ms: 1, reason: "stopped" })),
  ].map(emptyText);
  assert.equal(new Set(texts).size, 5);
  assert.equal(emptyText(live), "Nothing to suggest right now.");
});

describe("the life bar", () => {
  test("falls from 1 to 0 over the suggestion's life and stays within", () => {
    const state = after(live, suggestion("a", { at_ms: 4000, expires_ms: 16_000 }));
    assert.deepEqual(
      [4000, 7000, 10_000, 16_000, 99_000].map((nowMs) => lifeLeft(state, nowMs)),
      [1, 0.75, 0.5, 0, 0],
    );
  });

  test("is empty without a suggestion, and when its moment is over", () => {
    assert.equal(lifeLeft(live, 0), 0);
    const pinned = respond(after(live, suggestion("a")), "pin_toggled", 1000);
    assert.equal(lifeLeft(after(pinned, told("suggestion_withdrawn", { id: "a", reason: "replaced" })), 2000), 0);
    const said = { id: "b", how: "said", text: "x", start_ms: 0 };
    assert.equal(lifeLeft(after(live, suggestion("b"), told("suggestion_used", said)), 2000), 0);
  });
});

describe("the clock", () => {
  test("shows minutes and seconds, and hours only when there are any", () => {
    const at = (at_ms) => clockText(after(live, told("lagging", { is_late: false, lag_ms: 0, at_ms })), at_ms);
    assert.deepEqual([999, 61_000, 754_000, 3_661_000].map(at), ["0:00", "1:01", "12:34", "1:01:01"]);
  });

  test("is empty before a call and shows the length of one that has ended", () => {
    assert.equal(clockText(open, 0), "");
    assert.equal(
      clockText(after(live, told("call_ended", { duration_ms: 222_000, reason: "stopped" })), 9_999),
      "3:42",
    );
  });
});
