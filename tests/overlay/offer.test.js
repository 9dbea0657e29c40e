// Pin, dismiss, withdrawal and expiry, and what becomes of the suggestion that waits.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import {
  DISMISSED_KEPT,
  USED_SHOWN_MS,
  advance,
  close,
  dismiss,
  doubt,
  emptyOffer,
  expire,
  offerNew,
  tickOff,
  togglePin,
  trust,
  withdraw,
} from "../../overlay/offer.js";

const make = (id, fields = {}) => ({
  id,
  technique: "label",
  text: id,
  quote: "q",
  cue: "price",
  shownMs: 0,
  expiresMs: 10_000,
  isDoubtful: false,
  isOver: false,
  usedHow: null,
  ...fields,
});
const showing = (id, fields) => offerNew(emptyOffer, make(id, fields));
const pinned = (id, fields) => togglePin(showing(id, fields));
const ids = ({ shown, next }) => [shown?.id ?? null, next?.id ?? null];

describe("without a pin", () => {
  test("a newer suggestion takes the place of the older one", () => {
    assert.deepEqual(ids(offerNew(showing("a"), make("b"))), ["b", null]);
  });

  test("a withdrawn or expired suggestion leaves", () => {
    assert.deepEqual(ids(withdraw(showing("a"), "a")), [null, null]);
    assert.deepEqual(ids(expire(showing("a"), 10_000)), [null, null]);
  });

  test("nothing changes, not even the object, when nothing ran out", () => {
    const offer = showing("a");
    assert.equal(expire(offer, 9_999), offer);
    assert.equal(withdraw(offer, "z"), offer);
  });
});

describe("with a pin", () => {
  test("a newer suggestion waits, and only the newest does", () => {
    const offer = offerNew(offerNew(pinned("a"), make("b")), make("c"));
    assert.deepEqual(ids(offer), ["a", "c"]);
  });

  test("the pinned one stays when withdrawn or expired, and is marked", () => {
    for (const offer of [withdraw(pinned("a"), "a"), expire(pinned("a"), 10_000), close(pinned("a"))]) {
      assert.deepEqual([ids(offer), offer.shown.isOver], [["a", null], true]);
      assert.deepEqual(ids(togglePin(offer)), [null, null]);
    }
  });

  test("unpinning a valid one leaves it there", () => {
    const offer = togglePin(pinned("a"));
    assert.deepEqual([ids(offer), offer.isPinned], [["a", null], false]);
  });

  test("unpinning shows the one that waited, unpinned", () => {
    const offer = togglePin(offerNew(pinned("a"), make("b")));
    assert.deepEqual([ids(offer), offer.isPinned], [["b", null], false]);
  });

  test("the one that waits goes when withdrawn, expired or at the end of the call", () => {
    const both = offerNew(pinned("a"), make("b", { expiresMs: 5_000 }));
    for (const offer of [withdraw(both, "b"), expire(both, 5_000), close(both)]) {
      assert.deepEqual(ids(offer), ["a", null]);
    }
    assert.equal(expire(both, 5_000).shown.isOver, false);
  });

  test("the pinned suggestion told again is brought up to date in place", () => {
    const offer = offerNew(pinned("a"), make("a", { text: "better" }));
    assert.deepEqual([offer.shown.text, offer.next, offer.isPinned], ["better", null, true]);
  });
});

describe("dismissed", () => {
  test("is gone, pinned or not, and the one that waited follows unpinned", () => {
    assert.deepEqual(ids(dismiss(showing("a"))), [null, null]);
    const offer = dismiss(offerNew(pinned("a"), make("b")));
    assert.deepEqual([ids(offer), offer.isPinned], [["b", null], false]);
  });

  test("does not come back when it is told again", () => {
    assert.deepEqual(ids(offerNew(dismiss(showing("a")), make("a"))), [null, null]);
  });

  test("is remembered within bounds", () => {
    let offer = emptyOffer;
    for (let n = 0; n < 3 * DISMISSED_KEPT; n += 1) offer = dismiss(offerNew(offer, make(`s${n}`)));
    assert.equal(offer.dismissedIds.length, DISMISSED_KEPT);
    assert.equal(offer.dismissedIds.at(-1), `s${3 * DISMISSED_KEPT - 1}`);
  });
});

describe("said", () => {
  test("stays ticked off for a moment, through its withdrawal, and yields to the next", () => {
    const used = withdraw(tickOff(showing("a"), "a", "said", 2_000), "a");
    assert.deepEqual([ids(used), used.shown.usedHow], [["a", null], "said"]);
    assert.deepEqual(ids(expire(used, 2_000 + USED_SHOWN_MS)), [null, null]);
    assert.deepEqual(ids(offerNew(used, make("b"))), ["b", null]);
  });

  test("a pinned one stays, ticked off, until it is let go", () => {
    const used = expire(tickOff(pinned("a"), "a", "own_words", 0), USED_SHOWN_MS);
    assert.deepEqual([ids(used), used.shown.usedHow], [["a", null], "own_words"]);
    assert.deepEqual(ids(togglePin(used)), [null, null]);
  });
});

describe("another", () => {
  test("is the one that waited, unpinned", () => {
    const offer = advance(offerNew(pinned("a"), make("b")));
    assert.deepEqual([ids(offer), offer.isPinned], [["b", null], false]);
  });

  test("takes a pin off, so that what the server finds can come", () => {
    assert.equal(advance(pinned("a")).isPinned, false);
    const offer = showing("a");
    assert.equal(advance(offer), offer);
    assert.equal(advance(emptyOffer), emptyOffer);
  });
});

test("doubt and trust reach the one shown and the one waiting", () => {
  const both = offerNew(pinned("a"), make("b", { cue: "risk" }));
  const flags = ({ shown, next }) => [shown.isDoubtful, next.isDoubtful];
  assert.deepEqual(flags(doubt(both, "price", "q")), [true, false]);
  assert.deepEqual(flags(doubt(both, "risk", "q")), [false, true]);
  assert.deepEqual(flags(doubt(both, "risk", "other words")), [false, false]);
  assert.deepEqual(flags(trust(doubt(both, "risk", "q"), "risk")), [false, false]);
});
