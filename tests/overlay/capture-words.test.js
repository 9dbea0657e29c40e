// What the capture page says: which side is silent, what to do, and what became of the sound.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { strings } from "../../overlay/capture-strings.en.js";
import * as words from "../../overlay/capture-words.js";

const repSaying = (source, hearing) => words.sideSaying("rep", source, hearing, strings);
const prospectSaying = (source, hearing) => words.sideSaying("prospect", source, hearing, strings);
const checkSaying = (rep, prospect, verdict) => words.checkSaying(rep, prospect, verdict, strings);
const lineSaying = (state, isReady) => words.lineSaying(state, isReady, strings);

const heard = { rep: "heard", prospect: "heard", leak: null };
const line = { phase: "live", call: "c", behindMs: 200, lostMs: 0, why: "" };

describe("a side", () => {
  test("without a source is told what to do", () => {
    for (const saying of [repSaying, prospectSaying]) {
      assert.equal(saying("off", "dead").tone, "calm");
      for (const fault of ["refused", "none", "ended", "broken"]) {
        assert.equal(saying(fault, "heard").tone, "problem");
        assert.match(saying(fault, "heard").text, /hoose|llow|onnect/);
      }
    }
  });

  test("with a source is told whether it is heard", () => {
    assert.match(repSaying("on", "dead").text, /muted/);
    assert.match(repSaying("on", "quiet").text, /Say a few words/);
    assert.deepEqual(repSaying("on", "heard"), { tone: "good", text: "You are heard." });
    assert.match(prospectSaying("on", "dead").text, /Nothing comes from the meeting yet/);
    assert.deepEqual(prospectSaying("on", "heard"), { tone: "good", text: "They are heard." });
  });
});

describe("the sound check", () => {
  test("says which side is silent", () => {
    assert.match(checkSaying("on", "off", heard).text, /both sides are needed/);
    assert.match(checkSaying("on", "on", { ...heard, rep: "quiet" }).text, /You are silent/);
    assert.match(checkSaying("on", "on", { ...heard, prospect: "dead" }).text, /The other side is silent/);
    assert.match(checkSaying("on", "on", { rep: "quiet", prospect: "dead", leak: null }).text, /both sides are silent/);
    assert.deepEqual(checkSaying("on", "on", heard), { tone: "good", text: "Both sides are heard, and kept apart." });
  });

  test("says which side leaks, whatever else there is to say", () => {
    for (const rep of ["heard", "quiet"]) {
      const { tone, text } = checkSaying("on", "on", { ...heard, rep, leak: "prospect_in_rep" });
      assert.equal(tone, "problem");
      assert.match(text, /microphone hears the other side.*Use headphones/);
    }
    assert.match(checkSaying("on", "on", { ...heard, leak: "rep_in_prospect" }).text, /Your voice is in the meeting/);
  });
});

describe("the line", () => {
  test("before a call", () => {
    assert.equal(lineSaying(null, false).text, "Not started.");
    assert.equal(lineSaying(null, true).text, "Ready.");
  });

  test("on, cut, back and lost", () => {
    assert.deepEqual(lineSaying(line, true), { tone: "good", text: "The call is on." });
    assert.match(lineSaying({ ...line, phase: "connecting" }, true).text, /kept/);
    assert.match(lineSaying({ ...line, phase: "connecting", why: "full" }, true).text, /It says: full\./);
    const cut = lineSaying({ ...line, phase: "cut", behindMs: 4_900 }, true);
    assert.deepEqual([cut.tone, /Up to 30 s of sound are kept/.test(cut.text)], ["problem", true]);
    assert.match(lineSaying({ ...line, behindMs: 12_000 }, true).text, /What was kept is still on its way/);
    const lost = lineSaying({ ...line, lostMs: 3_100 }, true);
    assert.deepEqual([lost.tone, lost.text], ["caution", "The call is on. 3 s of sound did not get through."]);
  });

  test("over", () => {
    assert.equal(lineSaying({ ...line, phase: "ended" }, false).text, "The call has ended.");
    assert.match(lineSaying({ ...line, phase: "ended", lostMs: 400 }, false).text, /1 s of sound did not/);
    const refused = lineSaying({ ...line, phase: "refused", why: "no such thing" }, true);
    assert.deepEqual([refused.tone, refused.text.endsWith("no such thing.")], ["problem", true]);
  });
});
