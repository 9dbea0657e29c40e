// The audio thread's half: every sample once, in order, on its side, and nothing allocated on the way.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

const QUANTUM = 128;
const BLOCK = 320;
let Capture;
let posted;

before(async () => {
  globalThis.AudioWorkletProcessor = class {
    port = { postMessage: (block) => posted(block) };
  };
  globalThis.registerProcessor = (name, processor) => {
    assert.equal(name, "capture");
    Capture = processor;
  };
  await import("../../overlay/capture-worklet.js");
});

/** Runs the worklet over both sides' samples; undefined is a side without a source. */
function run(rep, prospect, count) {
  const blocks = [];
  posted = (block) => blocks.push(block.slice());
  const capture = new Capture();
  const part = (side, from) => (side === undefined ? [] : [side.subarray(from, from + QUANTUM)]);
  for (let from = 0; from < count; from += QUANTUM) {
    const inputs = [part(rep, from), part(prospect, from)];
    assert.equal(capture.process(inputs, [[new Float32Array(QUANTUM)]]), true);
  }
  return blocks;
}

describe("worklet", () => {
  test("every sample is posted once, in order, on its own side", () => {
    const rep = Float32Array.from({ length: QUANTUM * 20 }, (_, i) => i / 32_767);
    const prospect = rep.map((sample) => -sample);
    const blocks = run(rep, prospect, rep.length);
    assert.equal(blocks.length, Math.floor(rep.length / BLOCK));
    blocks.forEach((block, number) => {
      assert.equal(block.length, 2 * BLOCK);
      for (let i = 0; i < BLOCK; i += 1) {
        assert.ok(block[2 * i] === number * BLOCK + i && block[2 * i + 1] === -block[2 * i]);
      }
    });
  });

  test("a side without a source is silent, and the clock runs on", () => {
    const loud = new Float32Array(QUANTUM * 5).fill(0.5);
    const [one, two] = [run(loud, undefined, loud.length), run(undefined, loud, loud.length)];
    assert.deepEqual([one.length, two.length, run(undefined, undefined, loud.length).length], [2, 2, 2]);
    assert.ok(one[0].every((sample, i) => sample === (i % 2 ? 0 : 16_384)));
    assert.ok(two[0].every((sample, i) => sample === (i % 2 ? 16_384 : 0)));
  });

  test("what is too loud is cut off, not turned over", () => {
    const [block] = run(new Float32Array(384).fill(1.7), new Float32Array(384).fill(-1.7), 384);
    assert.deepEqual([block[0], block[1]], [32_767, -32_768]);
  });

  test("it allocates nothing while it runs", () => {
    posted = () => {};
    const capture = new Capture();
    const side = Float32Array.from({ length: QUANTUM }, (_, i) => Math.sin(i));
    const [inputs, outputs] = [[[side], [side]], [[new Float32Array(QUANTUM)]]];
    for (let i = 0; i < 50_000; i += 1) capture.process(inputs, outputs); // until it is compiled
    // Neither what the engine takes for itself in one of the rounds nor a collection of garbage in another counts.
    const rounds = Array.from({ length: 21 }, () => {
      const before = process.memoryUsage().heapUsed;
      for (let i = 0; i < 10_000; i += 1) capture.process(inputs, outputs);
      return process.memoryUsage().heapUsed - before;
    });
    const grown = rounds.sort((one, other) => one - other)[10];
    assert.ok(grown < 40_000, `${grown} bytes in 10000 calls: one object in each would be some 160 kB`);
  });
});
