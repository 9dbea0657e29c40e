// Reconnect, silence and resume, with a fake socket and a clock that is wound by hand.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { BACKOFF_CAP_MS, BACKOFF_FIRST_MS, SILENCE_MS, backoffMs, keepConnected } from "../../overlay/connection.js";

/** A world whose time moves only by `pass`; sockets do only what the test tells them. */
function fakeWorld() {
  const world = {
    nowMs: 0,
    timers: new Map(),
    sockets: [],
    random: () => 1,
    setTimeout: (run, delayMs) => {
      const timer = Symbol("timer");
      world.timers.set(timer, { run, dueMs: world.nowMs + delayMs });
      return timer;
    },
    clearTimeout: (timer) => world.timers.delete(timer),
    pass: (durationMs) => {
      const endMs = world.nowMs + durationMs;
      for (;;) {
        const due = [...world.timers]
          .filter(([, { dueMs }]) => dueMs <= endMs)
          .sort((a, b) => a[1].dueMs - b[1].dueMs)[0];
        if (due === undefined) break;
        world.timers.delete(due[0]);
        world.nowMs = due[1].dueMs;
        due[1].run();
      }
      world.nowMs = endMs;
    },
    WebSocket: class {
      sent = [];
      isClosed = false;
      constructor(url) {
        this.url = url;
        world.sockets.push(this);
      }
      send(text) {
        this.sent.push(JSON.parse(text));
      }
      close() {
        this.isClosed = true;
      }
    },
  };
  return world;
}

let world;
let events;
let links;
let next;
let refusals;
let connection;
const last = () => world.sockets.at(-1);
const say = (socket, event) => socket.onmessage({ data: JSON.stringify(event) });

beforeEach(() => {
  world = fakeWorld();
  events = [];
  links = [];
  refusals = 0;
  next = { kind: "watch", call: null, after_seq: null };
  connection = keepConnected(
    {
      url: "ws://here/overlay",
      watch: () => next,
      onEvent: (event) => events.push(event),
      onLink: (isOpen) => links.push(isOpen),
      onRefused: () => (refusals += 1),
    },
    world,
  );
});

describe("backoff", () => {
  test("never exceeds the doubled first wait nor the cap, and never is negative", () => {
    for (let attempt = 0; attempt < 2000; attempt += 1) {
      const most = Math.min(BACKOFF_CAP_MS, BACKOFF_FIRST_MS * 2 ** attempt);
      assert.equal(
        backoffMs(attempt, () => 1),
        most,
      );
      assert.equal(
        backoffMs(attempt, () => 0),
        0,
      );
      const drawn = backoffMs(attempt, Math.random);
      assert.ok(drawn >= 0 && drawn <= most);
    }
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 6].map((n) => backoffMs(n, () => 1)),
      [250, 500, 1000, 2000, 4000, 5000, 5000],
    );
  });
});

describe("a connection", () => {
  test("says what it watches as soon as it is open", () => {
    last().onopen();
    assert.deepEqual([last().url, last().sent, links], ["ws://here/overlay", [next], [true]]);
  });

  test("hands on each event", () => {
    last().onopen();
    say(last(), { kind: "waiting" });
    assert.deepEqual(events, [{ kind: "waiting" }]);
  });

  test("skips a frame that is no event, tells so without its text, and goes on", (context) => {
    const warn = context.mock.method(console, "warn", () => {});
    last().onopen();
    for (const data of ["{secret", "null", "[1]", '{"kind":1}', '"secret"', new ArrayBuffer(4)])
      last().onmessage({ data });
    say(last(), { kind: "heartbeat" });
    assert.deepEqual(events, [{ kind: "heartbeat" }]);
    assert.equal(warn.mock.callCount(), 6);
    assert.ok(warn.mock.calls.every(({ arguments: words }) => !words.join().includes("secret")));
  });

  test("comes back after a loss and resumes with the watch message of that moment", () => {
    last().onopen();
    say(last(), { kind: "heartbeat" });
    last().onclose({ code: 1006, reason: "" });
    next = { kind: "watch", call: "c", after_seq: 7 };
    world.pass(249);
    assert.equal(world.sockets.length, 1);
    world.pass(1);
    last().onopen();
    assert.deepEqual([world.sockets.length, last().sent, links], [2, [next], [true, false, true]]);
  });

  test("waits longer after each failure, and short again only after a message has come", () => {
    const waits = [];
    const fail = () => {
      const before = world.nowMs;
      const count = world.sockets.length;
      last().onclose({ code: 1006, reason: "" });
      while (world.sockets.length === count) world.pass(1);
      waits.push(world.nowMs - before);
    };
    for (let n = 0; n < 6; n += 1) fail();
    last().onopen();
    fail();
    last().onopen();
    say(last(), { kind: "waiting" });
    fail();
    assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 5000, 5000, 250]);
  });

  test("is lost after 5 s without anything, and a heartbeat keeps it", () => {
    last().onopen();
    for (let n = 0; n < 10; n += 1) {
      world.pass(SILENCE_MS - 1);
      say(last(), { kind: "heartbeat" });
    }
    assert.deepEqual(links, [true]);
    const silent = last();
    world.pass(SILENCE_MS);
    assert.deepEqual([links, silent.isClosed], [[true, false], true]);
  });

  test("that never opens is given up after the same time", () => {
    const stuck = last();
    world.pass(SILENCE_MS + 250);
    assert.deepEqual([stuck.isClosed, world.sockets.length, links], [true, 2, [false]]);
  });

  test("ignores what a socket says after it was given up", () => {
    const old = last();
    old.onopen();
    world.pass(SILENCE_MS + 250);
    say(old, { kind: "waiting" });
    old.onopen();
    old.onclose({ code: 1006, reason: "" });
    assert.deepEqual([events, links, world.sockets.length, old.sent.length], [[], [true, false], 2, 1]);
  });

  test("sends what is said while a socket is open, and nothing while none is", () => {
    const message = { kind: "dismiss", call: "c", id: "s1" };
    connection.send(message);
    last().onopen();
    connection.send(message);
    assert.deepEqual(last().sent, [next, message]);
    const old = last();
    old.onclose({ code: 1006, reason: "" });
    connection.send(message);
    world.pass(250);
    connection.send(message);
    assert.equal(old.sent.length, 2);
    assert.deepEqual(last().sent, []);
    last().onopen();
    connection.send(message);
    assert.deepEqual(last().sent, [next, message]);
  });

  test("opens a new socket at once to watch something else, without calling the link lost", () => {
    last().onopen();
    const old = last();
    next = { kind: "watch", call: "d", after_seq: null };
    connection.rewatch();
    last().onopen();
    assert.deepEqual([old.isClosed, last().sent, links], [true, [next], [true, true]]);
    assert.equal(world.timers.size, 1);
  });

  test("asked to watch something else while it waits to retry, opens only one socket", () => {
    last().onclose({ code: 1006, reason: "" });
    connection.rewatch();
    world.pass(1000);
    assert.equal(world.sockets.length, 2);
  });
});

describe("a page whose token is at fault", () => {
  test("is told so once, and tries nothing again", () => {
    last().onopen();
    last().onclose({ code: 1008, reason: "token_expired" });
    world.pass(60_000);
    assert.equal(refusals, 1);
    assert.equal(world.sockets.length, 1);
    connection.send({ kind: "dismiss" });
    assert.equal(last().sent.length, 1);
  });

  test("differs from one that said something wrong: that one is tried again", () => {
    last().onopen();
    last().onclose({ code: 1008, reason: "bad_watch" });
    world.pass(BACKOFF_CAP_MS);
    assert.equal(refusals, 0);
    assert.equal(world.sockets.length, 2);
  });
});
