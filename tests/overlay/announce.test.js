// What a screen reader hears, and that it is not flooded.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { APART_MS, announce, nothingSaid } from "../../overlay/announce.js";

const now = (fields = {}) => ({ id: "", sentence: "", notice: "", headline: "Listening", isQuiet: true, ...fields });
const late = { headline: "Words are late", isQuiet: false };

describe("a screen reader", () => {
  test("hears a suggestion at once, and once", () => {
    const first = announce(nothingSaid, now({ id: "a", sentence: "Label: x" }), 0);
    assert.equal(first.text, "Label: x");
    assert.equal(announce(first, now({ id: "a", sentence: "Label: x" }), 100), first);
    assert.equal(announce(first, now({ id: "b", sentence: "Mirror: y" }), 200).text, "Mirror: y");
  });

  test("hears a grave headline when nothing was said just before, and only the last one", () => {
    const first = announce(nothingSaid, now({ id: "a", sentence: "x" }), 0);
    assert.equal(announce(first, now({ id: "a", ...late }), APART_MS - 1), first);
    const due = announce(first, now({ id: "a", headline: "Reconnecting", isQuiet: false }), APART_MS);
    assert.equal(due.text, "Reconnecting");
  });

  test("hears nothing of a quiet headline, and the same grave one again after it", () => {
    const grave = announce(nothingSaid, now(late), 0);
    const calm = announce(grave, now(), APART_MS);
    assert.equal(calm.text, "");
    assert.equal(announce(calm, now(late), 2 * APART_MS).text, late.headline);
  });

  test("hears the answer to what it did at once, and once", () => {
    const copied = announce(nothingSaid, now({ notice: "Copied" }), 0);
    assert.equal(copied.text, "Copied");
    const over = announce(copied, now(), 1);
    assert.equal(over.text, "Copied");
    assert.equal(announce(over, now({ notice: "Copied" }), 2).notice, "Copied");
  });

  test("is told no more than a suggestion and a headline in four seconds, whatever happens", () => {
    let said = nothingSaid;
    let times = 0;
    for (let nowMs = 0; nowMs < 60_000; nowMs += 50) {
      const next = announce(said, now({ headline: `h${nowMs}`, isQuiet: false }), nowMs);
      if (next.text !== said.text) times += 1;
      said = next;
    }
    assert.ok(times <= 60_000 / APART_MS, String(times));
  });
});
