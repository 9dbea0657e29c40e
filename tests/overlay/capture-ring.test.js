// What was put can be read by its place for as long as it is kept, whatever the sizes.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { createRing } from "../../overlay/capture-ring.js";

/** A block of both sides whose samples tell their place. */
const block = (from, count) => Int16Array.from({ length: 2 * count }, (_, i) => (from + (i >> 1)) * (i % 2 ? -1 : 1));

describe("ring", () => {
  test("what was put is read by its place, also across the seam", () => {
    for (const size of [1, 3, 7, 20]) {
      const ring = createRing(50, 2);
      for (let at = 0; at < 200; at += size) {
        ring.put(block(at, size));
        assert.equal(ring.end(), at + size);
        assert.equal(ring.oldest(), Math.max(0, at + size - 50));
        for (const from of [ring.oldest(), ring.end() - 1]) {
          assert.deepEqual(ring.read(from, ring.end() - from), block(from, ring.end() - from));
        }
      }
    }
  });

  test("what is not kept is not made up", () => {
    const ring = createRing(10, 2);
    ring.put(block(0, 8));
    ring.put(block(8, 8));
    assert.throws(() => ring.read(5, 1), RangeError);
    assert.throws(() => ring.read(15, 2), RangeError);
    assert.deepEqual(ring.read(6, 10), block(6, 10));
  });

  test("what was read is a copy", () => {
    const ring = createRing(10, 2);
    ring.put(block(1, 4));
    const read = ring.read(0, 4);
    ring.put(block(5, 10));
    assert.deepEqual(read, block(1, 4));
  });
});
