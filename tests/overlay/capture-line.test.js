// The line to the server: whatever is cut, and whenever, the server gets every sample once, or is told what it lost.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import {
  AHEAD_SAMPLES,
  KEPT_S,
  LAST_WORDS_MS,
  MOST_WAIT_MS,
  RATE_HZ,
  RETRY_CAP_MS,
  SILENCE_MS,
  openLine,
} from "../../overlay/capture-line.js";

const BLOCK = RATE_HZ / 50;
const BLOCK_MS = 20;

/** A world whose time moves by blocks of sound, and a server that keeps what arrives, until it is cut. */
function createWorld() {
  const world = {
    nowMs: 0,
    isReachable: true,
    isDeaf: false,
    isMute: false,
    canHear: true,
    sockets: [],
    calls: new Map(),
    refusal: null,
    wait: {},
    secrets: 0,
    now: () => world.nowMs,
    random: () => 1,
    secret: () => `${(world.secrets += 1)}-`.padEnd(32, "s"),
    cut: () => {
      world.isReachable = false;
      for (const socket of world.sockets) socket.die();
    },
    WebSocket: class {
      bufferedAmount = 0;
      state = "connecting";
      call = null;
      sent = [];
      constructor(url) {
        this.url = url;
        world.sockets.push(this);
      }
      send(data) {
        assert.equal(this.state, "open");
        this.sent.push(data);
        if (world.isDeaf) this.bufferedAmount += data.byteLength ?? data.length;
        else if (typeof data === "string") this.hear(JSON.parse(data));
        else this.call.samples.push(...data);
      }
      hear(told) {
        if (world.refusal) return this.answer({ kind: "error", code: world.refusal, message: "not now", ...world.wait });
        const fresh = { token: told.token, samples: [], isOver: false, gaps: [] };
        if (told.kind === "start") world.calls.set(told.call, fresh);
        if (told.kind === "start" || told.kind === "resume") {
          this.call = world.calls.get(told.call);
          if (!this.call || this.call.isOver || this.call.token !== told.token) {
            return this.answer({ kind: "error", code: "unknown_call", message: "gone" });
          }
          this.answer({ kind: "started", call: told.call, received_samples: this.call.samples.length / 2 });
        } else if (told.kind === "skip") {
          const missing = told.to_sample - this.call.samples.length / 2;
          this.call.gaps.push(missing);
          for (let i = 0; i < 2 * missing; i += 1) this.call.samples.push(0);
        } else if (told.kind === "stop") {
          this.call.isOver = true;
        }
      }
      answer(told) {
        this.onmessage({ data: JSON.stringify(told) });
      }
      open() {
        if (this.state === "connecting" && world.isReachable) {
          this.state = "open";
          this.onopen();
        } else if (this.state === "connecting") this.die();
      }
      die() {
        if (this.state === "closed") return;
        this.state = "closed";
        this.onclose();
      }
      close() {
        this.state = "closed";
      }
      acknowledge() {
        if (this.state !== "open" || !this.call || world.isDeaf || world.isMute) return;
        const ms = Math.floor(this.call.samples.length / 2 / BLOCK) * BLOCK_MS;
        this.answer({ kind: "ack", received_ms: ms, heard_ms: world.canHear ? ms : 0 });
        if (this.call.isOver) this.answer({ kind: "ended", duration_ms: ms });
      }
    },
  };
  return world;
}

let world;
let line;
let said;
const last = () => world.sockets.at(-1);
const phase = () => line.state().phase;
const theCall = () => [...world.calls.values()][0];

/** So much sound is said, or only time passes once the line is stopped; each sample tells its place. */
function pass(durationMs) {
  for (let ms = 0; ms < durationMs; ms += BLOCK_MS) {
    world.nowMs += BLOCK_MS;
    last().open();
    line.put(Int16Array.from({ length: 2 * BLOCK }, (_, i) => ((said + (i >> 1)) % 30_000) * (i % 2 ? -1 : 1)));
    said += BLOCK;
    if (world.nowMs % 240 === 0) last().acknowledge();
  }
}

/** What a call must have: the samples from a place on. */
const sound = (from, to) =>
  Array.from({ length: 2 * (to - from) }, (_, i) => ((from + (i >> 1)) % 30_000) * (i % 2 ? -1 : 1));

/** Sample by sample; what differs is told by its place, not by a million numbers. */
function same(samples, expected) {
  const differs = samples.findIndex((sample, i) => sample !== expected[i]);
  assert.equal(differs, -1);
  assert.equal(samples.length, expected.length);
}

beforeEach(() => {
  world = createWorld();
  said = 0;
  line = openLine("ws://here/call/browser", { company: "Northwind" }, world);
});

describe("a call", () => {
  test("is begun with all that the server must know, and all that is said meanwhile is sent", () => {
    assert.equal(phase(), "connecting");
    pass(1_000);
    const start = JSON.parse(last().sent[0]);
    assert.deepEqual(
      [start.kind, start.channels, start.encoding, start.sample_rate_hz, start.metadata],
      ["start", ["rep", "prospect"], "pcm_s16le", 16_000, { company: "Northwind" }],
    );
    assert.match(start.call, /^[\w-]{1,64}$/);
    assert.match(start.token, /^[\w-]{22,128}$/);
    assert.equal(phase(), "live");
    same(theCall().samples, sound(0, said));
  });

  test("ends when its last words are out, and what is said after the stop is not sent", () => {
    pass(1_000);
    const stoppedAt = said;
    line.stop();
    assert.equal(phase(), "live");
    pass(500);
    assert.equal(phase(), "ended");
    same(theCall().samples, sound(0, stoppedAt));
    pass(5_000);
    assert.equal(world.sockets.length, 1);
  });

  test("is ended by leaving the page, once and for all", () => {
    pass(200);
    line.leave();
    assert.ok(theCall().isOver);
    pass(3_000);
    assert.equal(phase(), "ended");
    assert.equal(world.calls.size, 1);
  });

  test("that the server ends by itself, as when it goes down, goes on as another", () => {
    pass(1_100); // more than was acknowledged
    const kept = theCall().samples.length / 2;
    world.isReachable = false;
    theCall().isOver = true;
    last().answer({ kind: "ended", duration_ms: (kept * 1000) / RATE_HZ });
    assert.equal(phase(), "cut");
    pass(5_000);
    world.isReachable = true;
    pass(3_000);
    assert.equal(phase(), "live");
    const [first, second] = [...world.calls.values()];
    assert.notEqual(first.token, second.token);
    same(first.samples, sound(0, kept));
    same(second.samples, sound(kept, said));
    assert.equal(line.state().lostMs, 0);
  });

  test("that is refused says why and is not asked for again", () => {
    world.refusal = "call_exists";
    pass(10_000);
    assert.equal(phase(), "refused");
    assert.equal(line.state().why, "not now");
    assert.equal(world.sockets.length, 1);
  });

  test("for which there is no room yet is asked for until there is, and loses nothing", () => {
    world.refusal = "overloaded";
    pass(3_000);
    assert.equal(phase(), "connecting");
    assert.equal(line.state().why, "not now");
    world.refusal = null;
    pass(3_000);
    assert.equal(phase(), "live");
    same(theCall().samples, sound(0, said));
  });
});

describe("a full server", () => {
  test("is not asked again before it wants to be", () => {
    world.refusal = "overloaded";
    world.wait = { retry_after_s: 6 };
    pass(8_900);
    assert.equal(world.sockets.length, 1);
    world.refusal = null;
    pass(1_000);
    assert.equal(phase(), "live");
    assert.equal(world.sockets.length, 2);
    same(theCall().samples, sound(0, said));
  });

  test("is asked again before any sound is lost, however long it wants to wait", () => {
    world.refusal = "overloaded";
    world.wait = { retry_after_s: 600 };
    pass(3_000);
    world.refusal = null;
    pass(MOST_WAIT_MS);
    assert.equal(phase(), "live");
    assert.equal(line.state().lostMs, 0);
    same(theCall().samples, sound(0, said));
  });
});

describe("a cut", () => {
  for (const seconds of [0.2, 1, 5, 20, 28]) {
    test(`of ${seconds} s loses and doubles nothing`, () => {
      pass(1_340);
      world.cut();
      assert.equal(phase(), "cut");
      pass(seconds * 1000);
      world.isReachable = true;
      pass(3_000);
      assert.equal(phase(), "live");
      assert.ok(line.state().behindMs < 300);
      assert.equal(line.state().lostMs, 0);
      assert.equal(world.calls.size, 1);
      same(theCall().samples, sound(0, said));
      assert.deepEqual(theCall().gaps, []);
    });
  }

  test("again and again, at any moment, loses and doubles nothing", () => {
    let seed = 7;
    const dice = (most) => (seed = (seed * 16_807) % 2_147_483_647) % most;
    for (let i = 0; i < 60; i += 1) {
      pass(BLOCK_MS * dice(40));
      world.cut();
      pass(BLOCK_MS * dice(40));
      world.isReachable = true;
    }
    pass(3_000);
    assert.equal(world.calls.size, 1);
    same(theCall().samples, sound(0, said));
  });

  test("longer than what is kept is a gap of just what fell out", () => {
    pass(1_000);
    world.cut();
    const cutAt = theCall().samples.length / 2;
    pass((KEPT_S + 5) * 1000);
    world.isReachable = true;
    pass(3_000);
    const [gap] = theCall().gaps;
    assert.ok(gap >= 5 * RATE_HZ && gap < 7 * RATE_HZ, `${gap}`);
    same(theCall().samples.slice(0, 2 * cutAt), sound(0, cutAt));
    same(theCall().samples.slice(2 * (cutAt + gap)), sound(cutAt + gap, said));
    assert.equal(line.state().lostMs, (gap * 1000) / RATE_HZ);
  });

  test("after which the server knows the call no more begins another with what the first never got", () => {
    pass(960);
    world.cut();
    const kept = theCall().samples.length / 2;
    pass(5_000);
    theCall().isOver = true;
    world.isReachable = true;
    pass(5_000);
    assert.equal(phase(), "live");
    const [first, second] = [...world.calls.values()];
    assert.notEqual(first.token, second.token);
    same(first.samples, sound(0, kept));
    same(second.samples, sound(kept, said));
    assert.equal(line.state().lostMs, 0);
  });

  test("before the first answer is no second call", () => {
    world.isDeaf = true;
    pass(100);
    world.isDeaf = false;
    const { call, token } = JSON.parse(last().sent[0]);
    world.calls.set(call, { token, samples: [], isOver: false, gaps: [] });
    last().die();
    pass(3_000);
    assert.equal(world.calls.size, 1);
    same(theCall().samples, sound(0, said));
  });

  test("behind the stop does not keep the call from its end", () => {
    pass(1_000);
    line.stop();
    world.cut();
    world.isReachable = true;
    pass(3_000);
    assert.equal(phase(), "ended");
    assert.equal(world.calls.size, 1);
  });

  test("before the stop: what is left is sent, then the stop", () => {
    pass(1_000);
    world.cut();
    pass(2_000);
    const stoppedAt = said;
    line.stop();
    world.isReachable = true;
    pass(3_000);
    assert.equal(phase(), "ended");
    same(theCall().samples, sound(0, stoppedAt));
  });

  test("is tried again at least every second, and not at once by every page", () => {
    pass(1_000);
    world.cut();
    const before = world.sockets.length;
    pass(10_000);
    const tries = world.sockets.length - before;
    assert.ok(tries >= 10_000 / (RETRY_CAP_MS + 100) && tries < 20, `${tries}`);
  });
});

describe("a line that only seems to stand", () => {
  test("is left when nothing is acknowledged, and taken up anew", () => {
    pass(1_000);
    world.isDeaf = true;
    pass(SILENCE_MS + 100);
    assert.equal(last().state, "closed");
    world.isDeaf = false;
    pass(3_000);
    assert.equal(phase(), "live");
    same(theCall().samples, sound(0, said));
  });

  test("is not left while the last words are waited for, but not waited for for ever", () => {
    pass(1_000);
    world.isMute = true;
    line.stop();
    pass(LAST_WORDS_MS - 1_000);
    assert.equal(world.sockets.length, 1);
    assert.equal(phase(), "live");
    pass(3_000);
    assert.equal(world.sockets.length, 2);
    assert.equal(phase(), "ended");
  });
});

describe("what was kept", () => {
  test("is sent no faster than it is heard", () => {
    pass(1_000);
    world.cut();
    pass(20_000);
    world.canHear = false;
    world.isReachable = true;
    pass(3_000);
    const ahead = theCall().samples.length / 2 - RATE_HZ; // a second was heard before the cut
    assert.ok(ahead <= AHEAD_SAMPLES + RATE_HZ / 5 && ahead >= AHEAD_SAMPLES - RATE_HZ / 5, `${ahead}`);
    world.canHear = true;
    pass(3_000);
    same(theCall().samples, sound(0, said));
  });
});
