// The clock of a call whose sound was not kept.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { silentClock, soundClock } from "../../overlay/replay-clock.js";

describe("silentClock", () => {
  let realMs = 0;
  let clock = silentClock(10_000, () => realMs);
  beforeEach(() => {
    realMs = 500;
    clock = silentClock(10_000, () => realMs);
  });

  test("stands until it is let go, and stops at the end", () => {
    realMs += 1_000;
    assert.equal(clock.now(), 0);
    clock.play();
    realMs += 3_000;
    assert.equal(clock.now(), 3_000);
    assert.equal(clock.isPlaying(), true);
    realMs += 30_000;
    assert.equal(clock.now(), 10_000);
    assert.equal(clock.isPlaying(), false);
  });

  test("a change of speed moves nothing that has passed", () => {
    clock.play();
    realMs += 1_000;
    clock.hurry(4);
    assert.equal(clock.now(), 1_000);
    realMs += 1_000;
    assert.equal(clock.now(), 5_000);
    clock.pause();
    realMs += 1_000;
    assert.equal(clock.now(), 5_000);
  });

  test("seeks within the call, playing or not, and plays again from the start after the end", () => {
    clock.seek(4_000);
    realMs += 1_000;
    assert.equal(clock.now(), 4_000);
    clock.play();
    clock.seek(-5);
    realMs += 250;
    assert.equal(clock.now(), 250);
    clock.seek(99_000);
    assert.equal(clock.isPlaying(), false);
    clock.play();
    assert.equal(clock.now(), 0);
  });
});

describe("soundClock", () => {
  test("goes by the sound, and is at the call's end where the sound ends", () => {
    const sound = { ended: false, paused: true, currentTime: 2, playbackRate: 1, play: async () => {}, pause() {} };
    const clock = soundClock(/** @type {any} */ (sound), 10_000);
    assert.equal(clock.now(), 2_000);
    clock.seek(7_500);
    clock.hurry(3);
    assert.deepEqual([sound.currentTime, sound.playbackRate], [7.5, 3]);
    assert.equal(clock.isPlaying(), false);
    sound.ended = true;
    assert.equal(clock.now(), 10_000);
  });
});
