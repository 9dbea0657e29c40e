// What each event changes, in which order, and within which bounds.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { respond } from "../../overlay/actions.js";
import { USED_SHOWN_MS } from "../../overlay/offer.js";
import {
  AGREEMENT_SHOWN_MS,
  AUDIO_LOST_SHOWN_MS,
  LINES_KEPT,
  LINE_CHARS_KEPT,
  initialState,
  reduce,
} from "../../overlay/state.js";
import { cue, following, started, suggestion, told, transcript } from "./events.js";

/** The state after the events, each arriving at the local time equal to its place on the call's clock. */
function after(state, ...events) {
  return events.reduce((before, event) => reduce(before, event, event.at_ms), state);
}

let live;
beforeEach(() => {
  live = after(initialState(), started({ company: "Northwind", names: { prospect: "Dana" } }));
});

describe("each kind", () => {
  test("call_started begins a live call with its names", () => {
    assert.equal(live.phase, "live");
    assert.deepEqual([live.call, live.company, live.names], ["c", "Northwind", { prospect: "Dana" }]);
    assert.deepEqual(live.speakers, ["rep", "prospect"]);
  });

  test("transcript_changed replaces the same utterance of the same speaker and no other", () => {
    const state = after(
      live,
      transcript("rep", 0, "Hello"),
      transcript("prospect", 0, "", "hi"),
      transcript("prospect", 0, "Hi", "there"),
    );
    assert.deepEqual(
      state.lines.map(({ speaker, committed, tentative }) => [speaker, committed, tentative]),
      [
        ["rep", "Hello", ""],
        ["prospect", "Hi", "there"],
      ],
    );
  });

  test("transcript_changed without any words takes the line away", () => {
    const state = after(live, transcript("rep", 0, "", "uh"), transcript("rep", 0, "", ""));
    assert.deepEqual(state.lines, []);
  });

  test("cue_heard shows an agreement of the prospect for a while, and no other cue or speaker's", () => {
    const agreed = after(live, cue("thats_right", { cue_kind: "agreement", at_ms: 5000 }));
    assert.deepEqual(agreed.agreement, { cue: "thats_right", untilMs: 5000 + AGREEMENT_SHOWN_MS });
    assert.equal(after(live, cue("price")).agreement, null);
    assert.equal(after(live, cue("thats_right", { cue_kind: "agreement", speaker: "rep" })).agreement, null);
  });

  test("cue_withdrawn takes an agreement back", () => {
    const heard = after(live, cue("thats_right", { cue_kind: "agreement", firm: false }));
    const quote = "the cost";
    const back = told("cue_withdrawn", { cue: "thats_right", cue_kind: "agreement", speaker: "prospect", quote });
    assert.equal(after(heard, back).agreement, null);
  });

  test("cue_withdrawn makes what its words earned doubtful, until the cue is heard again", () => {
    const withdrawn = (quote) =>
      told("cue_withdrawn", { cue: "price", cue_kind: "objection", speaker: "prospect", quote });
    const shown = after(live, suggestion("a"));
    assert.equal(after(shown, withdrawn("another quote")).offer.shown.isDoubtful, false);
    const doubtful = after(shown, withdrawn("the cost"));
    assert.equal(doubtful.offer.shown.isDoubtful, true);
    assert.equal(after(doubtful, cue("worry")).offer.shown.isDoubtful, true);
    assert.equal(after(doubtful, cue("price", { quote: "the cost now" })).offer.shown.isDoubtful, false);
  });

  test("suggestion_shown shows it with its life on the call's clock", () => {
    const { shown } = after(live, suggestion("a", { at_ms: 4000, expires_ms: 16_000 })).offer;
    assert.deepEqual(shown, {
      id: "a",
      technique: "label",
      text: "Say a",
      quote: "the cost",
      cue: "price",
      shownMs: 4000,
      expiresMs: 16_000,
      isDoubtful: false,
      isOver: false,
      usedHow: null,
    });
  });

  test("suggestion_used ticks it off, and it leaves by its own time, not with its withdrawal", () => {
    const shown = suggestion("a", { at_ms: 4000 });
    const used = told("suggestion_used", { id: "a", how: "said", text: "x", start_ms: 0, at_ms: 5000 });
    const withdrawn = told("suggestion_withdrawn", { id: "a", reason: "used", at_ms: 5000 });
    const state = after(live, shown, used, withdrawn);
    assert.deepEqual([state.offer.shown.id, state.offer.shown.usedHow], ["a", "said"]);
    assert.equal(respond(state, "ticked", 5000 + USED_SHOWN_MS - 1).offer.shown.id, "a");
    assert.equal(respond(state, "ticked", 5000 + USED_SHOWN_MS).offer.shown, null);
  });

  test("suggestion_used of another changes nothing on screen", () => {
    const shown = suggestion("a");
    const used = told("suggestion_used", { id: "b", how: "said", text: "x", start_ms: 0 });
    assert.equal(after(live, shown, used).offer.shown.usedHow, null);
  });

  test("pulse_changed holds the readings until the next", () => {
    const silence = { silence_from_ms: 9000, silence_for_ms: 4000 };
    const reading = { rep_share: 0.6, pace_wpm: 150, monologue_from_ms: null, ...silence };
    const state = after(live, told("pulse_changed", reading));
    const expected = { repShare: 0.6, paceWpm: 150, monologueFromMs: null, silenceFromMs: 9000, silenceForMs: 4000 };
    assert.deepEqual(state.pulse, expected);
    assert.equal(after(state, { ...started(), call: "d" }).pulse, null);
  });

  test("suggestion_withdrawn takes away that suggestion and no other", () => {
    const shown = after(live, suggestion("a"));
    assert.equal(after(shown, told("suggestion_withdrawn", { id: "b", reason: "expired" })).offer.shown.id, "a");
    assert.equal(after(shown, told("suggestion_withdrawn", { id: "a", reason: "expired" })).offer.shown, null);
  });

  test("suggestion_considered shows nothing", () => {
    const what = { technique: "label", text: "x", cue: "price", quote: "y", reason: "cool-down" };
    assert.equal(after(live, told("suggestion_considered", what)).offer.shown, null);
  });

  test("channel_changed names the silent speakers until their sound is back", () => {
    const silent = after(
      live,
      told("channel_changed", { speaker: "rep", has_sound: false }),
      told("channel_changed", { speaker: "rep", has_sound: false }),
      told("channel_changed", { speaker: "prospect", has_sound: false }),
    );
    assert.deepEqual(silent.silent, ["rep", "prospect"]);
    assert.deepEqual(after(silent, told("channel_changed", { speaker: "rep", has_sound: true })).silent, ["prospect"]);
  });

  test("audio_lost is remembered with the time until which it is shown", () => {
    const state = after(live, told("audio_lost", { speaker: "rep", start_ms: 0, duration_ms: 1200, at_ms: 3000 }));
    assert.deepEqual(state.lost, { speaker: "rep", durationMs: 1200, untilMs: 3000 + AUDIO_LOST_SHOWN_MS });
  });

  test("lagging holds the lag until words are on time again", () => {
    const late = after(live, told("lagging", { is_late: true, lag_ms: 3000, step: 3 }));
    assert.deepEqual([late.lateMs, late.busyStep], [3000, 3]);
    const busy = after(late, told("lagging", { is_late: false, lag_ms: 400, step: 2 }));
    assert.deepEqual([busy.lateMs, busy.busyStep], [null, 2]);
    assert.equal(after(busy, told("lagging", { is_late: false, lag_ms: 0 })).busyStep, 0);
  });

  test("call_ended ends the troubles and the suggestion, and keeps the lines", () => {
    const state = after(
      live,
      transcript("rep", 0, "Bye"),
      suggestion("a"),
      told("lagging", { is_late: true, lag_ms: 3000 }),
      told("channel_changed", { speaker: "rep", has_sound: false }),
      told("call_ended", { duration_ms: 9000, reason: "stopped" }),
    );
    assert.deepEqual(
      [state.phase, state.ended, state.silent, state.lateMs],
      ["ended", { durationMs: 9000, reason: "stopped" }, [], null],
    );
    assert.equal(state.offer.shown, null);
    assert.equal(state.lines.length, 1);
  });

  test("waiting forgets a call that is gone, but leaves one that has ended to be read", () => {
    assert.equal(reduce(initialState(), { kind: "waiting" }, 0).phase, "waiting");
    const gone = reduce(live, { kind: "waiting" }, 0);
    assert.deepEqual([gone.phase, gone.call, gone.seq], ["waiting", null, -1]);
    const ended = after(live, told("call_ended", { duration_ms: 9000, reason: "stopped" }));
    assert.equal(reduce(ended, { kind: "waiting" }, 0), ended);
  });

  test("heartbeat changes nothing", () => {
    assert.equal(reduce(live, { kind: "heartbeat" }, 9), live);
  });

  test("unknown kinds change nothing but the clock and the place to resume from", () => {
    for (const kind of ["mood_changed", "constructor", "__proto__", "toString"]) {
      const event = told(kind, { surprise: 1 });
      const clock = { callMs: event.at_ms, localMs: 77 };
      assert.deepEqual(reduce(live, event, 77), { ...live, seq: event.seq, clock });
    }
  });

  test("an event without a sound envelope changes nothing", () => {
    for (const wrong of [{ call: 1 }, { seq: "2" }, { seq: 1.5 }, { at_ms: null }]) {
      assert.equal(reduce(live, { ...transcript("rep", 0, "x"), ...wrong }, 0), live);
    }
  });
});

describe("order", () => {
  test("an event whose seq was seen, or an older one, changes nothing", () => {
    const first = transcript("rep", 0, "first");
    const state = after(live, first, transcript("rep", 0, "second"));
    assert.equal(reduce(state, first, 99), state);
    assert.equal(reduce(state, { ...first, seq: state.seq }, 99), state);
  });

  test("a hole in seq is accepted, since the server's history is bounded", () => {
    assert.equal(after(live, { ...transcript("rep", 0, "later"), seq: 300 }).seq, 300);
  });

  test("another call takes over by its start, and nothing of the one before stays", () => {
    const before = respond(after(live, suggestion("a"), transcript("rep", 0, "x")), "pin_toggled", 0);
    const other = { ...transcript("rep", 0, "of another"), call: "d" };
    assert.equal(reduce(before, other, 0), before);
    const next = after(before, { ...started(), call: "d" });
    assert.deepEqual(
      [next.call, next.seq, next.lines, next.offer.shown, next.offer.isPinned],
      ["d", 0, [], null, false],
    );
  });

  test("what was missed of a call's log is added to what is here", () => {
    const before = after(live, transcript("rep", 0, "I see"), suggestion("a"));
    const back = after(before, following(1, true), transcript("prospect", 0, "Yes"));
    assert.deepEqual(back.lines.map((line) => line.committed), ["I see", "Yes"]);
    assert.equal(back.offer.shown.id, "a");
  });

  test("the epoch in which what was missed comes is the one to come back with", () => {
    const back = after(live, following(9, true), transcript("prospect", 0, "Yes"));
    assert.equal(back.epoch, 9);
  });

  test("where a call's log is told anew, nothing of what is here stays, whatever its numbers", () => {
    const before = after(live, transcript("rep", 0, "I see"), suggestion("a"));
    const anew = after(before, following(2, false));
    assert.deepEqual([anew.lines, anew.offer.shown, anew.phase, anew.call], [[], null, "live", "c"]);
    assert.deepEqual(after(anew, started(), transcript("rep", 0, "I saw")).lines[0].committed, "I saw");
  });

  test("a call joined in the middle is followed after the one before has ended", () => {
    const ended = after(live, told("call_ended", { duration_ms: 9000, reason: "stopped" }));
    assert.equal(after(ended, { ...transcript("rep", 0, "x"), call: "d" }).call, "d");
  });

  test("a call of the same id may start anew after it has ended, and not while it is live", () => {
    const moved = after(live, transcript("rep", 0, "x"));
    assert.equal(after(moved, started()), moved);
    const ended = after(live, { ...started(), kind: "call_ended", seq: 40, duration_ms: 1, reason: "stopped" });
    assert.deepEqual([after(ended, started()).phase, after(ended, started()).seq], ["live", 0]);
  });
});

describe("bounds", () => {
  test("only the latest lines are kept, in the order they were spoken", () => {
    const many = Array.from({ length: 50 }, (_, n) => transcript(n % 2 ? "rep" : "prospect", n, `line ${n}`));
    const state = after(live, ...many.reverse().map((event, n) => ({ ...event, seq: n + 1 })));
    assert.equal(state.lines.length, LINES_KEPT);
    assert.deepEqual(
      state.lines.map(({ utterance }) => utterance),
      [44, 45, 46, 47, 48, 49],
    );
  });

  test("of a monologue only the last words are kept, cut between words", () => {
    const [line] = after(live, transcript("rep", 0, "sentence ".repeat(500).trim())).lines;
    assert.ok(line.committed.length <= LINE_CHARS_KEPT + 1);
    assert.match(line.committed, /^\u2026 sentence( sentence)*$/);
  });

  test("text with markup stays the text it is", () => {
    const text = "<img src=x onerror=alert(1)> & </script>";
    const state = after(live, transcript("prospect", 0, text), suggestion("a", { text, quote: text }));
    assert.deepEqual([state.lines[0].committed, state.offer.shown.text, state.offer.shown.quote], [text, text, text]);
  });
});
